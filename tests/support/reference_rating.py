"""Strengths from all answers at once, by the textbook: what the rank-one filter must agree with."""

from collections.abc import Sequence

import numpy as np

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.judging.profile import Noise
from aw_engine.judging.rating import Posterior

_WIDEST = 4.0


def rate(comparisons: Sequence[Comparison], start: Posterior, noise: Noise) -> Posterior:
    """The Gaussian posterior after `comparisons`; the two answers about a pair have correlated noise.

    Each ordered pair may occur once.
    """
    design = np.zeros((len(comparisons), len(start.mean)))
    widening = np.ones(len(comparisons))
    for row, each in zip(design, comparisons, strict=True):
        row[1], row[2] = 1.0, each.length
        for candidate, sign in ((each.first, 1.0), (each.second, -1.0)):
            if candidate != ORIGINAL:
                row[0] += sign
                row[start.at(candidate)] += sign
    if noise.spread > 0:
        widening = np.clip([each.spread / noise.spread for each in comparisons], 1.0, _WIDEST)
    shared = np.array(
        [
            [
                1.0 if a is b else -noise.rho * ((a.first, a.second) == (b.second, b.first))
                for b in comparisons
            ]
            for a in comparisons
        ]
    ).reshape(len(comparisons), len(comparisons))
    covariance = noise.tau2 * shared * np.sqrt(np.outer(widening, widening))
    answers = np.array([noise.gain * each.logit for each in comparisons])
    weights = np.linalg.solve(covariance, design) if len(comparisons) else design
    before = np.linalg.inv(np.array(start.cov))
    cov = np.linalg.inv(before + weights.T @ design)
    mean = cov @ (before @ np.array(start.mean) + weights.T @ answers)
    return Posterior(ids=start.ids, mean=tuple(mean), cov=tuple(map(tuple, cov)))
