import pytest

from aw_engine.text.formats.format import guess


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.md", "", "markdown"),
        ("A.MARKDOWN", "", "markdown"),
        ("b.tex", "", "latex"),
        ("c.txt", "# No heading", "plain"),
        ("README", "text", "plain"),
        ("paper", "\\documentclass{article}", "latex"),
    ],
)
def test_the_format_is_known_by_name_then_by_text(name: str, text: str, format: str) -> None:
    assert guess(name, text) == format
