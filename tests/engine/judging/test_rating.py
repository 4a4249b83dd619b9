"""The filter's invariants: each is a property that holds for every set of answers."""

from collections.abc import Sequence
from math import inf, nan, pi, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.result import Rating
from aw_engine.errors import BackendError
from aw_engine.judging import rating
from aw_engine.judging.profile import UNIT_NOISE, Noise
from aw_engine.judging.rating import Posterior, observe, prior, strength
from support.reference_rating import rate

IDS = ("a", "b", "c", "d")
FIELD = (*IDS, ORIGINAL)
NOISE = Noise(spread=0.5)


def answer(first: str, second: str, logit: float, length: float = 0.0, spread: float = 0.0) -> Comparison:
    return Comparison(first=first, second=second, logit=logit, spread=spread, length=length, readouts=())


@st.composite
def answers(draw: st.DrawFn) -> list[Comparison]:
    """Any answers about distinct ordered pairs, in any order."""
    pairs = [(i, j) for i in FIELD for j in FIELD if i != j]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs)))
    number = st.floats(-8, 8)
    return [answer(i, j, draw(number), draw(st.floats(-0.5, 0.5)), draw(st.floats(0, 4))) for i, j in chosen]


def filtered(comparisons: Sequence[Comparison], start: Posterior, noise: Noise) -> Posterior:
    """One rank-one update an answer."""
    seen: dict[tuple[str, str], Comparison] = {}
    belief = start
    for c in comparisons:
        belief = observe(belief, c, noise, seen.get((c.second, c.first)))
        seen[c.first, c.second] = c
    return belief


def same(one: Posterior, other: Posterior, tolerance: float = 1e-9) -> bool:
    return (
        one.ids == other.ids
        and np.allclose(one.mean, other.mean, rtol=0, atol=tolerance)
        and np.allclose(one.cov, other.cov, rtol=0, atol=tolerance)
    )


@given(answers())
def test_batch_and_rank_one_forms_agree(comparisons: list[Comparison]) -> None:
    start = prior(IDS, NOISE)
    assert same(filtered(comparisons, start, NOISE), rate(comparisons, start, NOISE))


@given(answers(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(comparisons: list[Comparison], rng: Random) -> None:
    start = prior(IDS, NOISE)
    shuffled = list(comparisons)
    rng.shuffle(shuffled)
    assert same(filtered(comparisons, start, NOISE), filtered(shuffled, start, NOISE))
    assert same(rate(comparisons, start, NOISE), rate(shuffled, start, NOISE))


@given(answers(), st.permutations(IDS))
def test_renaming_candidates_renames_the_result(comparisons: list[Comparison], names: list[str]) -> None:
    new = {**dict(zip(IDS, names, strict=True)), ORIGINAL: ORIGINAL}
    renamed = [replace(c, first=new[c.first], second=new[c.second]) for c in comparisons]
    before = rate(comparisons, prior(IDS, NOISE), NOISE)
    after = rate(renamed, prior(IDS, NOISE), NOISE)
    for c in IDS:
        assert strength(before, c).mean == pytest.approx(strength(after, new[c]).mean, abs=1e-9)
        assert strength(before, c).sd == pytest.approx(strength(after, new[c]).sd, abs=1e-9)


@given(answers())
def test_exchanging_places_and_signs_keeps_strengths_and_negates_the_bias(
    comparisons: list[Comparison],
) -> None:
    exchanged = [
        replace(c, first=c.second, second=c.first, logit=-c.logit, length=-c.length) for c in comparisons
    ]
    before = rate(comparisons, prior(IDS, NOISE), NOISE)
    after = rate(exchanged, prior(IDS, NOISE), NOISE)
    for c in IDS:
        assert strength(before, c).mean == pytest.approx(strength(after, c).mean, abs=1e-9)
    assert before.mean[1] == pytest.approx(-after.mean[1], abs=1e-9)


@given(st.lists(st.floats(-4, 4), min_size=20, max_size=20), st.floats(-3, 3))
def test_a_constant_added_to_all_answers_is_bias_where_every_order_is_asked(
    logits: list[float], constant: float
) -> None:
    pairs = [(i, j) for i in FIELD for j in FIELD if i != j]
    plain = [answer(i, j, x) for (i, j), x in zip(pairs, logits, strict=True)]
    shifted = [replace(c, logit=c.logit + constant) for c in plain]
    before = rate(plain, prior(IDS, NOISE), NOISE)
    after = rate(shifted, prior(IDS, NOISE), NOISE)
    for c in IDS:
        assert strength(before, c).mean == pytest.approx(strength(after, c).mean, abs=1e-9)
    if abs(constant) > 0.01:
        assert (after.mean[1] - before.mean[1]) / constant > 0.8


def test_the_covariance_stays_positive_definite_over_ten_thousand_updates() -> None:
    rng = Random(3)
    ids = tuple(f"c{n}" for n in range(6))
    belief = prior(ids, NOISE)
    for n in range(10_000):
        first, second = rng.sample((*ids, ORIGINAL), 2)
        if n % 50 == 0:
            belief = rating.prefer(belief, Pick(winner=first, loser=second))
        else:
            belief = observe(belief, answer(first, second, rng.gauss(0, 3), rng.gauss(0, 0.2)), NOISE)
    cov = np.array(belief.cov)
    assert (cov == cov.T).all()
    assert np.linalg.eigvalsh(cov).min() > 0


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.3, 0.3))
def test_both_orders_are_one_double_observation(a: float, c: float, d: float) -> None:
    start = prior(("a", "b"), NOISE)
    double = filtered([answer("a", "b", a, d), answer("b", "a", c, -d)], start, NOISE)
    # The split into two independent observations: preference and bias. State: g, b, beta, u_a, u_b.
    tau2, rho = NOISE.tau2, NOISE.rho
    mean, cov = np.array(start.mean), np.array(start.cov)
    for h, y, r in (
        (np.array([0, 0, d, 1, -1.0]), (a - c) / 2, tau2 * (1 + rho) / 2),
        (np.array([0, 1.0, 0, 0, 0]), (a + c) / 2, tau2 * (1 - rho) / 2),
    ):
        v = h @ cov @ h + r
        mean = mean + cov @ h / v * (y - h @ mean)
        cov = cov - np.outer(cov @ h, cov @ h) / v
    assert np.allclose(double.mean, mean, atol=1e-9)
    assert np.allclose(double.cov, cov, atol=1e-9)


def test_a_double_observation_claims_less_than_two_single_ones() -> None:
    start = prior(("a",), NOISE)
    once = observe(start, answer("a", ORIGINAL, 2.0), NOISE)
    double = observe(once, answer(ORIGINAL, "a", -2.0), NOISE, answer("a", ORIGINAL, 2.0))
    apart = observe(once, answer(ORIGINAL, "a", -2.0), NOISE)
    assert strength(apart, "a").sd < strength(double, "a").sd < strength(once, "a").sd


@given(answers())
def test_a_child_added_late_is_rated_as_if_it_had_been_there(comparisons: list[Comparison]) -> None:
    early = rating.add_crossover(rating.add_child(prior(IDS[:2], NOISE), "c", "a"), "d", "b", "c")
    about_parents = [c for c in comparisons if {"c", "d"}.isdisjoint((c.first, c.second))]
    late = filtered(about_parents, prior(IDS[:2], NOISE), NOISE)
    late = rating.add_crossover(rating.add_child(late, "c", "a"), "d", "b", "c")
    assert same(filtered(about_parents, early, NOISE), late)


def test_new_members_start_where_their_parents_are() -> None:
    belief = filtered([answer("a", ORIGINAL, 4.0), answer("b", "a", -1.0)], prior(("a", "b"), NOISE), NOISE)
    belief = rating.add_fresh(belief, "new")
    belief = rating.add_child(belief, "child", "a")
    belief = rating.add_crossover(belief, "cross", "a", "b")
    mean = {c: belief.mean[belief.at(c)] for c in belief.ids}
    variance = {c: belief.cov[belief.at(c)][belief.at(c)] for c in belief.ids}
    between = belief.cov[belief.at("a")][belief.at("b")]
    assert (mean["new"], variance["new"]) == (0.0, 1.0)
    assert mean["child"] == pytest.approx(mean["a"] - 0.3)
    assert variance["child"] == pytest.approx(variance["a"] + 1)
    assert mean["cross"] == pytest.approx((mean["a"] + mean["b"]) / 2 - 0.3)
    assert variance["cross"] == pytest.approx((variance["a"] + variance["b"] + 2 * between) / 4 + 1)


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_an_answer_that_is_not_finite_is_refused(bad: float) -> None:
    start = prior(IDS, NOISE)
    with pytest.raises(BackendError):
        observe(start, answer("a", "b", bad), NOISE)
    with pytest.raises(BackendError):
        observe(start, answer("a", "b", 1.0, spread=bad), NOISE)


def test_disagreement_between_criteria_widens_the_noise_and_agreement_does_not_narrow_it() -> None:
    start = prior(("a",), NOISE)
    sds = [
        strength(observe(start, answer("a", ORIGINAL, 2.0, spread=v), NOISE), "a").sd
        for v in (0.0, 0.5, 1.0, 4.0)
    ]
    assert sds[0] == sds[1] < sds[2] < sds[3]


def test_the_covariance_can_be_foreseen() -> None:
    noise = Noise()
    start = prior(IDS, noise)
    once = observe(start, answer("a", ORIGINAL, 3.0), noise)
    both = observe(once, answer(ORIGINAL, "a", 1.0), noise, answer("a", ORIGINAL, 3.0))
    seen = rating.foresee(start, "a", ORIGINAL, noise)
    assert seen.mean == start.mean
    assert np.allclose(seen.cov, once.cov, atol=1e-12)
    seen = rating.foresee(seen, ORIGINAL, "a", noise, swapped=True)
    assert np.allclose(seen.cov, both.cov, atol=1e-12)


def test_a_pick_by_the_writer_decides_but_does_not_end_all_doubt() -> None:
    belief = filtered([answer("a", "b", 3.0)], prior(("a", "b"), NOISE), NOISE)
    picked = rating.prefer(belief, Pick(winner="b", loser="a"))
    assert rating.beats(belief, "b", "a") < 0.25
    assert rating.beats(picked, "b", "a") > 0.85
    hesitant = rating.prefer(belief, Pick(winner="b", loser="a"), variance=UNIT_NOISE)
    assert rating.beats(belief, "b", "a") < rating.beats(hesitant, "b", "a") < rating.beats(picked, "b", "a")


def test_a_pick_against_overwhelming_evidence_stays_finite() -> None:
    noise = Noise(tau2=1e-4)
    belief = filtered([answer("a", "b", 6.0), answer("a", ORIGINAL, 6.0)], prior(("a", "b"), noise), noise)
    belief = rating.prefer(belief, Pick(winner="b", loser="a"))
    assert np.isfinite(belief.mean).all()
    assert np.linalg.eigvalsh(np.array(belief.cov)).min() > 0


def test_probabilities_against_the_original_use_the_shared_level() -> None:
    belief = prior(("a", "b"), NOISE)
    alone = strength(belief, "a")
    assert alone.mean == pytest.approx(-0.3)
    assert alone.sd == pytest.approx(sqrt(1.49))
    # The original beating everybody else says something about the generator, and so about b.
    after = observe(belief, answer(ORIGINAL, "a", 4.0), NOISE)
    assert rating.beats(after, "b", ORIGINAL) < rating.beats(belief, "b", ORIGINAL)
    assert rating.beats(after, ORIGINAL, ORIGINAL) == 0.5
    assert strength(after, ORIGINAL) == Rating(mean=0.0, sd=0.0)


def test_joint_draws_have_the_posterior_mean_and_covariance() -> None:
    belief = filtered([answer("a", "b", 2.0), answer("b", ORIGINAL, -1.0)], prior(("a", "b"), NOISE), NOISE)
    drawn: NDArray[np.float64] = np.array(rating.draws(belief, ("a", ORIGINAL, "b"), Random(5), 4000))
    assert (drawn[:, 1] == 0).all()
    for column, c in ((0, "a"), (2, "b")):
        assert drawn[:, column].mean() == pytest.approx(strength(belief, c).mean, abs=0.08)
        assert drawn[:, column].std() == pytest.approx(strength(belief, c).sd, rel=0.05)
    assert (drawn[:, 0] > drawn[:, 2]).mean() == pytest.approx(rating.beats(belief, "a", "b"), abs=0.03)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_length_counts_as_a_taste_of_the_judge_where_the_prior_allows_it(seed: int) -> None:
    """A judge that likes length only: with a known slope the strengths stay level."""
    rng = Random(seed)
    noise = Noise(slope=2.0, slope_var=0.01, tau2=pi**2 / 30)
    lengths = {c: rng.uniform(-0.3, 0.3) for c in FIELD}
    comparisons = [
        answer(i, j, 2.0 * (lengths[i] - lengths[j]), lengths[i] - lengths[j])
        for i in FIELD
        for j in FIELD
        if i < j
    ]
    belief = rate(comparisons, prior(IDS, noise), noise)
    spread = [strength(belief, c).mean for c in IDS]
    assert max(spread) - min(spread) < 0.1
