"""Which rewrites repeat a living one, and which niche each fills.

A rewrite shares most of its words with the original anyway, so only what the original does not have is
compared. Niches are two axes that writers know: how much was changed, and how long it has become.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

from aw_engine.domain.candidate import Candidate, Niche
from aw_engine.text.measures import f1, ngrams, words

_TOO_ALIKE = 0.85
_FEWEST_OWN = 6
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

    The larger of the F1 of their own words and that of their own 4-grams. Where either has fewer than six
    words of its own the edits themselves are compared: 1 for the same set of changed spans, else 0.
    """
    given = _lower(original)
    own = [frozenset(_lower(text)) - frozenset(given) for text in (a, b)]
    if min(map(len, own)) < _FEWEST_OWN:
        return float(_edits(original, a) == _edits(original, b))
    fours = [ngrams(_lower(text), 4) - ngrams(given, 4) for text in (a, b)]
    total = fours[0].total() + fours[1].total()
    # Over both sizes and not over the smaller one: a rewrite that goes further is no duplicate.
    overlap = 2 * (fours[0] & fours[1]).total() / total if total else 0.0
    return max(f1(*own), overlap)


def duplicate(rewrite: str, living: Iterable[Candidate], original: str) -> Candidate | None:
    """The first of the living that `rewrite` repeats (similarity above 0.85), the original among them."""
    for candidate in living:
        if similarity(rewrite, candidate.text, original) > _TOO_ALIKE:
            return candidate
    return None


def _lower(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in words(text))


def _edits(original: str, rewrite: str) -> frozenset[_Edit]:
    """Changed spans of the original's tokens with what stands there instead."""
    before, after = (_TOKEN.findall(text.translate(_QUOTES)) for text in (original, rewrite))
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return frozenset((i1, i2, tuple(after[j1:j2])) for kind, i1, i2, j1, j2 in steps if kind != "equal")
