import pytest

from aw_engine.domain.passage import Format
from aw_server.documents.document import Document


@pytest.mark.parametrize(
    ("uri", "language", "text", "expected"),
    [
        ("file:///a.md", "markdown", "", "markdown"),
        ("file:///a.txt", "markdown", "", "markdown"),
        ("file:///a.md", "plaintext", "# Title", "plain"),
        ("file:///a.tex", "latex", "", "latex"),
        ("file:///a.md", "unheard-of", "", "markdown"),
        ("file:///a.tex", "", "", "latex"),
        ("untitled:Untitled-1", "", "Words.", "plain"),
    ],
)
def test_the_clients_word_for_the_language_counts_before_the_name(
    uri: str, language: str, text: str, expected: Format
) -> None:
    assert Document(uri, language, 0, text).format == expected
