"""What each construct of a format leaves of itself when every word of its prose is changed."""

import re

import pytest

from aw_engine.domain.passage import Format
from aw_engine.text.extract import extract
from aw_engine.text.formats.reader import stays_one_paragraph
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.reflow import restore
from aw_engine.text.titles import as_title
from support.examples import examples
from support.rewording import reworded

# In the documents, prose stands between ‹ and ›, which are taken out before they are read.
DOCUMENTS = examples("formats", dict[Format, dict[str, str]])
_PROSE = re.compile(r"‹([^›]*)›")


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("format", "name"), [(format, name) for format, named in DOCUMENTS.items() for name in named]
)
def test_prose_and_nothing_else_is_changed(format: Format, name: str, newline: str) -> None:
    document = DOCUMENTS[format][name].replace("\n", newline)
    expected = _PROSE.sub(lambda match: re.sub(r"[^\W\d_]", "x", match.group(1)), document)
    assert reworded(_PROSE.sub(r"\1", document), format) == expected


def test_a_subject_stays_one_line_and_a_title_gets_no_stop() -> None:
    subject = "fix: keep what the writer has written in the long line at the top of the message"
    line = "Some quite ordinary words that are wrapped at seventy columns, as they"
    body = "\n".join([line, "should be."] * 3)
    document = f"{subject}\n\n{body}\n"
    (start, end), *_ = [(p.start, p.end) for p in paragraphs(document, "commit")]
    taken = extract(document, start, end, "commit")
    assert taken.passage.title
    longer = f"{taken.passage.text} and some more words still"
    assert restore(taken.frame, longer) == longer
    assert as_title(subject, f"{subject}.") == subject
    assert as_title(f"{subject}.", f"{subject}.") == f"{subject}."


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("org", "* a headline"),
        ("org", "#+END_SRC"),
        ("org", "| a | b |"),
        ("org", "- an item"),
        ("rst", "----"),
        ("rst", ".. note:: x"),
        ("rst", "- an item"),
        ("rst", ":field: x"),
        ("asciidoc", "----"),
        ("asciidoc", "* an item"),
        ("asciidoc", "== A title"),
        ("asciidoc", ":name: x"),
        ("typst", "= A heading"),
        ("typst", "- an item"),
        ("typst", "#let x = 1"),
        ("mail", "> quoted"),
        ("mail", "-- "),
        ("commit", "# a comment"),
        ("commit", "Signed-off-by: Ann"),
        ("subtitles", "00:01.000 --> 00:02.000"),
    ],
)
def test_no_line_of_a_rewrite_may_read_as_structure(format: Format, line: str) -> None:
    assert not stays_one_paragraph(["Some words of prose", line], format)
    assert stays_one_paragraph(["Some words of prose", "and some more"], format)
