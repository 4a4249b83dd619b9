from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH, Plan, RatingName
from aw_engine.judging.contest import Contest, open_contest, planned_calls
from aw_engine.judging.profile import Noise


@pytest.mark.parametrize("name", ["gaussian", "elo"])
def test_both_schemes_are_driven_alike(name: RatingName) -> None:
    contest: Contest = open_contest(name, Noise(), Random(1))
    for c in ("a", "b", "c"):
        contest.add(c, (ORIGINAL,))
    field = ["a", "b", "c", ORIGINAL]
    contest.begin(field, 2, contest.calls(field))
    assert contest.next_pairs(1)
    assert contest.strength("a") == contest.strength("b")
    assert 0.0 < contest.beats("a", ORIGINAL) <= 0.5
    assert set(contest.among_best(field, 1, Random(1))) == {"a", "b", "c"}
    with pytest.raises(ValueError, match="already"):
        contest.add("a")


@pytest.mark.parametrize(("plan", "calls"), [(QUICK, 24), (NORMAL, 42), (THOROUGH, 78)])
def test_the_planned_calls_are_those_of_the_plan(plan: Plan, calls: int) -> None:
    assert planned_calls(plan) == calls


def test_elo_plans_its_twenty_rounds() -> None:
    assert planned_calls(replace(QUICK, n=7, rating="elo")) == 80
    assert planned_calls(replace(NORMAL, rating="elo")) == 80 + 80
