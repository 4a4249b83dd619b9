"""What a rating says is worked out once, for every front end."""

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Flag, Lineage
from aw_engine.domain.result import CriterionDelta, Ranked, Rating, Verdict
from aw_engine.judging.verdict import assessed, logistic, percent, uncertainty

FLAG = Flag("number", "12", "21")


def entry(
    mean: float = 1.0, sd: float = 0.5, wins: float = 0.9, flags: tuple[Flag, ...] = (), name: str = "c1"
) -> Ranked:
    return Ranked(
        id=name,
        rank=1,
        text="",
        title="",
        wins=wins,
        rating=Rating(mean, sd),
        provisional=False,
        words=0,
        words_delta=0,
        preferred=False,
        niche="light",
        flags=flags,
        criteria=(CriterionDelta("clear", "Clear", 1.6, 0.3), CriterionDelta("short", "Short", -50.0, 0.0)),
        lineage=Lineage("copy-edit", (ORIGINAL,), 1),
    )


@pytest.mark.parametrize(
    ("given", "trusted", "verdict"),
    [
        (entry(), True, "better"),
        (entry(), False, "equal"),
        (entry(wins=0.79), True, "equal"),
        (entry(mean=0.0, wins=0.5), True, "notBetter"),
        (entry(flags=(FLAG,)), True, "check"),
        (entry(mean=-1.0, flags=(FLAG,)), True, "check"),
        (entry(mean=0.0, sd=0.0, wins=0.5, name=ORIGINAL), True, "equal"),
    ],
)
def test_a_flag_comes_before_the_judge_and_only_a_trusted_judge_says_better(
    given: Ranked, trusted: bool, verdict: Verdict
) -> None:
    assert assessed(given, trusted=trusted).verdict == verdict


def test_the_uncertainty_grows_with_the_deviation_and_is_none_without_one() -> None:
    assert uncertainty(Rating(1.0, 0.0)) == 0.0
    widths = [uncertainty(Rating(0.0, sd)) for sd in (0.1, 0.5, 1.0, 3.0)]
    assert widths == sorted(widths)
    assert 0 < widths[0] < widths[-1] < 0.5
    assert uncertainty(Rating(1.0, 0.5)) == pytest.approx((0.9906 - 0.9640) / 2, abs=1e-4)


def test_criteria_have_their_probabilities() -> None:
    clear, short = assessed(entry(), trusted=True).criteria
    assert clear.wins == pytest.approx(0.832, abs=1e-3)
    assert clear.uncertainty == pytest.approx(0.3 * 0.832 * 0.168, abs=1e-3)
    assert (short.wins, short.uncertainty) == (logistic(-30.0), 0.0)


def test_what_is_assessed_twice_stays_as_it_is() -> None:
    once = assessed(entry(), trusted=True)
    assert assessed(once, trusted=True) == once
    assert replace(once, uncertainty=0.0, verdict="equal", criteria=entry().criteria) == entry()


def test_a_percentage_never_claims_certainty() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.716, 0.999, 1.0)] == [1, 1, 72, 99, 99]
