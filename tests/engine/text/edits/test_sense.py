"""A rewrite that says the opposite is seen, and a fair paraphrase is not taken for one."""

import pytest

from aw_engine.text.edits.sense import opposite, otherwise
from support.examples import tables

PAIRS = tables("sense")


def test_most_reversals_are_seen() -> None:
    assert len(PAIRS["opposite"]) >= 60
    missed = [pair for pair in PAIRS["opposite"] if not opposite(*pair)]
    assert len(missed) <= 0.1 * len(PAIRS["opposite"]), missed


def test_fair_paraphrases_pass() -> None:
    assert len(PAIRS["same"]) >= 60
    refused = [pair for pair in PAIRS["same"] if opposite(*pair)]
    assert len(refused) <= 0.05 * len(PAIRS["same"]), refused


@pytest.mark.parametrize(("original", "rewrite"), PAIRS["other"])
def test_another_hedge_person_or_amount_is_another_sense(original: str, rewrite: str) -> None:
    assert otherwise(original, rewrite)


@pytest.mark.parametrize(("original", "rewrite"), PAIRS["tighter"])
def test_what_is_only_mended_or_tightened_has_the_same_sense(original: str, rewrite: str) -> None:
    assert not otherwise(original, rewrite)
