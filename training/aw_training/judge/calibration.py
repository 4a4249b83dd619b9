"""Gains: factors that turn a head's log-odds into honest ones, fitted on pairs that it was not fitted on."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aw_training.errors import TrainingError
from aw_training.judge import neutral
from aw_training.judge.fitting import EVIDENCE, Read
from aw_training.judge.pairs import Quality

_STEPS = 60


def slope(scores: NDArray[np.float32], tokens: Sequence[int]) -> float:
    """By how much the scores of good texts rise with the logarithm of their length, by least squares."""
    return float(np.polyfit(np.log(tokens), scores, 1)[0])


def by_kind(
    read: Sequence[Read], quality: Quality, weights: NDArray[np.float32], slope_of_length: float
) -> dict[str, list[float]]:
    """Log-odds for the better text of every pair that differs in this quality, by the pair's kind."""
    found: dict[str, list[float]] = {}
    for each in read:
        if quality in each.pair.qualities and each.pair.kind != neutral.KIND:
            one, other = each.tokens
            gap = float((each.states[0] - each.states[1]) @ weights) - slope_of_length * math.log(one / other)
            odds = gap * math.sqrt((one + other) / 2) * EVIDENCE
            found.setdefault(each.pair.kind, []).append(odds)
    return found


def right(odds: Sequence[float]) -> float:
    """Share above 0; a tie counts half."""
    return math.fsum(0.5 if value == 0 else float(value > 0) for value in odds) / max(1, len(odds))


def gain(odds: Mapping[str, Sequence[float]], leading: Collection[str]) -> float:
    """The factor by which log-odds for the better text are multiplied so that they predict best.

    All pairs of the `leading` kinds together count as much as all others: what a program does to a text is
    seen at once, what an editor prefers seldom. The likelihood of a logistic model without intercept has one
    maximum, found by bisection of its slope.

    :raises TrainingError: if there are no pairs.
    """
    ahead = [value for kind, values in odds.items() if kind in leading for value in values]
    rest = [value for kind, values in odds.items() if kind not in leading for value in values]
    if not ahead + rest:
        raise TrainingError("Too few pairs to set by what is kept back how sure the judge is; make more.")
    values = np.array(ahead + rest)
    weights = np.concatenate([np.full(len(group), 1 / len(group)) for group in (ahead, rest) if group])

    def rise(log_gain: float) -> float:
        claimed = np.clip(values * math.exp(log_gain), -500, 500)
        return float((weights * values / (1 + np.exp(claimed))).sum())

    low, high = -4.0, 4.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rise(middle) > 0 else (low, middle)
    return math.exp((low + high) / 2)
