"""Copy-editing rehearsed without the model, to learn how much of it the model would have to read.

A first look has found by how much every edit of a passage raises its likelihood (`copyedit.survey`). In the
rehearsal an edit is worth elsewhere what it was worth there, undoing it is worth the opposite, and one that
was not met there is not made. Which edits are drawn first is thereby nearly exact, what follows a guess.
"""

from collections.abc import Iterable, Sequence
from math import inf

from anyio.lowlevel import checkpoint

from aw_engine.evolution.likelihood import GLANCE, TAIL, Change, Reading, up_to
from aw_engine.inference.prefix import shared_length

_BESIDE = 6  # characters on either side by which a place is recognised


class Rehearsal:
    """Answers like `likelihood.Scores` after a look that has found these rises (minus infinity: hopeless)."""

    def __init__(self, found: Sequence[tuple[Change, float]]) -> None:
        self._met = {change.reading.text: change.reading for change, _ in found}
        self._here: dict[tuple[str, str, str, str], float] = {}
        self._anywhere: dict[tuple[str, str], float] = {}
        for change, rise in found:
            before, old, after = _parts(change)
            self._here[before, old, change.by, after] = rise
            # Where the same edit was met at several places, the one that gained least speaks for others.
            self._anywhere[old, change.by] = min(rise, self._anywhere.get((old, change.by), inf))
        self._read = {
            (change.reading.context, text)
            for change, rise in found
            for tail in ((GLANCE, TAIL) if rise > -inf else (GLANCE,))
            for text in up_to(change, tail)
        }
        self._looked_at = _characters(self._read)
        self._unread = 0

    @property
    def unread(self) -> float:
        """What of all that was asked the look has not read, as a share of what it has."""
        return self._unread / max(1, self._looked_at)

    def as_met(self, reading: Reading) -> Reading:
        """The sentence after what preceded it in the look."""
        return self._met.get(reading.text, reading)

    async def rises(self, changes: Sequence[Change]) -> list[float]:
        """What the look found of each change, minus infinity for one that is hopeless or was not met."""
        self._ask(changes, GLANCE)
        found = [(change, self._rise(change)) for change in changes]
        hopeful = [change for change, rise in found if rise > change.floor]
        self._ask(hopeful, TAIL)
        await checkpoint()  # who rehearses must still hear that the run is cancelled
        return [rise if rise > change.floor else -inf for change, rise in found]

    async def whole(self, readings: Sequence[Reading]) -> list[float]:
        """0 for a sentence that the look has met, infinity for any other: what gains edit by edit is kept."""
        self._count([(reading.context, reading.text) for reading in readings])
        return [0.0 if reading.text in self._met else inf for reading in readings]

    def _rise(self, change: Change) -> float:
        before, old, after = _parts(change)
        known = (
            self._here.get((before, old, change.by, after)),
            _opposite(self._here.get((before, change.by, old, after))),
            self._anywhere.get((old, change.by)),
            _opposite(self._anywhere.get((change.by, old))),
        )
        return next((rise for rise in known if rise is not None), -inf)

    def _ask(self, changes: Sequence[Change], tail: int) -> None:
        self._count([(change.reading.context, text) for change in changes for text in up_to(change, tail)])

    def _count(self, wanted: Iterable[tuple[str, str]]) -> None:
        new = {pair for pair in wanted if pair[1] and pair not in self._read}
        self._read |= new
        self._unread += _characters(new)


def _opposite(rise: float | None) -> float | None:
    """Of undoing an edit with this rise; None for one that was not met or is hopeless, and so not made."""
    return None if rise is None or rise == -inf else -rise


def _parts(change: Change) -> tuple[str, str, str]:
    """What stands right before the change, what it replaces, and what stands right after it."""
    text = change.reading.text
    start, end = change.start, change.end
    return text[max(0, start - _BESIDE) : start], text[start:end], text[end : end + _BESIDE]


def _characters(pairs: Iterable[tuple[str, str]]) -> int:
    """Code points of the tree of these texts, each after its context: what is read of them together."""
    characters, last = 0, ""
    for text in sorted(f"{context}\0{text}" for context, text in pairs):
        characters += len(text) - shared_length(last, text)
        last = text
    return characters
