import json
from pathlib import Path

import pytest

from aw_engine.errors import PassageError
from aw_engine.text.formats.format import recognise
from aw_engine.text.paragraphs import NOTHING, ONLY_MARKUP, first_words, paragraphs, select

PROSE = Path(__file__).parents[2] / "data" / "prose"
HANDBOOK = (PROSE / "handbook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["handbook.md", "article.tex", "letter.txt"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_document_has_the_paragraphs_written_down_beside_it(name: str, newline: str, mark: str) -> None:
    document = mark + (PROSE / name).read_text(encoding="utf-8").replace("\n", newline)
    listed = (PROSE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in listed]
    found = paragraphs(document, recognise(name, document).format)
    assert [[p.kind, document[p.start : p.end].replace(newline, "\n")] for p in found] == expected
    assert [p.number for p in found] == list(range(1, len(expected) + 1))


def test_first_words_stand_on_one_line_without_prefixes() -> None:
    document = "> one two three\n> four five six seven eight nine\n"
    (paragraph,) = paragraphs(document, "markdown")
    assert first_words(document, paragraph, "markdown", 5) == "one two three four five…"
    assert first_words(document, paragraph, "markdown", 9) == "one two three four five six seven eight nine"


@pytest.mark.parametrize("place", ["> You", "You wrote", "quote it here.\n", "here.\n"])
def test_an_empty_selection_means_the_paragraph_around_it(place: str) -> None:
    document = "Before it.\n\n> You wrote this to me,\n> and I quote it here.\n\nAfter it.\n"
    at = document.index(place)
    for offset in (at, at + len(place.rstrip("\n"))):
        (selected,) = select(document, offset, offset, "markdown")
        assert (selected.number, selected.kind) == (2, "quote")


def test_a_partial_selection_grows_to_sentences_and_whole_markup() -> None:
    document = "One sentence is here. Another has **bold words. Still bold** in it. The last one ends.\n"
    start = document.index("other")
    (selected,) = select(document, start, start + 3, "markdown")
    assert document[selected.start : selected.end] == "Another has **bold words. Still bold** in it."


def test_a_selection_over_several_paragraphs_gives_each_of_them_and_no_code() -> None:
    document = "First one. Second sentence.\n\n```\ncode\n```\n\n- An item here.\n\nThe end. Not this.\n"
    start, end = document.index("Second"), document.index(" Not this")
    selected = select(document, start, end, "markdown")
    assert [document[p.start : p.end] for p in selected] == ["Second sentence.", "An item here.", "The end."]


@pytest.mark.parametrize("place", ["title: A", "# not prose", "| are", "x = y", "An HTML block", "Setext"])
def test_a_selection_of_markup_only_is_refused(place: str) -> None:
    at = HANDBOOK.index(place)
    for end in (at, at + len(place)):
        with pytest.raises(PassageError, match=ONLY_MARKUP) as refused:
            select(HANDBOOK, at, end, "markdown")
        assert refused.value.reason == "onlyMarkup"


def test_a_selection_of_white_space_is_refused() -> None:
    for start, end in ((4, 7), (5, 5)):
        with pytest.raises(PassageError, match=NOTHING) as refused:
            select("Text\n\n\n\nmore text\n", start, end, "markdown")
        assert refused.value.reason == "empty"


def test_an_empty_document_has_no_paragraphs() -> None:
    for format in ("plain", "markdown", "latex"):
        for document in ("", "\n", "\ufeff", " \r\n\t"):
            assert paragraphs(document, format) == ()
