"""From values to places in a drawing."""

from collections.abc import Iterable, Sequence

from msgspec import Struct


class Scale(Struct, frozen=True):
    """Values from `low` to `high` at the places `start` to `end`; values beyond stand at the rim."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, to a tenth."""
        if self.high <= self.low:
            return round((self.start + self.end) / 2, 1)
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def line(points: Iterable[tuple[float, float]]) -> str:
    """An SVG path through the points."""
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def band(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> str:
    """An SVG path around the area between two lines."""
    return line([*upper, *reversed(lower)]) + "Z"
