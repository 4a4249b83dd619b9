"""The judge's figures, on comparisons whose answers are known by hand."""

import pytest

from aw_engine.domain.comparison import Comparison, Readout
from aw_engine.journal.recovery import outcome
from aw_server.report.verdicts import Verdicts, verdicts
from support.made_up_run import make_run


def _comparison(first: str, second: str, *logits: float, mass: float = 0.9) -> Comparison:
    readouts = tuple(Readout(name, logit, mass) for name, logit in zip("xyz", logits, strict=False))
    return Comparison(first, second, sum(logits) / len(logits), 0.0, 0.0, readouts)


@pytest.fixture
def found() -> Verdicts:
    comparisons = [
        _comparison("a", "b", 2.0, 1.0),
        _comparison("b", "a", 1.0, -0.4, mass=0.3),  # the first place won twice
        _comparison("a", "c", 3.0, 3.0),
        _comparison("c", "a", -3.0, -3.0),  # the same text won twice
    ]
    shown = verdicts(comparisons, outcome(make_run()), {"x": "Clear"})
    assert shown is not None
    return shown


def test_position_bias_is_what_both_orders_have_in_common(found: Verdicts) -> None:
    bias = next(each for each in found.figures if each.name == "Position bias")
    assert bias.value == "+0.45"  # ((1.5 + 0.3) / 2 + (3 − 3) / 2) / 2
    assert "over 2 pairs" in bias.meaning
    assert "in 1 of them" in bias.meaning


def test_shares_are_counted(found: Verdicts) -> None:
    values = {each.name: each for each in found.figures}
    assert values["First text wins"].value == "75%"
    assert values["Label mass"].value == "0.75"
    assert "2 of 8 answers" in values["Label mass"].meaning
    assert values["Criteria disagree"].value == "25%"


def test_criteria_are_measured_one_by_one(found: Verdicts) -> None:
    x, y = found.criteria
    assert (x.label, y.label) == ("Clear", "y")
    assert x.sides == 1.0
    assert y.sides == 0.75
    assert x.first == 0.75
    assert x.distance == pytest.approx(2.25)


def test_every_verdict_is_in_a_bar(found: Verdicts) -> None:
    assert sum(bar.count for bar in found.bars) == 4
    assert sum(bar.count for bar in found.bars if bar.first) == 3


def test_a_judge_that_was_never_asked_twice_is_not_said_to_be_even() -> None:
    shown = verdicts([_comparison("a", "b", 1.0)], outcome(make_run()), {})
    assert shown is not None
    assert shown.figures[0].value == "not asked"
    assert verdicts([], outcome(make_run()), {}) is None
