from collections import Counter
from collections.abc import Sequence
from math import nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.errors import BackendError
from aw_engine.judging.gaussian import GaussianTournament
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import Noise
from aw_engine.judging.rating import prior, strength
from support.reference_rating import rate

ONE_ORDER = Noise(rho=0.0, bias_var=1e-6, swaps=False)


def field_of(size: int) -> list[str]:
    return [*(f"c{n}" for n in range(size)), ORIGINAL]


class World:
    """True strengths, and a judge with bias and noise that gives the same answer to the same question."""

    def __init__(self, seed: int, spread: float = 1.0, noise: float = 1.0, bias: float = 0.5) -> None:
        self._seed, self._spread, self._noise, self._bias = seed, spread, noise, bias

    def strength(self, candidate: str) -> float:
        if candidate == ORIGINAL:
            return 0.0
        return Random(f"{self._seed}/{candidate}").gauss(0, self._spread)

    def answer(self, pair: Pair) -> Comparison:
        error = Random(f"{self._seed}/{pair}").gauss(0, self._noise)
        logit = self.strength(pair[0]) - self.strength(pair[1]) + self._bias + error
        return Comparison(first=pair[0], second=pair[1], logit=logit, spread=0.0, length=0.0, readouts=())


def play(tournament: GaussianTournament, world: World, most: int = 1) -> list[Pair]:
    pairs: list[Pair] = []
    while some := tournament.next_pairs(most):
        tournament.record([world.answer(pair) for pair in some])
        pairs += some
    return pairs


def open_field(
    seed: int, field: Sequence[str], k: int, cap: int, noise: Noise | None = None
) -> GaussianTournament:
    tournament = GaussianTournament(noise or Noise(), Random(seed))
    for c in field:
        if c != ORIGINAL:
            tournament.add(c)
    tournament.begin(field, k, cap)
    return tournament


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 6), st.integers(0, 10**6), st.booleans())
def test_every_tournament_is_repeatable_and_keeps_its_rules(
    size: int, k: int, most: int, seed: int, swaps: bool
) -> None:
    field = field_of(size)
    noise = Noise() if swaps else ONE_ORDER
    cap = 3 * size
    tournament = open_field(seed, field, k, cap, noise)
    pairs = play(tournament, World(seed), most)
    assert pairs == play(open_field(seed, field, k, cap, noise), World(seed), most)
    assert len(pairs) <= cap
    assert len(set(pairs)) == len(pairs)
    assert all(first != second for first, second in pairs)
    firsts, met = Counter(p[0] for p in pairs), Counter(c for p in pairs for c in p)
    assert set(met) == set(field)
    assert {c: tournament.compared(c) for c in field} == dict(met)
    if swaps:
        assert all(abs(2 * firsts[c] - met[c]) <= 2 + met[c] // 2 for c in field)
    else:  # who stands first is all the same to this judge
        assert len({frozenset(pair) for pair in pairs}) == len(pairs)


def test_the_rating_is_that_of_the_batch_form() -> None:
    field, world = field_of(8), World(4)
    tournament = open_field(4, field, 3, 24)
    answers = [world.answer(pair) for pair in play(tournament, world)]
    assert any((c.second, c.first) in {(a.first, a.second) for a in answers} for c in answers)
    reference = rate(answers, prior(field[:-1], Noise()), Noise())
    for candidate in field[:-1]:
        found, expected = tournament.strength(candidate), strength(reference, candidate)
        assert (found.mean, found.sd) == pytest.approx((expected.mean, expected.sd), abs=1e-9)


def test_a_clear_field_ends_long_before_its_cap_and_a_close_one_does_not() -> None:
    field = field_of(12)
    clear = play(open_field(1, field, 3, 36), World(1, spread=6.0, noise=0.1))
    close = play(open_field(1, field, 3, 36), World(1, spread=0.1))
    assert 6 <= len(clear) <= 24 < len(close) <= 36


def test_an_even_answer_at_the_boundary_is_asked_again_in_the_other_order() -> None:
    tournament = open_field(3, field_of(4), 2, 40)
    world = World(3, spread=0.0, noise=0.0, bias=0.0)
    pairs = play(tournament, world)
    swapped = [n for n, (i, j) in enumerate(pairs) if (j, i) in pairs[:n]]
    assert swapped
    first = swapped[0]
    assert pairs[first] == pairs[first - 1][::-1]


def test_the_final_asks_what_is_missing_between_the_best_three_and_the_original() -> None:
    field, world = field_of(6), World(9)
    tournament = open_field(9, field, 2, 18)
    before = play(tournament, world)
    tournament.begin_final(field, 6)
    final = play(tournament, world, most=6)
    best = sorted(field[:-1], key=lambda c: -tournament.strength(c).mean)
    assert set(before).isdisjoint(final)
    assert all(ORIGINAL in pair for pair in final)
    asked = set(before) | set(final)
    assert sum((c, ORIGINAL) in asked and (ORIGINAL, c) in asked for c in best) >= 3
    tournament.begin_final(field, 6)
    assert len(tournament.next_pairs(6)) <= 2


def test_a_judge_without_order_bias_is_asked_once_a_pair_in_the_final_too() -> None:
    field, world = field_of(4), World(9, bias=0.0)
    tournament = open_field(9, field, 2, 12, ONE_ORDER)
    pairs = play(tournament, world)
    tournament.begin_final(field, 6)
    pairs += play(tournament, world)
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert sum(ORIGINAL in pair for pair in pairs) >= 3


def test_children_meet_a_parent_first_and_one_of_the_best_next() -> None:
    field, world = field_of(6), World(2)
    tournament = open_field(2, field, 2, 18)
    play(tournament, world)
    tournament.add("child", ("c0",))
    tournament.add("cross", ("c1", "c2"))
    tournament.add("fresh", (ORIGINAL,))
    later = ["child", "cross", "fresh", "c0", "c1", "c2", "c3", ORIGINAL]
    assert tournament.calls(later) == 9
    tournament.begin(later, 2, tournament.calls(later))
    opening = tournament.next_pairs(8)
    meetings = {frozenset(pair) for pair in opening}
    better = "c1" if tournament.strength("c1").mean > tournament.strength("c2").mean else "c2"
    assert meetings == {
        frozenset(("child", "c0")),
        frozenset(("cross", better)),
        frozenset(("fresh", ORIGINAL)),
    }
    tournament.record([world.answer(pair) for pair in opening])
    second = tournament.next_pairs(3)
    assert [len({"child", "cross", "fresh"} & set(pair)) >= 1 for pair in second] == [True] * 3
    tournament.record([world.answer(pair) for pair in second])
    assert min(tournament.compared(c) for c in ("child", "cross", "fresh")) >= 2
    assert len(opening) + len(second) + len(play(tournament, world)) <= 9


def test_old_members_keep_what_is_known_of_them() -> None:
    tournament = open_field(2, field_of(4), 2, 12)
    play(tournament, World(2))
    before = tournament.strength("c1")
    tournament.add("new")
    assert tournament.strength("c1") == before


def test_answers_that_are_not_finite_count_for_nothing() -> None:
    field = field_of(4)
    tournament = open_field(1, field, 2, 12)
    good, bad = (World(1).answer(pair) for pair in tournament.next_pairs(2))
    before = [tournament.strength(each) for each in field]
    with pytest.raises(BackendError):
        tournament.record([good, Comparison(bad.first, bad.second, nan, 0.0, 0.0, ())])
    assert [tournament.strength(each) for each in field] == before
    tournament.record([good])
    with pytest.raises(ValueError, match="judged once"):
        tournament.record([good])


def test_a_pick_outlives_later_answers() -> None:
    tournament = open_field(5, field_of(3), 1, 9)
    tournament.pick(Pick(winner="c2", loser="c1"))
    play(tournament, World(5))
    assert tournament.beats("c2", "c1") > 0.5


def test_the_probabilities_of_being_among_the_best_add_up() -> None:
    tournament = open_field(5, field_of(5), 2, 15)
    play(tournament, World(5, spread=2.0))
    chances = tournament.among_best(field_of(5), 2, Random(1))
    assert sum(chances.values()) == pytest.approx(2.0)
    best = max(chances, key=lambda c: tournament.strength(c).mean)
    assert chances[best] == max(chances.values())
    assert ORIGINAL not in chances


def test_the_first_answers_set_how_much_disagreement_is_usual() -> None:
    def answers(spread: float) -> list[Comparison]:
        return [
            Comparison("c0", ORIGINAL, 1.0, 1.0, 0.0, ()),
            Comparison("c1", ORIGINAL, 1.0, spread, 0.0, ()),
        ]

    even, uneven = (GaussianTournament(Noise(), Random(0)) for _ in range(2))
    for tournament, spread in ((even, 1.0), (uneven, 5.0)):
        tournament.add("c0")
        tournament.add("c1")
        tournament.record(answers(spread))
    assert even.strength("c0").sd == pytest.approx(even.strength("c1").sd)
    assert uneven.strength("c1").sd > uneven.strength("c0").sd
