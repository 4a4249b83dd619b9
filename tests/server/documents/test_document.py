import pytest

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
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
        ("untitled:Untitled-1", "org", "", "org"),
        ("untitled:Untitled-1", "restructuredtext", "", "rst"),
        ("untitled:Untitled-1", "asciidoc", "", "asciidoc"),
        ("untitled:Untitled-1", "typst", "", "typst"),
        ("untitled:Untitled-1", "git-commit", "", "commit"),
        ("file:///repo/.git/COMMIT_EDITMSG", "gitcommit", "", "commit"),
        ("untitled:Untitled-1", "mail", "", "mail"),
        ("file:///a.srt", "unheard-of", "", "subtitles"),
    ],
)
def test_the_clients_word_for_the_language_counts_before_the_name(
    uri: str, language: str, text: str, expected: Format
) -> None:
    assert Document(uri, language, 0, text).format == expected


@pytest.mark.parametrize(
    ("uri", "language"),
    [
        ("file:///a.py", "python"),
        ("untitled:Untitled-1", "shellscript"),
        ("untitled:Untitled-1", "typescriptreact"),
        ("untitled:Untitled-1", "yaml"),
        ("untitled:Untitled-1", "rust"),
        ("file:///a.toml", ""),
        ("file:///git-rebase-todo", "git-rebase"),
    ],
)
def test_code_is_refused_whatever_its_name(uri: str, language: str) -> None:
    with pytest.raises(PassageError, match="left alone") as refused:
        _ = Document(uri, language, 0, "words").format
    assert refused.value.reason == "notProse"
