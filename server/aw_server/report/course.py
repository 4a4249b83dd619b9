"""How the ratings moved while the judge compared: one small drawing for each of the best rewrites."""

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult, Rating
from aw_engine.journal.record import Record
from aw_server import messages
from aw_server.report.scale import Scale, band, line

PANELS = 6
WIDTH, HEIGHT = 236, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 8, 8, 20


class Panel(Struct, frozen=True):
    """One rewrite's rating: `line` its mean, `band` one standard deviation around it, `end` where it ends."""

    id: str
    label: str
    line: str
    band: str
    end: tuple[float, float]


class Course(Struct, frozen=True):
    """The drawings share their axes: `zero` is the original's place, `ticks` are (place, label)."""

    panels: tuple[Panel, ...]
    others: tuple[str, ...]
    zero: float
    ticks: tuple[tuple[float, str], ...]
    calls: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def course(record: Record, result: EvolveResult) -> Course | None:
    """The course of the best rewrites' ratings, None where nothing was compared."""
    paths: dict[str, list[tuple[int, Rating]]] = {}
    for ranking in record.rankings:
        for place in ranking.places:
            if place.id != ORIGINAL:
                paths.setdefault(place.id, []).append((ranking.calls, place.rating))
    if not paths:
        return None
    last = record.rankings[-1].calls
    x = Scale(0, last, _LEFT, WIDTH - _RIGHT)
    low = min(rating.mean - rating.sd for path in paths.values() for _, rating in path)
    high = max(rating.mean + rating.sd for path in paths.values() for _, rating in path)
    y = Scale(min(low, -0.5), max(high, 0.5), HEIGHT - _BOTTOM, _TOP)
    drawn = {key: [(x.at(calls), y.at(rating.mean)) for calls, rating in path] for key, path in paths.items()}
    panels: list[Panel] = []
    for each in result.candidates:
        if each.id not in paths or len(panels) == PANELS:
            continue
        path = paths[each.id]
        upper = [(x.at(calls), y.at(rating.mean + rating.sd)) for calls, rating in path]
        lower = [(x.at(calls), y.at(rating.mean - rating.sd)) for calls, rating in path]
        if len(path) == 1:  # seen once, it is a stroke and no area
            upper, lower = ([(px - 1.5, py), (px + 1.5, py)] for ((px, py),) in (upper, lower))
        panels.append(
            Panel(
                id=each.id,
                label=f"{each.id} · {messages.chance(each)}",
                line=line(drawn[each.id]),
                band=band(upper, lower),
                end=drawn[each.id][-1],
            )
        )
    ticks = [
        (y.at(value), f"{value:+d}" if value else "0") for value in range(-9, 10) if y.low <= value <= y.high
    ]
    return Course(
        panels=tuple(panels),
        others=tuple(line(points) for points in drawn.values() if len(points) > 1),
        zero=y.at(0),
        ticks=tuple(ticks[:: max(1, len(ticks) // 5)] if len(ticks) > 6 else ticks),
        calls=((x.at(0), "0"), (x.at(last), f"{last:,}")),
    )
