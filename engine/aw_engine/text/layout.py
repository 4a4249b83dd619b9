"""How a document breaks its lines: not at all, at a width, after each sentence, or each by itself."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.text.formats.block import Block
from aw_engine.text.formats.reader import parse, reader
from aw_engine.text.sentences import sentences

Style = Literal["line", "wrapped", "sentences", "lines"]
# Nobody wraps prose at fewer columns: such lines are those of a verse, an address, a list, a signature.
_NARROWEST = 50
_COMMENT = re.compile(r"(?<!\\)%.*")
# Blocks looked at to learn a document's habit.
_SAMPLE = 200
_CLOSERS = "\"'”’»)]*_`}"


class Layout(Struct, frozen=True):
    """`width` counts display columns, prefix included; it matters to the style `wrapped`, and to `lines`
    (every break stays between the words that it stood between) where a break cannot be followed."""

    style: Style
    width: int = 0


class _Fill(Struct, frozen=True):
    """A block of several lines: its widest line, and the narrowest that a line with the next word would have
    been; whether every line is a sentence or a clause; whether most lines were broken for being full."""

    lower: int
    upper: int
    by_sentence: bool
    filled: bool


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
    if block.kind == "title":
        return Layout("line")
    habit, fill = _habit(document, format), _fill(document, block, format)
    if reader(format).own_lines:
        return Layout("lines", fill.lower) if fill else Layout("line")
    if fill is None:
        line = columns(document[line_start(document, block.start) : block.lines[0][1]])
        if habit.style == "wrapped" and line <= habit.width:
            return habit
        alone = len(sentences(document[block.start : block.end])) == 1
        return habit if habit.style == "sentences" and alone else Layout("line")
    if fill.by_sentence and (fill.upper <= fill.lower or habit.style == "sentences"):
        return Layout("sentences")
    if habit.style == "wrapped" and fill.lower <= habit.width < fill.upper:
        return habit
    return Layout("wrapped" if fill.filled else "lines", fill.lower)


@lru_cache(maxsize=4)
def _habit(document: str, format: Format) -> Layout:
    """What most of the document's blocks of several lines do; `line` if there are none."""
    fills: list[_Fill] = []
    for block in parse(document, format).blocks:
        fill = _fill(document, block, format)
        if fill:
            fills.append(fill)
            if len(fills) == _SAMPLE:
                break
    by_sentence = sum(fill.by_sentence and fill.upper <= fill.lower for fill in fills)
    if by_sentence * 2 > len(fills):
        return Layout("sentences")
    filled = [fill for fill in fills if fill.filled]
    if not filled:
        return Layout("line")
    widths = Counter(fill.lower for fill in filled)
    width = max(widths, key=lambda w: (sum(fill.lower <= w < fill.upper for fill in filled), w))
    return Layout("wrapped", width)


def _fill(document: str, block: Block, format: Format) -> _Fill | None:
    """None for a block on one line, or with forced breaks only."""
    if len(block.lines) < 2:
        return None
    widths, uppers, lines = [], [], []
    at_stops = True
    for number, ((start, end), following) in enumerate(
        zip(block.lines, (*block.lines[1:], None), strict=True)
    ):
        if number in block.within:
            continue
        whole = document[start:end]
        text = (_COMMENT.sub("", whole) if format == "latex" else whole).rstrip()
        width = columns(document[line_start(document, start) : start] + text)
        widths.append(width)
        lines.append(text)
        # A hard break or a comment says nothing about where lines are broken otherwise.
        forced = whole.endswith(("  ", "\\")) or len(text) < len(whole.rstrip()) or number + 1 in block.within
        if following is not None and not forced:
            words = document[following[0] : following[1]].split(None, 1)
            uppers.append(width + 1 + columns(words[0]) if words else width)
            at_stops = at_stops and text.rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";", "。"))
    if not uppers:
        return None
    widest = max(widths)
    early = sum(upper <= widest for upper in uppers)
    return _Fill(
        lower=widest,
        upper=min(uppers),
        by_sentence=at_stops and all(len(sentences(line)) < 2 for line in lines),
        filled=widest >= _NARROWEST and early * 2 <= len(uppers) and not (at_stops and early),
    )
