"""The linear algebra that the rating needs, for matrices of at most about seventy rows."""

from collections.abc import Sequence
from math import erfc, sqrt

Row = tuple[float, ...]


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Sum of products, over as many entries as the shorter one has."""
    return sum(map(float.__mul__, left, right))


def normal_cdf(x: float) -> float:
    """Standard normal distribution function, accurate in both tails."""
    return 0.5 * erfc(-x / sqrt(2.0))


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Lower factor L with L L^T = `matrix`, rows of growing length; only the lower triangle is read.

    Raises ValueError when the matrix is not positive definite.
    """
    factor: list[list[float]] = []
    for i, source in enumerate(matrix):
        row: list[float] = []
        for j in range(i):
            above = factor[j]
            row.append((source[j] - dot(row, above)) / above[j])
        pivot = source[i] - dot(row, row)
        if not pivot > 0.0:
            raise ValueError("the covariance is not positive definite")
        row.append(sqrt(pivot))
        factor.append(row)
    return factor
