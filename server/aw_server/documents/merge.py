"""A rewrite taken over into a text that has changed meanwhile: a three-way merge by sentence."""

from itertools import pairwise

from aw_engine.text.matching import opcodes
from aw_engine.text.sentences import sentences

_Edit = tuple[int, int, tuple[str, ...]]  # sentences `[start, end)` of the original become these


def merge(original: str, current: str, rewrite: str) -> str | None:
    """`current` with what `rewrite` changes in `original`, all three prose without line ends.

    None where both have changed a sentence, or put something at the same place, in different ways.
    """
    base = _split(original)
    edits = sorted({*_edits(base, _split(current)), *_edits(base, _split(rewrite))})
    for (start, end, _), (next_start, next_end, _) in pairwise(edits):
        if next_start < end or (start, end) == (next_start, next_end):
            return None
    merged: list[str] = []
    at = 0
    for start, end, new in edits:
        merged += [*base[at:start], *new]
        at = end
    return _joined([*merged, *base[at:]])


def _split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


def _edits(base: list[str], other: list[str]) -> list[_Edit]:
    steps = opcodes(base, other)
    return [(i1, i2, tuple(other[j1:j2])) for kind, i1, i2, j1, j2 in steps if kind != "equal"]


def _joined(parts: list[str]) -> str:
    """Sentences with a space between them, but behind a full stop that wants none."""
    text = ""
    for part in parts:
        text += part if not text or text.endswith(("。", "！", "？")) else f" {part}"
    return text
