import numpy as np
import pytest

from aw_engine.errors import BackendError
from aw_engine.inference.sampling import log_normalisers, marks_grammar


def test_normalisers_make_every_row_a_distribution() -> None:
    rows = np.random.default_rng(1).normal(0, 20, (37, 8192)).astype(np.float32)
    totals = np.exp(rows - log_normalisers(rows)[:, None]).sum(axis=1)
    assert np.allclose(totals, 1, atol=1e-4)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_row_that_is_not_finite_is_an_error(value: float) -> None:
    rows = np.zeros((2, 4), dtype=np.float32)
    rows[1] = value
    with np.errstate(invalid="ignore"), pytest.raises(BackendError):
        log_normalisers(rows)


def test_the_grammar_names_each_mark_once_in_order() -> None:
    assert marks_grammar(["⟦1⟧", "⟦2⟧"]).startswith('root ::= text "⟦1⟧" text "⟦2⟧" text\n')
