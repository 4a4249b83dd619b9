import pytest

from aw_engine.errors import PassageError
from aw_engine.text.formats.format import MARKUPS, recognise
from aw_engine.text.formats.reader import reader

MAIL = "From: Ann <ann@example.org>\nSubject: Lunch\n\nShall we eat at one?\n"
NO_PROSE = (
    "a.sh a.py a.yaml a.yml a.toml a.json a.html a.htm a.csv a.xml a.ini Makefile a.rs a.sql a.svg "
    "a.bib Dockerfile a.ts a.tsx a.css a.lua a.env a.ipynb a.po a.patch"
)


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.md", "", "markdown"),
        ("A.MARKDOWN", "", "markdown"),
        ("b.tex", "", "latex"),
        ("c.txt", "# No heading", "plain"),
        ("README", "text", "plain"),
        ("paper", "\\documentclass{article}", "latex"),
        ("n.org", "", "org"),
        ("n.rst", "", "rst"),
        ("n.adoc", "", "asciidoc"),
        ("n.typ", "", "typst"),
        ("n.eml", "", "mail"),
        ("n.srt", "", "subtitles"),
        ("n.vtt", "", "subtitles"),
        ("COMMIT_EDITMSG", "", "commit"),
        ("MERGE_MSG", "", "commit"),
        ("note.txt", MAIL, "mail"),
        ("", MAIL, "mail"),
        ("note.txt", "Yes.\n\nOn Monday Ann wrote:\n> Shall we eat?\n", "mail"),
        ("note.txt", "Yes, at one.\n\n-- \nAnn\n", "mail"),
        ("play.txt", "From: a land of old\n\nTo: the sea we go\n", "plain"),
        ("play.txt", "He said:\n\nWe go.\n", "plain"),
    ],
)
def test_the_format_is_known_by_name_then_by_text(name: str, text: str, format: str) -> None:
    found = recognise(name, text)
    assert (found.format, found.known) == (format, True)


@pytest.mark.parametrize("name", NO_PROSE.split())
def test_what_is_no_prose_is_refused_with_a_way_out(name: str) -> None:
    with pytest.raises(PassageError, match=f"{name} is code or data.*--format plain") as refused:
        recognise(name, "Some words.")
    assert refused.value.reason == "notProse"


def test_a_script_without_a_suffix_is_refused() -> None:
    with pytest.raises(PassageError, match="backup is code"):
        recognise("backup", "#!/bin/sh\nrsync\n")


@pytest.mark.parametrize("name", ["a.foo", "notes.wiki", "chapter.scriv"])
def test_an_unknown_suffix_is_plain_text_and_said_to_be_unknown(name: str) -> None:
    found = recognise(name, "Some words.")
    assert (found.format, found.known) == ("plain", False)


def test_every_format_has_a_reader_and_a_way_to_be_known() -> None:
    for markup in MARKUPS:
        assert reader(markup.format)
        assert markup.suffixes
        assert markup.languages
