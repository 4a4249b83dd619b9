"""The head: for each quality a logistic regression on the difference of two texts' mean states.

What markers (`pairs.MARKERS`) explain is explained by them while the head is fitted, and left out when it
judges, so length, markup and the like cannot stand for quality. Neutral pairs teach silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aw_training.judge import human_edits, neutral, rewriting
from aw_training.judge.pairs import Pair, Quality, markers

EVIDENCE: Final = 1 / 8
"""Log-odds are the difference of two scores, times this, times the root of the mean number of tokens: a text
of four times the length says twice as much about how well it is written."""

_PENALTY: Final = 0.02
"""On the squares of weights, where the log-likelihood is a mean over pairs and states have unit variance."""

_WORSENED: Final = 0.3
"""What all pairs of worsened prose count together, where human edits count 1 for *clear*, and rewrites by
models for *craft*. More makes a judge of errors, less one that overlooks them."""

_NEUTRAL: Final = 0.3
"""What all neutral pairs count together."""

LEARNT_FROM: Final[dict[Quality, tuple[str, ...]]] = {
    "clear": (human_edits.KIND,),
    "craft": rewriting.KINDS,
}
"""The kinds of pairs that lead; worsened prose of every kind is added."""

_STEPS: Final = 30
_CLOSE: Final = 1e-7
_MOST: Final = 500.0

Numbers = NDArray[np.float64]


class Read(NamedTuple):
    """A pair with the mean states of the better and of the worse text, (2, width), and their tokens."""

    pair: Pair
    states: NDArray[np.float32]
    tokens: tuple[int, int]


def fit(read: Sequence[Read], quality: Quality) -> NDArray[np.float32]:
    """The weights that make scores of mean states: (width,)."""
    weights = _weights(read, quality)
    used = [each for each, weight in zip(read, weights, strict=True) if weight]
    scale = np.std([each.states[0] for each in used], axis=0)
    gaps = np.array([each.states[0] - each.states[1] for each in used]) / scale
    gaps *= EVIDENCE * np.sqrt([[sum(each.tokens) / 2] for each in used])
    neutrals = np.array([each.pair.kind == neutral.KIND for each in used])
    explained = np.array([np.subtract(markers(each.pair.better), markers(each.pair.worse)) for each in used])
    explained[neutrals] = 0.0  # here the states have to be silent by themselves
    inputs = np.hstack([gaps, explained]).astype(np.float64)
    penalties = np.concatenate([np.full(len(scale), 2 * _PENALTY), np.zeros(explained.shape[1])])
    found = _logistic(inputs, np.where(neutrals, 0.5, 1.0), weights[weights > 0] / weights.sum(), penalties)
    weights_of_states: NDArray[np.float32] = (found[: len(scale)] / scale).astype(np.float32)
    return weights_of_states


def _weights(read: Sequence[Read], quality: Quality) -> Numbers:
    """What each pair counts."""
    of_quality = np.array([quality in each.pair.qualities for each in read])
    leading = of_quality & [each.pair.kind in LEARNT_FROM[quality] for each in read]
    neutrals = of_quality & [each.pair.kind == neutral.KIND for each in read]
    counted = leading.astype(np.float64)
    for group, share in ((neutrals, _NEUTRAL), (of_quality & ~leading & ~neutrals, _WORSENED)):
        counted += group * (share * max(leading.sum(), 1) / max(group.sum(), 1))
    return counted


def _logistic(inputs: Numbers, targets: Numbers, weights: Numbers, penalties: Numbers) -> Numbers:
    """What maximises the weighted mean log-likelihood, by Newton's method.

    Rows of `inputs` are differences of two texts, `targets` the probabilities that the first is better, 1 or
    for neutral pairs 1/2. `penalties` are added to the curvature, one for each column.
    """
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        wrong = 1 / (1 + np.exp(np.clip(inputs @ found, -_MOST, _MOST)))
        slope = inputs.T @ (weights * (wrong + targets - 1)) - penalties * found
        curvature = (inputs * (weights * wrong * (1 - wrong))[:, None]).T @ inputs
        step = np.linalg.solve(curvature + np.diag(penalties + _CLOSE), slope)
        found = found + step
        if np.abs(step).max() < _CLOSE**0.5:
            break
    return found
