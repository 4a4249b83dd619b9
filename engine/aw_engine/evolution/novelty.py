"""Which rewrites repeat a living one, and which niche each fills.

A rewrite shares most of its words with the original anyway, so only what the original does not have is
compared. Niches are two axes that writers know: how much was changed, and how long it has become.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL, Candidate, Niche
from aw_engine.text.matching import opcodes
from aw_engine.text.measures import changed, ngrams, words

_TOO_ALIKE = 0.85
_FEWEST_OWN = 6
_PLACES, _FEWEST_APART, _PART = 2, 3, 0.05
_TOKEN = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")
_QUOTES = str.maketrans("‘’“”‐", "''\"\"-")

_Edit = tuple[int, int, tuple[str, ...]]


class Cell(Struct, frozen=True):
    """One of nine niches: words changed (0–15, 15–40, over 40 %) × length (under 0.95, 0.95–1.05, over)."""

    niche: Niche
    length: Literal["shorter", "level", "longer"]


def niche(changed: float) -> Niche:
    """Light, medium or bold, from the share of words changed (0..1)."""
    if changed <= 0.15:
        return "light"
    return "medium" if changed <= 0.40 else "bold"


def cell(changed: float, length_ratio: float) -> Cell:
    """The niche of a rewrite with this share of words changed and this length against the original."""
    if length_ratio < 0.95:
        return Cell(niche(changed), "shorter")
    return Cell(niche(changed), "longer" if length_ratio > 1.05 else "level")


def similarity(a: str, b: str, original: str) -> float:
    """Likeness of two rewrites in what they do not share with `original`, 0..1.

    The larger of the F1 of the words that each put in and took out and that of their own 4-grams. Where
    either has put in fewer than six words the edits themselves are compared: 1 for the same set of changed
    spans, else 0.
    """
    given = Counter(_lower(original))
    (new, gone), (also_new, also_gone) = (
        (here - given, given - here) for here in (Counter(_lower(a)), Counter(_lower(b)))
    )
    if min(len(new), len(also_new)) < _FEWEST_OWN:
        return float(_edits(original, a) == _edits(original, b))
    common = (new & also_new).total() + (gone & also_gone).total()
    # Over both sizes and not over the smaller one: a rewrite that goes further is no duplicate.
    moved = 2 * common / sum(part.total() for part in (new, gone, also_new, also_gone))
    fours = [ngrams(_lower(text), 4) - ngrams(_lower(original), 4) for text in (a, b)]
    total = fours[0].total() + fours[1].total()
    overlap = 2 * (fours[0] & fours[1]).total() / total if total else 0.0
    return max(moved, overlap)


def duplicate(rewrite: str, living: Iterable[Candidate], original: str) -> Candidate | None:
    """The first of the living rewrites that `rewrite` repeats. The gates check against the original.

    It repeats one with a similarity above 0.85. But two rewrites that keep most of the original are alike in
    all that both mended, so they must also read alike: where two places or more differ, with a twentieth of
    the words, both are worth reading.
    """
    for candidate in living:
        if candidate.id == ORIGINAL or similarity(rewrite, candidate.text, original) <= _TOO_ALIKE:
            continue
        if niche(changed(original, rewrite)) == "bold" or not _apart(rewrite, candidate.text):
            return candidate
    return None


def _apart(one: str, other: str) -> bool:
    edits = _edits(one, other)
    touched = sum(max(end - start, len(by)) for start, end, by in edits)
    return len(edits) >= _PLACES and touched >= max(_FEWEST_APART, _PART * len(words(one)))


def _lower(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in words(text))


def _edits(original: str, rewrite: str) -> frozenset[_Edit]:
    """Changed spans of the original's tokens with what stands there instead."""
    before, after = (_TOKEN.findall(text.translate(_QUOTES)) for text in (original, rewrite))
    steps = opcodes(before, after)
    return frozenset((i1, i2, tuple(after[j1:j2])) for kind, i1, i2, j1, j2 in steps if kind != "equal")
