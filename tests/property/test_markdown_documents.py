"""Documents made of all that dialects of Markdown know, nested and wrapped: a rewrite of every prose word
leaves everything else as it is."""

import os
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.text.extract import FEWEST_WORDS
from aw_engine.text.paragraphs import paragraphs
from support.examples import examples
from support.markdown_examples import MarkdownExamples
from support.rewriting import reworded

# `MARKDOWN_DOCUMENTS=10000` asks for as many, and needs `--timeout=0`.
EXAMPLES = int(os.environ.get("MARKDOWN_DOCUMENTS", "300"))
MADE_OF = examples("markdown", MarkdownExamples).generated
WORDS = " ".join(MADE_OF.words).split()
# Words that stand nowhere else.
PROSE = frozenset(word.lower() for word in WORDS)
# A space of a piece may have become a line's end, with the next line's prefix.
_BREAK = re.compile(r"\s*\r?\n[> \t]*")
_PIECE = re.compile(
    "|".join(
        re.escape(piece).replace("\\ ", r"(?: |\s*\r?\n(?:> |[ \t])*)")
        for piece in sorted(MADE_OF.inline, key=len, reverse=True)
    )
)


def _filled(pieces: list[str], width: int, broken: bool) -> list[str]:
    lines = [""]
    # A line of a quotation that begins with `>}}` is one of a quotation within.
    for piece in re.split(r" (?!>)", " ".join(pieces)) if broken else pieces:
        if lines[-1] and len(lines[-1]) + 1 + len(piece) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + piece
    return lines


@st.composite
def _paragraph(draw: st.DrawFn, width: int) -> list[str]:
    word = st.sampled_from([*WORDS, *WORDS, *WORDS, "our.", "We", "had,", "Many", "now!"])
    piece = st.one_of(*[word] * 5, st.sampled_from(MADE_OF.inline))
    pieces = [
        *draw(st.lists(st.sampled_from(WORDS), min_size=4, max_size=8)),
        *draw(st.lists(piece, max_size=30)),
    ]
    broken = draw(st.integers(0, 3)) == 0
    lines = _filled(pieces, width, broken)
    ending = draw(st.sampled_from(("", ".", ".", " {.teh}", " ^teh-1")))
    if not broken and draw(st.integers(0, 5)) == 0:
        lines = [line + draw(st.sampled_from(("", "  ", "\\"))) for line in lines[:-1]] + lines[-1:]
    elif len(lines) > 2 and not broken and draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(1, len(lines) - 1))
        lines[at:at] = draw(st.sampled_from(MADE_OF.displayed)).split("\n")
    first, other = draw(st.sampled_from(MADE_OF.prefixes))
    lines = [*lines[:-1], lines[-1] + ending]
    return [first + lines[0], *(other + line for line in lines[1:])]


@st.composite
def _blocks(draw: st.DrawFn, width: int, depth: int) -> list[str]:
    lines: list[str] = []
    for number in range(draw(st.integers(1, 4 - depth))):
        if number:
            lines.append("")
        what = draw(st.integers(0, 5))
        if what == 0:
            lines += draw(st.sampled_from(MADE_OF.leaves)).split("\n")
        elif what < 4 or depth == 3:
            lines += draw(_paragraph(width))
        else:
            before, first, other, after = draw(st.sampled_from(MADE_OF.around))
            inner = draw(_blocks(max(20, width - len(other)), depth + 1))
            lines += before.split("\n") if before else []
            lines.append(first + inner[0])
            lines += [other + line if line or other.strip() else "" for line in inner[1:]]
            lines += after.split("\n") if after else []
    return lines


@st.composite
def documents(draw: st.DrawFn) -> str:
    width = draw(st.sampled_from((20, 33, 50, 72, 80, 120, 100_000)))
    text = draw(st.sampled_from(MADE_OF.front)) + "\n".join(draw(_blocks(width, 0)))
    if draw(st.integers(0, 5)) == 0:
        text = re.sub(r"(?m)^((?:> )*)    ", r"\1\t", text)
    text += draw(st.sampled_from(("", "\n", "\n\n")))
    return text.replace("\n", draw(st.sampled_from(("\n", "\n", "\r\n"))))


def _prose_words(text: str) -> list[str]:
    found = re.findall(r"[^\W\d_]+", text)
    return [word for word in found if word.lower().removesuffix("zz") in PROSE]


def _structure(document: str) -> list[str]:
    """The lines that hold neither prose nor what may stand within a paragraph."""
    lines = _PIECE.sub("qq", document).splitlines(keepends=True)
    return [line for line in lines if line.strip(" \t\r\n>") and "qq" not in line and not _prose_words(line)]


def _inline(document: str) -> list[str]:
    """The pieces of inline markup in their order."""
    return [_BREAK.sub(" ", piece) for piece in _PIECE.findall(document)]


def _kinds(document: str) -> list[str]:
    return [paragraph.kind for paragraph in paragraphs(document, "markdown")]


def _other(word: str) -> str:
    return f"{word}zz"


def _longer(word: str) -> str:
    return f"{word}zz" if len(word) % 2 else f"{word} {word}zz"


@settings(max_examples=EXAMPLES, deadline=None)
@given(document=documents())
def test_everything_outside_prose_stays(document: str) -> None:
    assert reworded(document, lambda word: word) == document
    for change in (_other, _longer):
        changed = reworded(document, change)
        assert _structure(changed) == _structure(document)
        assert _inline(changed) == _inline(document)
        assert _kinds(changed) == _kinds(document)
        assert reworded(changed, lambda word: word) == changed
        assert ("\r\n" in document) == ("\r\n" in changed)
        assert changed.count("\n") - changed.count("\r\n") in (0, changed.count("\n"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(document=documents())
def test_all_prose_that_is_long_enough_is_offered(document: str) -> None:
    changed = reworded(document, _other)
    left = [word for word in _prose_words(changed) if not word.endswith("zz")]
    offered = [document[p.start : p.end] for p in paragraphs(document, "markdown")]
    short = " ".join(text for text in offered if len(_prose_words(text)) < FEWEST_WORDS + 4)
    assert len(left) <= len(_prose_words(short))
