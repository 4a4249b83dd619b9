"""Prefill without decoding: how likely texts are, and how likely each answer is after a prompt."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from aw_engine.errors import BackendError
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.sampling import log_normalisers


class Scorable(NamedTuple):
    """Tokens to be scored, after at least one token before them."""

    before: Tokens
    text: Tokens


class ScoredTexts(NamedTuple):
    """Of each text its natural-log likelihood, and the number of tokens that were evaluated for it first."""

    logprobs: list[float]
    costs: list[int]


def score_texts(cache: KVCache, texts: Sequence[Scorable]) -> ScoredTexts:
    """Log-likelihood of each text after what is before it; every distinct prefix is evaluated once.

    :raises BackendError: if a text is empty, nothing precedes it, or a likelihood is not finite.
    """
    if not all(text.before and text.text for text in texts):
        raise BackendError("An empty text cannot be scored.")
    # A text's last token predicts nothing that is asked for.
    sequences = [text.before + text.text[:-1] for text in texts]
    follows = [text.before + text.text for text in texts]
    sums = np.zeros(len(texts), dtype=np.float64)
    costs = [0] * len(texts)
    cache.begin((), max(map(len, sequences), default=0) + cache.context.shape.batch)
    for rows in cache.read(sequences, [len(text.before) - 1 for text in texts], costs):
        if not rows.places:
            continue
        norms = log_normalisers(rows.logits)
        row, reader, token = [], [], []
        for index, place in enumerate(rows.places):
            for member in place.readers:
                row.append(index)
                reader.append(member)
                token.append(follows[member][place.position + 1])
        np.add.at(sums, reader, rows.logits[row, token] - norms[row])
    if not np.isfinite(sums).all():
        raise BackendError("A likelihood is not a number; the model file may be damaged.")
    return ScoredTexts(sums.tolist(), costs)


def read_answers(
    cache: KVCache, resident: Tokens, prompts: Sequence[Tokens], answers: Sequence[Sequence[Sequence[int]]]
) -> tuple[list[list[float]], list[int]]:
    """Log-probability of each answer (a set of first tokens) after each prompt, and tokens evaluated.

    Probabilities are over the full vocabulary at temperature 1. `resident` is a proper prefix of all prompts;
    it stays in the KV cache for the next call.

    :raises BackendError: if any is not finite.
    """
    costs = [0] * len(prompts)
    costs[0] += cache.begin(resident, cache.room(prompts, resident))
    found: list[list[float]] = [[] for _ in prompts]
    for rows in cache.read(prompts, [len(prompt) - 1 for prompt in prompts], costs):
        if not rows.places:
            continue
        norms = log_normalisers(rows.logits)
        for index, place in enumerate(rows.places):
            for member in place.readers:
                found[member] = [
                    float(
                        np.logaddexp.reduce(rows.logits[index, list(tokens)].astype(np.float64))
                        - norms[index]
                    )
                    for tokens in answers[member]
                ]
    if not all(len(values) and np.isfinite(values).all() for values in found):
        raise BackendError("The model's answer is not a number; the model file may be damaged.")
    return found, costs
