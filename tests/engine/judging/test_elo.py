from math import log, nan
from random import Random

import pytest

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.errors import BackendError
from aw_engine.judging.elo import EloTournament, expected, updated


def won(first: str, second: str, logit: float = 1.0) -> Comparison:
    return Comparison(first=first, second=second, logit=logit, spread=0.0, length=0.0, readouts=())


def test_ratings_follow_the_hand_computed_example() -> None:
    # 1200 against 1200: 32 * (1 - 0.5) = 16.  Then 1216 against 1184 loses: 32 * 0.54592 = 17.4695.
    assert updated(1200, 1200, 1) == (1216, 1184)
    assert expected(1216, 1184) == pytest.approx(0.545922, abs=1e-6)
    first, second = updated(1216, 1184, 0)
    assert first == pytest.approx(1198.5305, abs=1e-4)
    assert second == pytest.approx(1201.4695, abs=1e-4)


def test_matches_count_in_sequence_and_only_by_their_sign() -> None:
    tournament = EloTournament(Random(1))
    tournament.add("a")
    tournament.record([won("a", ORIGINAL, 0.1), won("a", ORIGINAL, -3.5)])
    points = tournament.strength("a").mean * 400 / log(10)
    assert points == pytest.approx(1198.5305 - 1201.4695, abs=1e-3)
    assert tournament.compared("a") == tournament.compared(ORIGINAL) == 2
    assert tournament.beats("a", ORIGINAL) == pytest.approx(expected(1198.5305, 1201.4695), abs=1e-6)


def test_twenty_rounds_pair_everybody_with_a_coin_for_the_order() -> None:
    tournament = EloTournament(Random(2))
    field = ["a", "b", "c", "d", ORIGINAL]
    for c in field[:-1]:
        tournament.add(c)
    tournament.begin(field, 2, tournament.calls(field))
    pairs = []
    while some := tournament.next_pairs(7):
        pairs += some
    assert len(pairs) == 40 == EloTournament.matches(5)
    rounds = [pairs[n : n + 2] for n in range(0, 40, 2)]
    assert all(len({c for pair in two for c in pair}) == 4 for two in rounds)
    assert {a < b for a, b in pairs} == {True, False}
    tournament.begin_final(field, 6)
    assert tournament.next_pairs(6) == []


def test_the_cap_cuts_the_schedule_short() -> None:
    tournament = EloTournament(Random(2))
    tournament.add("a")
    tournament.begin(["a", ORIGINAL], 1, 3)
    assert len(tournament.next_pairs(100)) == 3


def test_children_inherit_and_picks_count_as_matches() -> None:
    tournament = EloTournament(Random(1))
    tournament.add("a", (ORIGINAL,))
    tournament.add("b")
    tournament.record([won("a", "b")])
    tournament.add("c", ("a", "b"))
    tournament.add("d", ("a",))
    assert tournament.strength("c").mean == pytest.approx(0)
    assert tournament.strength("d") == tournament.strength("a")
    tournament.pick(Pick(winner="b", loser="a"))
    assert tournament.beats("b", "a") > 0.5
    assert tournament.among_best(["a", "b", ORIGINAL], 1, Random(0)) == {"a": 0.0, "b": 1.0}


def test_an_answer_that_is_not_finite_changes_nothing() -> None:
    tournament = EloTournament(Random(1))
    tournament.add("a")
    with pytest.raises(BackendError):
        tournament.record([won("a", ORIGINAL), won("a", ORIGINAL, nan)])
    assert tournament.strength("a").mean == 0
