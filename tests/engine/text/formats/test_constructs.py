"""What each construct of a format leaves of itself when every word of its prose is changed."""

import re

import pytest

from aw_engine.domain.passage import Format
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
