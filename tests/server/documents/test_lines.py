"""Lines and positions as LSP has them, in every unit, against a slow reading of the specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_server.documents.lines import Encoding, Lines
from aw_server.protocol import Position, Range

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
PIECES = ["a", "é", "東", "😀", "👩‍👩‍👧", "e\u0301", "שלום", "\u202e", "\n", "\r\n", "\r", "\u2028", "\u2029"]
PIECES += ["\x85", "\x0c", "\x0b", "\ufeff", "\0", "\ud800", " ", "word"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def reference(text: str, offset: int, encoding: Encoding) -> tuple[int, int]:
    """Line and character of a code point offset, counted one by one; a lone surrogate counts too."""
    line = begin = at = 0
    while at < offset:
        if text[at] == "\n" or (text[at] == "\r" and text[at + 1 : at + 2] != "\n"):
            line, begin = line + 1, at + 1
        at += 1
    codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return line, sum(len(each.encode(codec, "surrogatepass")) // size for each in text[begin:offset])


def expressible(text: str, offset: int) -> bool:
    """Between CR and LF there is no position."""
    return not (offset > 0 and text[offset - 1 : offset + 1] == "\r\n")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS)
def test_positions_and_offsets_are_each_others_way_back(text: str, encoding: Encoding) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        if not expressible(text, offset):
            continue
        position = lines.position(offset, encoding)
        assert (position.line, position.character) == reference(text, offset, encoding)
        assert lines.offset(position, encoding) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, line=st.integers(0, 50), character=st.integers(0, 200))
def test_every_position_means_a_place_in_the_text(
    text: str, line: int, character: int, encoding: Encoding
) -> None:
    offset = Lines(text).offset(Position(line, character), encoding)
    assert 0 <= offset <= len(text)
    assert expressible(text, offset)


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_ranges_hold_their_text(text: str, encoding: Encoding) -> None:
    lines = Lines(text)
    found = lines.range(0, len(text), encoding)
    assert text[lines.offset(found.start, encoding) : lines.offset(found.end, encoding)] == text


@pytest.mark.parametrize(
    ("position", "offset"),
    [
        (Position(0, 99), 3),  # beyond its line: the line's end, before the line end
        (Position(1, 0), 5),
        (Position(1, 99), 7),  # no line end behind the last line
        (Position(7, 0), 7),  # beyond the last line: the end
    ],
)
def test_positions_beyond_are_cut(position: Position, offset: int) -> None:
    assert Lines("one\r\nab").offset(position, "utf-16") == offset


def test_a_position_inside_a_character_is_its_start() -> None:
    lines = Lines("a😀b")
    assert lines.offset(Position(0, 2), "utf-16") == 1
    assert [lines.offset(Position(0, each), "utf-8") for each in range(1, 7)] == [1, 1, 1, 1, 2, 3]


def test_only_three_line_ends_count() -> None:
    text = "a\u2028b\x85c\x0cd\ne"
    assert Lines(text).position(len(text), "utf-16") == Position(1, 1)


def test_an_empty_text_has_one_line() -> None:
    assert Lines("").range(0, 0, "utf-16") == Range(Position(0, 0), Position(0, 0))


def test_a_long_document_is_read_in_a_moment() -> None:
    text = "They has 😀 it.\n" * 500_000
    lines = Lines(text)
    assert lines.position(len(text) - 1, "utf-16") == Position(499_999, 15)
