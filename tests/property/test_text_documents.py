"""Generated documents: every paragraph can be taken out, changed and put back, and its markup survives."""

import re
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.domain.passage import Format, Passage
from aw_engine.errors import PassageError
from aw_engine.text.extract import Extract, extract
from aw_engine.text.formats.reader import inline
from aw_engine.text.paragraphs import paragraphs, select
from aw_engine.text.protect import MarkFault, mask, unmask
from aw_engine.text.reflow import restore
from aw_engine.text.sentences import sentences
from aw_engine.text.verify import verify
from support.examples import examples

# The profile `ci` may ask for more.
EXAMPLES = max(150, settings.default.max_examples if settings.default else 0)


class Markup(msgspec.Struct):
    """What documents are made of; a prefix begins the first line of a paragraph, another each other line."""

    words: list[str]
    pieces: dict[Format, list[str]]
    blocks: dict[Format, list[str]]
    prefixes: dict[Format, list[tuple[str, str]]]


MARKUP = examples("markup", Markup)


def _wrapped(words: list[str], width: int, prefix: tuple[str, str]) -> str:
    lines, line = [], prefix[0]
    for word in words:
        for i, part in enumerate(word.split("\n")):
            if i or (len(line) + len(part) > width and line.strip()):
                lines.append(line if i else line.rstrip(" "))
                line = prefix[1]
            line += part if line in prefix or i else " " + part
    return "\n".join([*lines, line])


@st.composite
def documents(draw: st.DrawFn, format: Format) -> str:
    word = st.sampled_from(MARKUP.words)
    piece = st.one_of(word, word, st.sampled_from(MARKUP.pieces[format]))
    blocks = []
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.integers(0, 3)) == 0:
            blocks.append(draw(st.sampled_from(MARKUP.blocks[format])))
            continue
        words = draw(st.lists(piece, min_size=1, max_size=40))
        width = draw(st.sampled_from((20, 40, 72, 100_000)))
        blocks.append(_wrapped(words, width, draw(st.sampled_from(MARKUP.prefixes[format]))))
    text = draw(st.sampled_from(("", "", "\n", "\ufeff"))) + "\n\n".join(blocks)
    text += draw(st.sampled_from(("", "\n", "  \n\n")))
    return text.replace("\n", draw(st.sampled_from(("\n", "\n", "\r\n", "\r"))))


FORMATS = pytest.mark.parametrize("format", ["markdown", "latex", "plain"])
Data = st.DataObject


def _expect(refused: PassageError, *reasons: str) -> None:
    assert refused.reason in reasons


def _extracts(document: str, format: Format) -> list[Extract]:
    found = []
    for paragraph in paragraphs(document, format):
        try:
            found.append(extract(document, paragraph.start, paragraph.end, format))
        except PassageError as refused:
            _expect(refused, "tooShort", "onlyMarkup")
    return found


def _texts(passage: Passage) -> list[str]:
    return sorted(passage.text[span.start : span.end] for span in passage.spans)


@FORMATS
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_an_unchanged_paragraph_is_restored_byte_for_byte(format: Format, data: Data) -> None:
    document = data.draw(documents(format))
    end = 0
    for paragraph in paragraphs(document, format):
        assert end <= paragraph.start < paragraph.end <= len(document)
        end = paragraph.end
    for taken in _extracts(document, format):
        passage, frame = taken.passage, taken.frame
        assert document[frame.start : frame.end] == frame.original
        assert restore(frame, passage.text) == frame.original
        assert verify(passage, passage.text) == ()
        masked = mask(passage, most=None)
        assert unmask(masked, masked.text) == passage.text


@FORMATS
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_a_rewrite_that_passes_keeps_every_span_in_the_document(format: Format, data: Data) -> None:
    document = data.draw(documents(format))
    for taken in _extracts(document, format)[:2]:
        passage, frame = taken.passage, taken.frame
        masked = mask(passage, most=None)
        marks = {mark.mark for mark in masked.marks}
        parts = re.split(r"([⟦⟪]\d+[⟧⟫])", masked.text)
        rewrite = "".join(
            part if part in marks else _reworded(part, data.draw(st.integers(0, 5))) for part in parts
        )
        text = unmask(masked, rewrite)
        if isinstance(text, MarkFault) or verify(passage, text):
            continue
        restored = restore(frame, text)
        changed = document[: frame.start] + restored + document[frame.end :]
        again = [
            p
            for p in paragraphs(changed, format)
            if p.start < frame.start + len(restored) and p.end > frame.start
        ]
        assert len(again) == 1, (document, changed)
        try:
            back = extract(changed, again[0].start, again[0].end, format)
        except PassageError as refused:
            # Three ideographs count as three words, the word put in their place as one.
            _expect(refused, "tooShort")
            continue
        assert _texts(back.passage) == _texts(passage), (document, changed)
        assert " ".join(back.passage.text.split()) == " ".join(text.split()), (document, changed)
        assert len(paragraphs(changed, format)) == len(paragraphs(document, format))


def _reworded(text: str, seed: int) -> str:
    """Ordinary words replaced, doubled or dropped."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if word.isalpha() and (i + seed) % 3 == 0:
            words[i] = ("something", word + " " + word, "I", "different words here", "x", "river-bank")[seed]
    return " ".join(words)


@FORMATS
@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(data=st.data())
def test_any_selection_snaps_to_whole_markup_or_is_refused(format: Format, data: Data) -> None:
    document = data.draw(documents(format))
    ends = st.integers(0, len(document))
    start, end = sorted((data.draw(ends), data.draw(ends)))
    try:
        selected = select(document, start, end, format)
    except PassageError as refused:
        _expect(refused, "empty", "onlyMarkup", "unencodable")
        return
    for part in selected:
        try:
            taken = extract(document, part.start, part.end, format)
        except PassageError as refused:
            _expect(refused, "tooShort", "onlyMarkup")
            continue
        assert verify(taken.passage, taken.passage.text) == ()
        assert restore(taken.frame, taken.passage.text) == document[taken.frame.start : taken.frame.end]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    text=st.text(alphabet="*_`[]()<>!$\\~^{}@#&|-+=1.:;/ \n\tab%'\"é東\x00\u2028", max_size=200),
    format=st.sampled_from(get_args(Format)),
)
def test_characters_of_markup_in_any_order_are_read_without_harm(text: str, format: Format) -> None:
    at = 0
    for span in inline(text.replace("\n", " "), format).spans:
        assert at <= span.start < span.end <= len(text)
        at = span.end
    for taken in _extracts(text, format):
        assert restore(taken.frame, taken.passage.text) == taken.frame.original
        assert verify(taken.passage, taken.passage.text) == ()
    assert "".join(text[a:b] for a, b in sentences(text)) == text
