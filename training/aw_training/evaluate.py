"""What a model file is worth as a judge, and how its likelihoods become log-odds.

Three questions: how well it predicts held-out prose; how often it likes the undamaged and the
edited text better, by the sum and by the mean of log-likelihoods; and which weights turn those
differences into honest probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from aw_training import corpus
from aw_training.damage import damage
from aw_training.errors import TrainingError
from aw_training.likelihood import Scorer, TextLikelihood
from aw_training.padding import pad

__all__ = ["Evaluation", "Weights", "evaluate", "fit_weights"]

# Errors in a text of so many words, from rare to frequent.
LIGHT, HEAVY = 3 / 100, 1 / 12
_LONGEST = 1200  # characters; fits the context even where tokens are short
_RIDGE = 1e-6

Features = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accuracy:
    """The share of pairs in which the better text is likelier, by sum and by mean; none of no pairs."""

    pairs: int
    by_sum: float | None
    by_mean: float | None


@dataclass(frozen=True)
class Weights:
    """Log-odds per nat (sum) and per nat a token (mean).

    `sum_weight` and `mean_weight` are each fitted alone, for judging by one of them; the `joint`
    ones are fitted together, for judging by both at once.
    """

    sum_weight: float
    mean_weight: float
    joint_sum_weight: float
    joint_mean_weight: float


@dataclass(frozen=True)
class Evaluation:
    """Everything measured; losses in nats a token and bits a byte of held-out modern prose."""

    nats_per_token: float
    bits_per_byte: float
    light_damage: Accuracy
    heavy_damage: Accuracy
    padding: Accuracy
    book_edits: Accuracy
    weights: Weights
    log_loss: float


def evaluate(model: Path, data: Path, *, texts: int = 300, threads: int = 2) -> Evaluation:
    """Score `texts` held-out paragraphs, or half of those there are, and the held-out repository's edits.

    The weights are fitted on other texts than those the accuracies are measured on.

    :raises TrainingError: there are no two held-out paragraphs.
    """
    held_out, edits = _held_out_prose(data), texts
    texts = min(texts, len(held_out) // 2)
    if not texts:
        raise TrainingError(f"{data} holds too few held-out paragraphs to measure a model with; add text.")
    measured, fitted = held_out[:texts], held_out[texts : 2 * texts]
    with Scorer(model, threads=threads) as scorer:
        clean = [scorer.score(text) for text in measured]
        nats = -sum(one.total for one in clean)
        rng = Random(5)
        wordy = [(text, pad(text, 3, rng)) for text in measured]
        padded = [
            (good, scorer.score(worse))
            for good, (text, worse) in zip(clean, wordy, strict=True)
            if worse != text
        ]
        light, heavy = (
            [(good, scorer.score(worse)) for good, worse in zip(clean, versions, strict=True)]
            for versions in (_damaged(measured, LIGHT, seed=1), _damaged(measured, HEAVY, seed=2))
        )
        book = [
            (scorer.score(after), scorer.score(before))
            for before, after in islice(_human_edits(data, book=True), edits)
        ]
        graded = _differences(_graded(fitted, scorer))
        padding = _differences(_padded(fitted, scorer))
        human = _differences(
            [
                (scorer.score(after), scorer.score(before))
                for before, after in islice(_human_edits(data, book=False), edits)
            ]
        )
    kinds = (graded, human, padding)
    # The kinds count alike, however many pairs there are of each.
    share = np.concatenate([np.full(len(kind), 1 / len(kinds) / max(1, len(kind))) for kind in kinds])
    features = np.concatenate(kinds)
    weights, log_loss = fit_weights(features, share)
    return Evaluation(
        nats_per_token=nats / sum(one.tokens for one in clean),
        bits_per_byte=nats / math.log(2) / sum(len(text.encode()) for text in measured),
        light_damage=_accuracy(light),
        heavy_damage=_accuracy(heavy),
        padding=_accuracy(padded),
        book_edits=_accuracy(book),
        weights=weights,
        log_loss=log_loss,
    )


def fit_weights(features: Features, share: Features) -> tuple[Weights, float]:
    """Weights that make the sigmoid of the score an honest probability, and the joint log-loss.

    `features` are pairs × (Δ sum, Δ mean), better minus worse; `share` weighs the pairs. There is
    no intercept: exchanging the two texts turns the score's sign.
    """
    (alone_sum,) = _logistic(features[:, :1], share)
    (alone_mean,) = _logistic(features[:, 1:], share)
    both = _logistic(features, share)
    losses = np.logaddexp(0.0, -features @ both)
    return (
        Weights(
            sum_weight=float(alone_sum),
            mean_weight=float(alone_mean),
            joint_sum_weight=float(both[0]),
            joint_mean_weight=float(both[1]),
        ),
        float(losses @ share / share.sum()),
    )


def _logistic(features: Features, share: Features) -> Features:
    """Weights of a logistic regression in which every label is 1, by Newton's method."""
    scale = np.sqrt((features**2).mean(axis=0)) + 1e-12
    scaled = features / scale
    weights = np.zeros(features.shape[1])
    for _ in range(50):
        wrong = 1 / (1 + np.exp(np.clip(scaled @ weights, -50, 50)))
        gradient = scaled.T @ (wrong * share) - _RIDGE * weights
        curvature = (scaled.T * (wrong * (1 - wrong) * share)) @ scaled
        step = np.linalg.solve(curvature + _RIDGE * np.eye(len(weights)), gradient)
        weights += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-8:
            break
    unscaled: Features = weights / scale
    return unscaled


def _held_out_prose(data: Path) -> list[str]:
    """Masked held-out modern paragraphs, in a fixed random order."""
    paragraphs = [
        text
        for paragraph in corpus.modern_paragraphs(data)
        if len(paragraph) < _LONGEST and corpus.held_out(paragraph)
        if (text := corpus.mask(paragraph)) is not None
    ]
    Random(0).shuffle(paragraphs)
    return paragraphs


def _human_edits(data: Path, *, book: bool) -> Iterator[tuple[str, str]]:
    """Masked (before, after) of editorial changes that keep numbers and code.

    With `book` those of the held-out repository; else those whose later text the model cannot
    have seen, because the held-out rule keeps it from training.
    """
    edits = [
        edit
        for edit in corpus.read_edits(data / corpus.EDITS_FILE)
        if edit.editorial and edit.meaning_kept
        if (edit.repository == corpus.HELD_OUT_REPOSITORY) == book
        if book or corpus.held_out(edit.after)
    ]
    Random(0).shuffle(edits)
    for edit in edits:
        before, after = corpus.mask(edit.before), corpus.mask(edit.after)
        if before and after and before != after and max(len(before), len(after)) < _LONGEST:
            yield before, after


def _damaged(texts: list[str], rate: float, seed: int) -> list[str]:
    rng = Random(seed)
    return [damage(text, max(1, round(rate * len(text.split()))), rng) for text in texts]


def _graded(texts: list[str], scorer: Scorer) -> list[tuple[TextLikelihood, TextLikelihood]]:
    """Each text against one error, one error against light, light against heavy damage."""
    rng = Random(3)
    pairs: list[tuple[TextLikelihood, TextLikelihood]] = []
    for text in texts:
        words = len(text.split())
        versions = [text]
        for errors in (1, max(2, round(LIGHT * words)), max(3, round(HEAVY * words))):
            versions.append(damage(text, errors, rng))
        scored = [scorer.score(version) for version in versions]
        pairs += pairwise(scored)
    return pairs


def _padded(texts: list[str], scorer: Scorer) -> list[tuple[TextLikelihood, TextLikelihood]]:
    """Each text against itself with some padding."""
    rng = Random(4)
    versions = ((text, pad(text, rng.randint(1, 4), rng)) for text in texts)
    return [(scorer.score(text), scorer.score(padded)) for text, padded in versions if padded != text]


def _differences(pairs: list[tuple[TextLikelihood, TextLikelihood]]) -> Features:
    """Pairs × (Δ sum, Δ mean), better minus worse."""
    return np.array([(one.total - other.total, one.mean - other.mean) for one, other in pairs]).reshape(-1, 2)


def _accuracy(pairs: list[tuple[TextLikelihood, TextLikelihood]]) -> Accuracy:
    differences = _differences(pairs)
    if not len(differences):
        return Accuracy(pairs=0, by_sum=None, by_mean=None)
    by_sum, by_mean = (differences > 0).mean(axis=0)
    return Accuracy(pairs=len(differences), by_sum=float(by_sum), by_mean=float(by_mean))
