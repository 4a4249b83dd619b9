"""How the judge behaved: does the order decide, does it answer at all, do its criteria agree?"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from msgspec import Struct

from aw_engine.domain.comparison import Comparison
from aw_engine.domain.result import EvolveResult
from aw_server.report.scale import Scale

WIDTH, HEIGHT = 380, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 10, 10, 18, 36
_LIMIT = 4.0  # log-odds; the judge's answers are held to it
_BINS = 16


class Figure(Struct, frozen=True):
    """A figure with its name, and what it means in a sentence."""

    name: str
    value: str
    meaning: str


class ByCriterion(Struct, frozen=True):
    """One criterion's read-outs: how often it sides with the verdict of all, how often with the text shown
    first, its mean distance from a tie in log-odds, and the mean label mass."""

    label: str
    answers: int
    sides: float
    first: float
    distance: float
    mass: float


class Bar(Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    count: int
    first: bool


class Verdicts(Struct, frozen=True):
    """`bars` count the verdicts by their log-odds, those for the text shown first on the right."""

    figures: tuple[Figure, ...]
    criteria: tuple[ByCriterion, ...]
    bars: tuple[Bar, ...]
    middle: float
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = HEIGHT - _BOTTOM


def verdicts(
    comparisons: Sequence[Comparison], result: EvolveResult, labels: Mapping[str, str]
) -> Verdicts | None:
    """What there is to say about these comparisons, None if there are none. `labels` name the criteria."""
    if not comparisons:
        return None
    figures = (
        _order(comparisons),
        _first(comparisons),
        _mass(comparisons),
        _criteria_apart(comparisons),
        _against_ranking(comparisons, result),
    )
    x = Scale(-_LIMIT, _LIMIT, _LEFT, WIDTH - _RIGHT)
    return Verdicts(
        figures=tuple(each for each in figures if each is not None),
        criteria=_by_criterion(comparisons, labels),
        bars=_bars([each.logit for each in comparisons], x),
        middle=x.at(0),
        ticks=tuple((x.at(value), f"{value:+d}" if value else "0") for value in range(-4, 5, 2)),
    )


def _order(comparisons: Sequence[Comparison]) -> Figure:
    by_pair = {(each.first, each.second): each.logit for each in comparisons}
    both = [
        (logit, by_pair[second, first])
        for (first, second), logit in by_pair.items()
        if first < second and (second, first) in by_pair
    ]
    if not both:
        return Figure("Position bias", "not asked", "No pair was put to the judge in both orders.")
    flips = sum(a * b > 0 for a, b in both)
    bias = fmean((a + b) / 2 for a, b in both)
    pairs = "1 pair" if len(both) == 1 else f"{len(both):,} pairs"
    return Figure(
        "Position bias",
        f"{_signed(bias)}",
        f"Log-odds that standing first is worth, over {pairs} asked in both orders; in {flips:,} of them the "
        "same place won twice.",
    )


def _first(comparisons: Sequence[Comparison]) -> Figure:
    share = fmean(each.logit > 0 for each in comparisons)
    return Figure(
        "First text wins", f"{share:.0%}", f"Of {len(comparisons):,} comparisons; half would be even."
    )


def _mass(comparisons: Sequence[Comparison]) -> Figure | None:
    masses = [readout.mass for each in comparisons for readout in each.readouts]
    if not masses:
        return None
    weak = sum(mass < 0.5 for mass in masses)
    answers = "1 answer" if weak == 1 else f"{weak:,} of {len(masses):,} answers"
    return Figure(
        "Label mass",
        f"{fmean(masses):.2f}",
        f"Probability that the judge gives to the answers it is asked for, lowest {min(masses):.2f}; "
        f"{answers} had less than a half.",
    )


def _criteria_apart(comparisons: Sequence[Comparison]) -> Figure | None:
    several = [each.readouts for each in comparisons if len(each.readouts) > 1]
    if not several:
        return None
    apart = fmean(len({readout.logit > 0 for readout in readouts}) > 1 for readouts in several)
    return Figure(
        "Criteria disagree", f"{apart:.0%}", "Comparisons in which not all criteria favour one text."
    )


def _against_ranking(comparisons: Sequence[Comparison], result: EvolveResult) -> Figure | None:
    mean = {each.id: each.rating.mean for each in result.candidates}
    known = [each for each in comparisons if each.first in mean and each.second in mean]
    if not known:
        return None
    against = fmean((mean[each.first] - mean[each.second]) * each.logit < 0 for each in known)
    return Figure(
        "Against the ranking",
        f"{against:.0%}",
        "Comparisons won by the text that has the lower rating in the end.",
    )


def _by_criterion(comparisons: Sequence[Comparison], labels: Mapping[str, str]) -> tuple[ByCriterion, ...]:
    answers: dict[str, list[tuple[float, float, float]]] = {}
    for each in comparisons:
        for readout in each.readouts:
            answers.setdefault(readout.criterion, []).append((readout.logit, readout.mass, each.logit))
    return tuple(
        ByCriterion(
            label=labels.get(name, name),
            answers=len(found),
            sides=fmean(logit * verdict > 0 for logit, _, verdict in found),
            first=fmean(logit > 0 for logit, _, _ in found),
            distance=fmean(abs(logit) for logit, _, _ in found),
            mass=fmean(mass for _, mass, _ in found),
        )
        for name, found in answers.items()
    )


def _bars(logits: Sequence[float], x: Scale) -> tuple[Bar, ...]:
    width = 2 * _LIMIT / _BINS
    counts = [0] * _BINS
    for logit in logits:
        counts[min(_BINS - 1, max(0, int((logit + _LIMIT) / width)))] += 1
    y = Scale(0, max(counts), 0, HEIGHT - _TOP - _BOTTOM)
    return tuple(
        Bar(
            x=x.at(at * width - _LIMIT) + 1,
            y=HEIGHT - _BOTTOM - y.at(count),
            width=x.at(width) - x.at(0) - 2,
            height=y.at(count),
            count=count,
            first=at >= _BINS // 2,
        )
        for at, count in enumerate(counts)
        if count
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
