"""Gains: factors that turn the network's log-odds into honest ones, fitted on pairs it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from aw_training.judge import human_edits

_STEPS = 60


def slope(scores: Sequence[float], tokens: Sequence[int]) -> float:
    """By how much the scores of good texts rise with the logarithm of their length, by least squares."""
    lengths = np.log(np.asarray(tokens, dtype=np.float64))
    away = lengths - lengths.mean()
    return float((away * np.asarray(scores)).sum() / (away**2).sum())


def gain(by_kind: Mapping[str, Sequence[float]]) -> float:
    """The factor by which log-odds for the better text are multiplied so that they predict best.

    Kinds count alike, however many pairs they have, but for human edits, which count as much as all others:
    what a program does to a text is seen at once, what an editor prefers seldom. The likelihood of a logistic
    model without intercept has one maximum, found by bisection of its slope.
    """
    values = np.concatenate([np.asarray(kind, dtype=np.float64) for kind in by_kind.values()])
    share = {kind: max(1, len(by_kind) - 1) if kind == human_edits.KIND else 1 for kind in by_kind}
    weights = np.concatenate([np.full(len(odds), share[kind] / len(odds)) for kind, odds in by_kind.items()])

    def rise(log_gain: float) -> float:
        odds = np.clip(values * math.exp(log_gain), -500, 500)
        return float((weights * values / (1 + np.exp(odds))).sum())

    low, high = -4.0, 4.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rise(middle) > 0 else (low, middle)
    return math.exp((low + high) / 2)
