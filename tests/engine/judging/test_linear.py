import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.judging.linear import cholesky, normal_cdf


@given(st.integers(1, 12), st.integers(0, 2**31))
def test_the_factor_times_its_transpose_is_the_matrix(size: int, seed: int) -> None:
    root = np.random.default_rng(seed).normal(size=(size, size))
    matrix = root @ root.T + np.eye(size)
    lower = np.array([row + [0.0] * (size - len(row)) for row in cholesky(matrix.tolist())])
    assert np.allclose(lower @ lower.T, matrix, atol=1e-9)


def test_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        cholesky([[1.0, 2.0], [2.0, 1.0]])


@pytest.mark.parametrize(("x", "p"), [(0.0, 0.5), (1.0, 0.8413447), (-8.0, 6.22096e-16), (40.0, 1.0)])
def test_the_normal_distribution_is_right_in_both_tails(x: float, p: float) -> None:
    assert normal_cdf(x) == pytest.approx(p, rel=1e-6)
