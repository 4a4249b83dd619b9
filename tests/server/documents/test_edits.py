"""Minimal edits, applied as an editor applies them, give the rewrite byte for byte."""

import re
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from aw_engine.text.graphemes import continues
from aw_server.documents.edits import changes, text_edits
from aw_server.documents.lines import Encoding, Lines

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
WIDTH = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
PIECES = [
    *["word", "it's", "naïve", "e\u0301", "👩🏽\u200d🚀", "🇩🇪", "漢字", "שלום", "नमस्ते", "`x`", "  ", "\r\n"],
    *" \t\n\r\u2028\u0085\x0c\x00\ufeff\u202e\u200b。.—",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
SPLIT = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


def edited(text: str, edits: list[types.TextEdit], encoding: Encoding) -> str:
    """What an editor makes of it: lines cut at LSP's line ends, columns counted in encoded units."""
    unit, codec = WIDTH[encoding], CODEC[encoding]
    lines = [line.encode(codec) for line in SPLIT.split(text)]
    whole = b"".join(lines)

    def offset(place: types.Position) -> int:
        line = lines[place.line]
        end = len(line.decode(codec).rstrip("\r\n").encode(codec))
        assert place.character * unit <= end, "a position lies beyond its line"
        return sum(map(len, lines[: place.line])) + place.character * unit

    places = [(offset(each.range.start), offset(each.range.end), each.new_text) for each in edits]
    assert all(one[1] <= other[0] for one, other in pairwise(places)), "edits overlap"
    for start, end, new in reversed(places):
        whole = whole[:start] + new.encode(codec) + whole[end:]
    return whole.decode(codec)


@given(before=TEXTS, old=TEXTS, new=TEXTS, after=TEXTS)
def test_edits_reproduce_the_rewrite_in_every_encoding(before: str, old: str, new: str, after: str) -> None:
    if old.strip() and not new.strip():
        return
    if (before[-1:] == "\r" and old[:1] == "\n") or (old[-1:] == "\r" and after[:1] == "\n"):
        return  # no position lies inside a line end
    if not old and before[-1:] == "\r" and after[:1] == "\n":
        return
    document = before + old + after
    for encoding in ENCODINGS:
        edits = text_edits(Lines(document), len(before), old, new, encoding)
        assert edited(document, edits, encoding) == before + new + after


@given(old=TEXTS, new=TEXTS)
def test_no_character_is_torn_apart(old: str, new: str) -> None:
    for change in changes(old, new):
        assert not continues(old, change.start)
        assert not continues(old, change.end)


def test_what_stays_is_not_touched() -> None:
    old = "Due to the fact that it rained,\r\n> the match was cancelled by us."
    new = "Because it rained,\r\n> the match was cancelled."
    found = changes(old, new)
    assert [(old[change.start : change.end], change.text) for change in found] == [
        ("Due to the fact that", "Because"),
        (" by us", ""),
    ]


def test_neighbouring_words_are_one_change() -> None:
    assert len(changes("one two three", "eins zwei drei")) == 1
    assert changes("same", "same") == ()


def test_a_passage_never_becomes_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        text_edits(Lines("Some text."), 0, "Some text.", " ", "utf-16")


def test_a_document_that_reads_otherwise_is_not_edited() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        text_edits(Lines("Some text."), 1, "Some text.", "Other text.", "utf-16")


def test_a_long_passage_takes_a_moment() -> None:
    old = " ".join(f"word{i % 90} is the one of" for i in range(160))
    new = old.replace("the one", "a one").replace("word3", "thing")
    begun = perf_counter()
    assert changes(old, new)
    assert perf_counter() - begun < 5  # quadratic in blanks it would take far longer
