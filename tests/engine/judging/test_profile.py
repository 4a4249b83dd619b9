from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.judging.gaussian import GaussianTournament
from aw_engine.judging.profile import TRAINED_JUDGE, UNMEASURED, noise_of_accuracy, of_free_rewrites
from aw_engine.judging.verdict import logistic


@pytest.mark.parametrize(("accuracy", "tau2"), [(0.71, 3.3), (0.63, 11), (0.60, 19), (0.58, 30)])
def test_noise_follows_from_accuracy(accuracy: float, tau2: float) -> None:
    assert noise_of_accuracy(accuracy) == pytest.approx(tau2, rel=0.08)


def test_no_accuracy_is_believed_to_be_perfect_or_useless() -> None:
    assert noise_of_accuracy(1.0) == noise_of_accuracy(0.78) > 1
    assert noise_of_accuracy(0.3) == noise_of_accuracy(0.51) < 2100


@pytest.mark.parametrize(
    ("accuracy", "mass", "claim"),
    [
        (0.65, 1.0, "ranks"),
        (0.64, 1.0, "weak"),
        (0.58, 1.0, "weak"),
        (0.57, 1.0, "unranked"),
        (0.9, 0.4, "unranked"),
    ],
)
def test_what_may_be_claimed_depends_on_accuracy_and_label_mass(
    accuracy: float, mass: float, claim: str
) -> None:
    assert replace(UNMEASURED, accuracy=accuracy, mass=mass).claim == claim


@pytest.mark.parametrize("odds", [-3.0, -0.5, 0.0, 0.8, 2.5])
def test_the_trained_judges_log_odds_are_the_probability_that_is_shown(odds: float) -> None:
    noise = TRAINED_JUDGE.noise
    tournament = GaussianTournament(noise, Random(1))
    for c in ("a", "b", "c"):
        tournament.add(c)
    said = {"a": odds, "b": 2.0, "c": 2.0}
    tournament.begin([ORIGINAL, "a", "b", "c"], 2, 9)
    answers = []
    for first, second in tournament.next_pairs(9):
        logit = said[first] if second == ORIGINAL else -said[second]
        spread = 9.0 if "a" in (first, second) else 0.5  # criteria that disagree are no sign of doubt
        answers.append(Comparison(first, second, logit, spread, 0.0, ()))
    tournament.record(answers)
    assert tournament.beats("a", ORIGINAL) == pytest.approx(logistic(odds), abs=0.015)


def rated(odds: list[float]) -> GaussianTournament:
    """Free rewrites of which the trained judge says this."""
    ids = [f"c{number}" for number in range(len(odds))]
    tournament = GaussianTournament(of_free_rewrites(TRAINED_JUDGE.noise), Random(1))
    for c in ids:
        tournament.add(c)
    tournament.begin([ORIGINAL, *ids], 2, len(ids))
    said = dict(zip(ids, odds, strict=True))
    answers = [
        Comparison(first, second, said[first] if second == ORIGINAL else -said[second], 0.5, 0.0, ())
        for first, second in tournament.next_pairs(len(ids))
    ]
    tournament.record(answers)
    return tournament


def test_the_best_by_chance_of_eight_free_rewrites_is_not_above_the_original() -> None:
    tournament = rated([1.9, 1.0, 0.5, 0.1, -0.1, -0.4, -0.8, -1.5])
    assert tournament.beats("c0", ORIGINAL) < 0.5


def test_free_rewrites_that_all_look_better_are() -> None:
    tournament = rated([9.0, 8.0, 7.5, 6.0, 6.0, 5.5, 4.0, 3.0])
    assert tournament.beats("c0", ORIGINAL) > 0.98
    assert tournament.beats("c7", ORIGINAL) > 0.9
    assert tournament.strength("c0").mean > tournament.strength("c1").mean
