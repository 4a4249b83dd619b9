"""Every rewrite as the page shows it: what it changes, why it stands where it stands, whose child it is."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL, Lineage
from aw_engine.domain.result import CriterionDelta, EvolveResult, Rating
from aw_engine.journal.record import Record
from aw_engine.text.diff import WordRun
from aw_engine.text.measures import changed
from aw_server import messages
from aw_server.differences import word_runs
from aw_server.report.scale import Scale

_AXIS = 240  # width of the drawing of a rating
_CRITERION = 4.0  # log-odds at the end of a criterion's bar


class Interval(Struct, frozen=True):
    """A rating's drawing: the mean, and the ends of two standard deviations."""

    mean: float
    low: float
    high: float


class Axis(Struct, frozen=True):
    """What all the intervals share; `zero` is the original's place."""

    zero: float
    ticks: tuple[tuple[float, str], ...]
    width: int = _AXIS


class CriterionBar(Struct, frozen=True):
    """A read-out against the original: from `start`, in percent of the width, as wide as `width`."""

    label: str
    value: str
    start: float
    width: float
    better: bool


class ReportEntry(Struct, frozen=True):
    """A rewrite, or the original. `rank` is None for one that did not come to the end."""

    id: str
    rank: int | None
    verdict: str
    chance: str
    rating: Rating | None
    interval: Interval | None
    words: int
    words_delta: int
    changed: float
    lineage: Lineage
    flags: tuple[str, ...]
    criteria: tuple[CriterionBar, ...]
    runs: tuple[WordRun, ...]
    marks: tuple[str, ...]

    @property
    def original(self) -> bool:
        return self.id == ORIGINAL


def entries(
    record: Record, result: EvolveResult, marks: Mapping[str, tuple[str, ...]]
) -> tuple[ReportEntry, ...]:
    """The ranking, the original in it, and after it the rewrites that were dropped before the end."""
    scale = _scale(result)
    text = record.passage.text
    found = [
        ReportEntry(
            id=each.id,
            rank=each.rank,
            verdict="" if each.id == ORIGINAL else messages.verdict(each),
            chance="" if each.id == ORIGINAL else messages.chance(each),
            rating=each.rating,
            interval=_interval(each.rating, scale),
            words=each.words,
            words_delta=each.words_delta,
            changed=changed(text, each.text),
            lineage=each.lineage,
            flags=tuple(messages.flagged(flag) for flag in each.flags),
            criteria=tuple(_criteria(each.criteria)),
            runs=() if each.id == ORIGINAL else tuple(word_runs(text, each.text)),
            marks=marks.get(each.id, ()),
        )
        for each in result.candidates
    ]
    ranked = {each.id for each in result.candidates}
    words = next(each.words for each in result.candidates if each.id == ORIGINAL) if ranked else 0
    found += [
        ReportEntry(
            id=each.id,
            rank=None,
            verdict="dropped before the end",
            chance="",
            rating=None,
            interval=None,
            words=each.words,
            words_delta=each.words - words,
            changed=each.changed,
            lineage=each.lineage,
            flags=tuple(messages.flagged(flag) for flag in each.flags),
            criteria=(),
            runs=tuple(word_runs(text, each.text)),
            marks=marks.get(each.id, ()),
        )
        for each in record.candidates
        if each.id not in ranked
    ]
    return tuple(found)


def axis(result: EvolveResult) -> Axis:
    """The axis of the intervals."""
    scale = _scale(result)
    reach = max(abs(scale.low), abs(scale.high))
    step = 1 if reach < 3.5 else 2 if reach < 7 else 5
    whole = range(-20, 21, step)
    ticks = tuple(
        (scale.at(v), f"{v:+d}".replace("-", "−") if v else "0")
        for v in whole
        if scale.low <= v <= scale.high
    )
    return Axis(zero=scale.at(0), ticks=ticks)


def _scale(result: EvolveResult) -> Scale:
    reach = [each.rating.mean + side * 2 * each.rating.sd for each in result.candidates for side in (-1, 1)]
    return Scale(min([-1.0, *reach]), max([1.0, *reach]), 6, _AXIS - 6)


def _interval(rating: Rating, scale: Scale) -> Interval:
    low, high = rating.mean - 2 * rating.sd, rating.mean + 2 * rating.sd
    return Interval(mean=scale.at(rating.mean), low=scale.at(low), high=scale.at(high))


def _criteria(deltas: tuple[CriterionDelta, ...]) -> Iterator[CriterionBar]:
    for each in sorted(deltas, key=lambda each: -each.delta):
        held = max(-_CRITERION, min(_CRITERION, each.delta))
        width = abs(held) / _CRITERION * 50
        value = f"{each.delta:+.1f}".replace("-", "−") + (f" ± {each.sd:.1f}" if each.sd > 0 else "")
        yield CriterionBar(
            label=each.label,
            value=value,
            start=round(50 - width if held < 0 else 50.0, 1),
            width=round(width, 1),
            better=each.delta > 0,
        )
