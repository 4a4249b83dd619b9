"""What a rewrite changes, by sentences and words, so that it can be shown and taken in parts."""

import re
from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from aw_engine.text.matching import opcodes, ratio
from aw_engine.text.sentences import sentences

_TOKEN = re.compile(r"\w+(?:['’‐-]\w+)*|\s+|[^\w\s]")
# Sentences less alike than this are shown as one removed and another added.
_ALIKE = 0.35
# Pairs of sentences that are all looked at, and those that no text is worth looking at.
_FEW, _MANY = 900, 20_000


class WordRun(Struct, frozen=True):
    """Text that both versions share, or that only one of them has."""

    kind: Literal["same", "removed", "added"]
    text: str


class SentenceDiff(Struct, frozen=True):
    """One sentence of either version: `original[start:end] == before` becomes `after`.

    Parts are in order and cover both texts: all `before` joined are the original, all `after` the rewrite.
    The runs of `words` without the added ones join to `before`, without the removed ones to `after`.
    """

    index: int
    kind: Literal["same", "changed", "added", "removed"]
    start: int
    end: int
    before: str
    after: str
    words: tuple[WordRun, ...]


def compare(original: str, rewrite: str) -> tuple[SentenceDiff, ...]:
    """The parts that turn `original` into `rewrite`, none for two empty texts."""
    before, after = _split(original), _split(rewrite)
    parts: list[SentenceDiff] = []
    at = 0
    for old, new in _align(before, after):
        parts.append(_part(len(parts), at, old, new))
        at += len(old)
    return tuple(parts)


def apply(original: str, parts: Sequence[SentenceDiff], chosen: Collection[int] | None = None) -> str:
    """`original` with the parts whose `index` is chosen; with all of them (None) the rewrite.

    :raises ValueError: if the parts are not a comparison of `original`.
    """
    if "".join(part.before for part in parts) != original:
        raise ValueError("These parts were made from another text.")
    return "".join(part.after if chosen is None or part.index in chosen else part.before for part in parts)


def _part(index: int, start: int, old: str, new: str) -> SentenceDiff:
    kind: Literal["same", "changed", "added", "removed"] = "changed"
    if old == new:
        kind = "same"
    elif not old:
        kind = "added"
    elif not new:
        kind = "removed"
    return SentenceDiff(index, kind, start, start + len(old), old, new, _words(old, new))


def _words(old: str, new: str) -> tuple[WordRun, ...]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[WordRun] = []
    for kind, i1, i2, j1, j2 in opcodes(before, after):
        if kind == "equal":
            runs.append(WordRun("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            runs.append(WordRun("removed", "".join(before[i1:i2])))
        if j2 > j1:
            runs.append(WordRun("added", "".join(after[j1:j2])))
    return tuple(runs)


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _align(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Pairs in order with the highest total likeness; "" stands where one side has no counterpart."""
    return _space(_join(_paired(before, after)))


def _paired(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """The pairs of `_align`. In a long text, sentences that both have are paired before the others."""
    if len(before) * len(after) <= _FEW:
        return _likest(before, after)
    pairs: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in opcodes(before, after):
        old, new = before[i1:i2], after[j1:j2]
        if kind == "equal":
            pairs += zip(old, new, strict=True)
        elif len(old) * len(new) <= _MANY:
            pairs += _likest(old, new)
        else:
            pairs.append(("".join(old), "".join(new)))
    return pairs


def _likest(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    likeness = [[_likeness(old, new) for new in after] for old in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] >= _ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[tuple[str, str]] = []
    i = j = 0
    while i < len(before) and j < len(after):
        alike = likeness[i][j]
        if alike >= _ALIKE and best[i][j] == best[i + 1][j + 1] + alike:
            pairs.append((before[i], after[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((before[i], ""))
            i += 1
        else:
            pairs.append(("", after[j]))
            j += 1
    pairs += [(old, "") for old in before[i:]]
    pairs += [("", new) for new in after[j:]]
    return pairs


def _join(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lone sentences joined to the neighbour that they were split from or merged into: half of a split
    sentence must not be taken without the other half."""
    joined: list[tuple[str, str]] = []
    for old, new in pairs:
        if joined and not all((*joined[-1], old, new)):
            last_old, last_new = joined[-1]
            apart = max(_likeness(last_old, last_new), _likeness(old, new))
            if 0 < apart < 1 and _likeness(last_old + old, last_new + new) > apart:
                joined[-1] = (last_old + old, last_new + new)
                continue
        joined.append((old, new))
    return joined


def _space(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """White space before a lone last sentence made part of it: taken alone, it must not lose its space."""
    spaced = pairs[:1]
    for old, new in pairs[1:]:
        (last_old, last_new) = spaced[-1]
        old_gap, new_gap = last_old[len(last_old.rstrip()) :], last_new[len(last_new.rstrip()) :]
        if not old and new_gap and not old_gap:
            spaced[-1], new = (last_old, last_new.rstrip()), new_gap + new
        elif not new and old_gap and not new_gap:
            spaced[-1], old = (last_old.rstrip(), last_new), old_gap + old
        spaced.append((old, new))
    return spaced


def _likeness(old: str, new: str) -> float:
    if old.strip() == new.strip():
        return 1.0
    before = [token.lower() for token in _TOKEN.findall(old) if not token.isspace()]
    after = [token.lower() for token in _TOKEN.findall(new) if not token.isspace()]
    return ratio(before, after)
