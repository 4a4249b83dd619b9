"""How a document breaks its lines: not at all, at a width, or after each sentence."""

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.text.formats.block import Block
from aw_engine.text.formats.reader import parse
from aw_engine.text.sentences import sentences

Style = Literal["line", "wrapped", "sentences"]
# Blocks looked at to learn a document's habit.
_SAMPLE = 200
_CLOSERS = "\"'”’»)]*_`}"


class Layout(Struct, frozen=True):
    """`width` counts display columns, prefix included; it matters to the style `wrapped` only."""

    style: Style
    width: int = 0


class _Fill(Struct, frozen=True):
    """A wrapped block: its widest line, and the narrowest that a line with the next word would have been."""

    lower: int
    upper: int
    at_stops: bool


def columns(text: str) -> int:
    """Display columns: wide East Asian characters count two, combining characters none."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text
    )


def is_wide(char: str) -> bool:
    """Whether the character is an ideograph, kana or the like, written without spaces between words."""
    wide = bool(char) and unicodedata.east_asian_width(char) in "WF"
    return wide and (char.isalpha() or char in "、。，！？")


def line_start(document: str, offset: int) -> int:
    """Where the line that holds the offset begins."""
    return max(document.rfind("\n", 0, offset), document.rfind("\r", 0, offset)) + 1


def layout(document: str, block: Block, format: Format) -> Layout:
    """How the block's lines were broken, judged by itself and, where it is too short, by its document."""
    habit, fill = _habit(document, format), _fill(document, block)
    if fill is None:
        line = columns(document[line_start(document, block.start) : block.lines[0][1]])
        if habit.style == "wrapped" and line <= habit.width:
            return habit
        alone = len(sentences(document[block.start : block.end])) == 1
        return habit if habit.style == "sentences" and alone else Layout("line")
    if fill.at_stops and (fill.upper <= fill.lower or habit.style == "sentences"):
        return Layout("sentences")
    if habit.style == "wrapped" and fill.lower <= habit.width < fill.upper:
        return habit
    return Layout("wrapped", fill.lower)


@lru_cache(maxsize=4)
def _habit(document: str, format: Format) -> Layout:
    """What most of the document's blocks of several lines do; `line` if there are none."""
    fills: list[_Fill] = []
    for block in parse(document, format).blocks:
        fill = _fill(document, block)
        if fill:
            fills.append(fill)
            if len(fills) == _SAMPLE:
                break
    if not fills:
        return Layout("line")
    by_sentence = sum(fill.at_stops and fill.upper <= fill.lower for fill in fills)
    if by_sentence * 2 > len(fills):
        return Layout("sentences")
    widths = Counter(fill.lower for fill in fills)
    width = max(widths, key=lambda w: (sum(fill.lower <= w < fill.upper for fill in fills), w))
    return Layout("wrapped", width)


def _fill(document: str, block: Block) -> _Fill | None:
    """None for a block on one line, or with hard breaks only."""
    if len(block.lines) < 2:
        return None
    widths, uppers = [], []
    at_stops = True
    for (start, end), following in zip(block.lines, (*block.lines[1:], None), strict=True):
        text = document[start:end].rstrip()
        width = columns(document[line_start(document, start) : start] + text)
        widths.append(width)
        # A hard break says nothing about where lines are broken otherwise.
        if following is not None and not document[start:end].endswith(("  ", "\\")):
            words = document[following[0] : following[1]].split(None, 1)
            uppers.append(width + 1 + columns(words[0]) if words else width)
            at_stops = at_stops and text.rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";", "。"))
    if not uppers:
        return None
    return _Fill(max(widths), min(uppers), at_stops)
