from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.judging import pairing
from aw_engine.judging.profile import Noise
from aw_engine.judging.rating import Posterior, observe, prior

NOISE = Noise()
IDS = ("a", "b", "c", "d")
FIELD = (*IDS, ORIGINAL)


def believing(**answers: float) -> Posterior:
    """Belief after each named rewrite met the original once with this answer."""
    belief = prior(IDS, NOISE)
    for c, logit in answers.items():
        answer = Comparison(first=c, second=ORIGINAL, logit=logit, spread=0.0, length=0.0, readouts=())
        belief = observe(belief, answer, NOISE)
    return belief


@given(st.integers(2, 20), st.integers(0, 1000))
def test_a_swiss_round_pairs_each_once_and_lets_at_most_one_rest(size: int, seed: int) -> None:
    field = [str(n) for n in range(size)]
    pairs = pairing.swiss_round(field, Random(seed))
    met = [c for pair in pairs for c in pair]
    assert len(pairs) == size // 2
    assert len(set(met)) == len(met)


def test_the_best_are_rewrites_only_and_ties_keep_the_order_of_the_field() -> None:
    assert pairing.best(believing(c=3.0), (ORIGINAL, *IDS), 2) == ["c", "a"]
    assert pairing.best(believing(), FIELD, 9) == list(IDS)


def test_the_boundary_pair_is_close_and_little_known() -> None:
    belief = believing(a=4.0, b=2.0, c=1.9, d=-4.0)
    assert pairing.boundary_pair(belief, ["a", "b"], ["c", "d", ORIGINAL], set()) == ("b", "c")
    asked = {("c", "b")}
    pair = pairing.boundary_pair(belief, ["a", "b"], ["c", "d", ORIGINAL], asked)
    assert pair is not None
    assert set(pair) != {"b", "c"}


def test_nothing_is_left_when_all_across_the_boundary_have_met() -> None:
    asked = {("a", "c"), ("d", "a"), ("a", ORIGINAL)}
    assert pairing.boundary_pair(believing(), ["a"], ["c", "d", ORIGINAL], asked) is None
    second = pairing.second_order_pair(believing(), ["a"], ["c"], asked)
    assert second == ("a", "c")
    assert pairing.arrange(("a", "c"), {}, asked, Random(0)) == ("c", "a")
    assert pairing.second_order_pair(believing(), ["a"], ["c"], asked | {("c", "a")}) is None


@given(st.integers(0, 500))
def test_a_thompson_pair_is_of_two_rewrites_that_have_not_met(seed: int) -> None:
    asked = {("a", "b"), ("c", "a")}
    pair = pairing.thompson_pair(believing(a=1.0), FIELD, 2, asked, Random(seed))
    if pair is not None:
        assert ORIGINAL not in pair
        assert pair[0] != pair[1]
        assert not {pair, pair[::-1]} & asked


def test_no_thompson_pair_where_everybody_is_among_the_best() -> None:
    assert pairing.thompson_pair(believing(), FIELD, 4, set(), Random(0)) is None


def test_first_place_goes_to_who_had_it_less_often() -> None:
    assert pairing.arrange(("a", "b"), {"a": 2, "b": 1}, set(), Random(0)) == ("b", "a")
    assert pairing.arrange(("a", "b"), {"b": 1}, set(), Random(0)) == ("a", "b")
    tossed = {pairing.arrange(("a", "b"), {}, set(), Random(seed)) for seed in range(20)}
    assert tossed == {("a", "b"), ("b", "a")}


def test_the_nearest_in_strength_is_found_among_those_not_met() -> None:
    belief = believing(a=4.0, b=1.0, c=0.9)
    assert pairing.nearest(belief, "c", ["a", "b", "c"], set()) == ("c", "b")
    assert pairing.nearest(belief, "c", ["a", "b"], {("b", "c")}) == ("c", "a")
    assert pairing.nearest(belief, "c", ["c"], set()) is None


def test_a_field_is_settled_when_a_miss_is_unlikely_or_small() -> None:
    assert not pairing.settled(believing(), ["a"], ["b", "c", "d", ORIGINAL])
    narrow = Noise(tau2=0.05)
    belief = prior(("a", "b"), narrow)
    for first, second, logit in (("a", "b", 2.0), ("a", ORIGINAL, 2.0), ("b", ORIGINAL, 0.0)):
        answer = Comparison(first=first, second=second, logit=logit, spread=0.0, length=0.0, readouts=())
        belief = observe(belief, answer, narrow)
    assert pairing.settled(belief, ["a"], ["b", ORIGINAL])
    assert not pairing.settled(belief, ["b"], ["a", ORIGINAL])
    assert not pairing.settled(belief, ["a"], ["b", ORIGINAL], delta=0.0)
