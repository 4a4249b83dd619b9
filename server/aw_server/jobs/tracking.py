"""Where a passage is after the document has changed around it, or in it: by its text, never by versions."""

from msgspec import Struct


class TrackedRange(Struct, frozen=True):
    """Code points `[start, end)` of a document; `found` says that the passage's text stands exactly there.

    If it does not, the range is where it would be: it grows and shrinks with edits inside.
    """

    start: int
    end: int
    found: bool = True


class _Change(Struct, frozen=True):
    """What two texts do not share at their ends: `old[start:old_end]` has become `new[start:new_end]`."""

    start: int
    old_end: int
    new_end: int


def follow(place: TrackedRange, original: str, old: str, new: str) -> TrackedRange:
    """The place in `new` of the passage that reads `original` and was at `place` in `old`.

    An edit beside it shifts it. After one that touches it, the passage is looked for among the text that is
    new: what stood in `old` already and was not it, is not it now. One occurrence is taken; of several, or
    where its double may have gone in its stead, the nearest with the same neighbouring lines.
    """
    change = _change(old, new)
    moved = _shifted(place, change)
    if place.found and (place.end <= change.start or change.old_end <= place.start):
        return moved
    found = _occurrences(original, new, change.start, change.new_end)
    if not found:
        return moved
    doubles = sum(
        at != place.start or not place.found
        for at in _occurrences(original, old, change.start, change.old_end)
    )
    if len(found) > 1 or doubles:
        beside = _neighbours(old, place.start, place.end)
        found = [at for at in found if _neighbours(new, at, at + len(original)) == beside]
        if not found:
            return moved
    start = min(found, key=lambda at: abs(at - moved.start))
    return TrackedRange(start, start + len(original))


def _change(old: str, new: str) -> _Change:
    start = _shared(old, new, min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = _shared_at_end(old, new, most)
    return _Change(start, len(old) - end, len(new) - end)


def _shared(old: str, new: str, most: int) -> int:
    """Length of the longest common beginning, by halving: comparing slices is fast, a loop would not be."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            most = middle - 1
    return low


def _shared_at_end(old: str, new: str, most: int) -> int:
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            most = middle - 1
    return low


def _shifted(place: TrackedRange, change: _Change) -> TrackedRange:
    """The range after the change; an end inside what is gone moves to its border."""
    delta = change.new_end - change.old_end
    start, end = place.start, place.end
    if place.found and end <= change.start:
        return place
    if start >= change.old_end:
        return TrackedRange(start + delta, end + delta, place.found)
    start = min(start, change.start)
    end = end + delta if end >= change.old_end else max(start, min(end, change.start))
    return TrackedRange(start, max(end, start), found=False)


def _occurrences(text: str, document: str, start: int, end: int) -> list[int]:
    """Where `text` stands in `document`, wholly before `start` and wholly behind `end` left out."""
    found = []
    last = end + len(text) - 1
    at = document.find(text, max(0, start - len(text) + 1), last)
    while at >= 0:
        found.append(at)
        at = document.find(text, at + 1, last)
    return found


def _neighbours(document: str, start: int, end: int) -> tuple[str, str]:
    """The nearest lines with something on them, before and behind the lines of the range."""
    before = document[max(0, start - _REACH) : start].rpartition("\n")[0].rstrip().rpartition("\n")[2]
    after = document[end : end + _REACH].partition("\n")[2].lstrip().partition("\n")[0]
    return before.strip(), after.strip()


_REACH = 10_000  # characters beside the passage in which its neighbours are looked for
