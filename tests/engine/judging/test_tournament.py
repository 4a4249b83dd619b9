from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH, Plan, RatingName
from aw_engine.judging.profile import Noise
from aw_engine.judging.tournament import Tournament, open_tournament, planned_calls


@pytest.mark.parametrize("name", ["gaussian", "elo"])
def test_both_schemes_are_driven_alike(name: RatingName) -> None:
    tournament: Tournament = open_tournament(name, Noise(), Random(1))
    for c in ("a", "b", "c"):
        tournament.add(c, (ORIGINAL,))
    field = ["a", "b", "c", ORIGINAL]
    tournament.begin(field, 2, tournament.calls(field))
    assert tournament.next_pairs(1)
    assert tournament.strength("a") == tournament.strength("b")
    assert 0.0 < tournament.beats("a", ORIGINAL) <= 0.5
    assert set(tournament.among_best(field, 1, Random(1))) == {"a", "b", "c"}
    with pytest.raises(ValueError, match="already"):
        tournament.add("a")


@pytest.mark.parametrize(("plan", "calls"), [(QUICK, 24), (NORMAL, 30), (THOROUGH, 78)])
def test_the_planned_calls_are_those_of_the_plan(plan: Plan, calls: int) -> None:
    assert planned_calls(plan, Noise()) == calls


@pytest.mark.parametrize(("plan", "calls"), [(QUICK, 6), (NORMAL, 8), (THOROUGH, 24)])
def test_a_judge_that_scores_is_asked_once_a_rewrite(plan: Plan, calls: int) -> None:
    noise = Noise(swaps=False, absolute=True)
    assert planned_calls(plan, noise) == calls
    tournament = open_tournament("gaussian", noise, Random(1))
    for c in ("a", "b"):
        tournament.add(c, (ORIGINAL,))
    field = ["a", "b", ORIGINAL]
    assert tournament.calls(field) == 2
    tournament.begin(field, 1, 24)
    pairs = tournament.next_pairs(8)
    assert sorted(map(set, pairs), key=sorted) == [{"a", ORIGINAL}, {"b", ORIGINAL}]
    tournament.record([Comparison(*pair, logit=1.0, spread=0.0, length=0.0, readouts=()) for pair in pairs])
    assert tournament.next_pairs(8) == [], "what is said of two rewrites follows from what is said of each"
    tournament.begin_final(field, tournament.final_calls)
    assert tournament.next_pairs(8) == []
    tournament.add("c", ("a",))
    tournament.begin([*field, "c"], 1, 24)
    assert set(*tournament.next_pairs(8)) == {"c", ORIGINAL}


def test_elo_plans_its_twenty_rounds() -> None:
    assert planned_calls(replace(QUICK, n=7, rating="elo"), Noise()) == 80
    assert planned_calls(replace(NORMAL, generations=2, rating="elo"), Noise()) == 80 + 80
