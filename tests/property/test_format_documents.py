"""Generated documents of each format: only prose can change, and it can be put back as it was.

A document is made of words that a writer may change and of everything else, in which none of these words
stands. So whatever is changed must have been one of them.
"""

import re
from contextlib import suppress
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.extract import extract
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.reflow import restore
from support.examples import examples
from support.rewording import reworded, veiled

EXAMPLES = max(100, settings.default.max_examples if settings.default else 0)


class Grammar(msgspec.Struct):
    """`pieces` stand within prose, `blocks` between paragraphs; a pair of `prefixes` begins the first and
    each further line of a paragraph; one of `head` comes first in a document."""

    pieces: list[str]
    blocks: list[str]
    prefixes: list[tuple[str, str]]
    head: list[str] = msgspec.field(default_factory=lambda: [""])


GRAMMARS = examples("grammars", dict[Format, Grammar])
_TEXT = (
    "the a of and it bed garden spade frost we they dig rake water early late slowly never because whenever "
    "house's well-known night, morning; rain: (aside) “quoted” end. stop? naïve café"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_PROSE = set(_LETTERS.findall(_TEXT))


def _wrapped(words: list[str], width: int, prefix: tuple[str, str]) -> str:
    lines, line, empty = [], prefix[0], True
    for word in words:
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, empty = prefix[1], True
        line += word if empty else f" {word}"
        empty = False
    return "\n".join([*lines, line])


@st.composite
def documents(draw: st.DrawFn, format: Format) -> str:
    grammar = GRAMMARS[format]
    word = st.sampled_from(_TEXT.split())
    piece = st.one_of(word, word, word, st.sampled_from(grammar.pieces))
    blocks = [draw(st.sampled_from(grammar.head))]
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            blocks.append(draw(st.sampled_from(grammar.blocks)))
            continue
        opening = draw(st.lists(word, min_size=5, max_size=5))
        words = [*opening, *draw(st.lists(piece, max_size=40)), *draw(st.lists(word, min_size=1, max_size=3))]
        width = draw(st.sampled_from((20, 40, 72, 120, 100_000)))
        blocks.append(_wrapped(words, width, draw(st.sampled_from(grammar.prefixes))))
    text = "\n\n".join(block for block in blocks if block) + draw(st.sampled_from(("", "\n")))
    return text.replace("\n", draw(st.sampled_from(("\n", "\n", "\r\n"))))


def _kept(document: str) -> list[str]:
    """Everything that is no prose, in order, without white space: prose may be wrapped anew."""
    return _LETTERS.sub(lambda word: "" if _is_prose(word.group()) else word.group(), document).split()


def _is_prose(word: str) -> bool:
    return word in _PROSE or not word.strip("x")


@pytest.mark.parametrize("format", list(GRAMMARS))
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_what_is_no_prose_stays(format: Format, data: st.DataObject) -> None:
    document = data.draw(documents(format))
    changed = reworded(document, format)
    assert _kept(changed) == _kept(document)
    place = at = 0
    for paragraph in paragraphs(document, format):
        outside = document[at : paragraph.start]
        found = changed.find(outside, place)
        assert found >= 0, outside
        place, at = found + len(outside), paragraph.end
    assert changed.endswith(document[at:])


@pytest.mark.parametrize("format", list(GRAMMARS))
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_a_paragraph_can_be_put_back_and_stays_one(format: Format, data: st.DataObject) -> None:
    document = data.draw(documents(format))
    for paragraph in paragraphs(document, format):
        with suppress(PassageError):  # too short, mostly
            taken = extract(document, paragraph.start, paragraph.end, format)
            frame, passage = taken.frame, taken.passage
            assert restore(frame, passage.text) == frame.original
            again = document[: frame.start] + restore(frame, veiled(passage)) + document[frame.end :]
            assert len(paragraphs(again, format)) == len(paragraphs(document, format)), again


def test_every_format_but_the_two_with_tests_of_their_own_is_generated() -> None:
    assert set(GRAMMARS) == set(get_args(Format)) - {"markdown", "plain"}
