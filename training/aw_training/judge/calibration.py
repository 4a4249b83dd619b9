"""Gains: factors that turn the network's log-odds into honest ones, fitted on pairs it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

_STEPS = 60


def slope(scores: Sequence[float], tokens: Sequence[int]) -> float:
    """By how much the scores of good texts rise with the logarithm of their length, by least squares."""
    lengths = np.log(np.asarray(tokens, dtype=np.float64))
    away = lengths - lengths.mean()
    return float((away * np.asarray(scores)).sum() / (away**2).sum())


def gain(by_kind: Mapping[str, Sequence[float]]) -> float:
    """The factor by which log-odds for the better text are multiplied so that they predict best.

    Kinds count alike, however many pairs they have. The likelihood of a logistic model without intercept has
    one maximum, found by bisection of its slope.
    """
    values = np.concatenate([np.asarray(kind, dtype=np.float64) for kind in by_kind.values()])
    weights = np.concatenate([np.full(len(kind), 1 / len(kind)) for kind in by_kind.values()])

    def rise(log_gain: float) -> float:
        odds = np.clip(values * math.exp(log_gain), -500, 500)
        return float((weights * values / (1 + np.exp(odds))).sum())

    low, high = -4.0, 4.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rise(middle) > 0 else (low, middle)
    return math.exp((low + high) / 2)
