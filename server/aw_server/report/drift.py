"""Generation by generation: is the run still writing, or has it begun to please the judge?"""

from collections.abc import Sequence

from msgspec import Struct

from aw_engine.domain.result import GenerationMeters
from aw_server.report.scale import Scale, line

WIDTH, HEIGHT = 200, 112
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 4, 12, 22


class Point(Struct, frozen=True):
    x: float
    y: float
    value: str
    generation: int


class Meter(Struct, frozen=True):
    """One figure over the generations; `note` says what it is, its neutral value stands at `level`.

    `ticks` are the ends of the scale: (place, label).
    """

    title: str
    note: str
    points: tuple[Point, ...]
    line: str
    level: float | None
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def meters(generations: Sequence[GenerationMeters]) -> tuple[Meter, ...]:
    """Best rating, diversity, length and worn phrases; none where no generation was judged to its end."""
    if not generations:
        return ()
    return (
        _meter(
            "Best rating",
            "log-odds against your text",
            [g.best for g in generations],
            0.0,
            (-1, 1),
            signed=True,
        ),
        _meter(
            "Diversity",
            "new wording that two rewrites do not share",
            [g.diversity for g in generations],
            None,
            (0, 1),
        ),
        _meter("Length", "words, your text being 1", [g.length_ratio for g in generations], 1.0, (0.5, 1.5)),
        _meter(
            "Worn phrases",
            "per 1,000 words, beyond your text’s",
            [g.slop for g in generations],
            0.0,
            (-2, 2),
            signed=True,
        ),
    )


def _meter(
    title: str,
    note: str,
    values: list[float],
    neutral: float | None,
    within: tuple[float, float],
    *,
    signed: bool = False,
) -> Meter:
    """`within` is the least that the scale shows, so that small changes look small."""
    low, high = min(*values, within[0]), max(*values, within[1])
    y = Scale(low, high, HEIGHT - _BOTTOM - 6, _TOP + 6)
    x = Scale(1, len(values), _LEFT + 24, WIDTH - _RIGHT - 24)
    points = tuple(
        Point(x.at(at), y.at(value), _written(value, 2, signed=signed), at)
        for at, value in enumerate(values, start=1)
    )
    return Meter(
        title=title,
        note=note,
        points=points,
        line=line([(p.x, p.y) for p in points]),
        level=None if neutral is None else y.at(neutral),
        ticks=tuple((y.at(value), _written(value, 1, signed=signed)) for value in (low, high)),
    )


def _written(value: float, digits: int, *, signed: bool) -> str:
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    return text.replace("-", "−")
