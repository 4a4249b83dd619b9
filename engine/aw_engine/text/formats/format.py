"""Which markup a document is written in."""

from pathlib import PurePath

from aw_engine.domain.passage import Format

_BY_SUFFIX: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".tex": "latex",
    ".latex": "latex",
    ".ltx": "latex",
}


def guess(name: str, text: str) -> Format:
    """The markup of a document, by its file name, else by what its text opens with.

    An unknown suffix is plain text; without any suffix, a document class or `\\begin{document}` in the first
    2,000 characters is LaTeX, and everything else is plain text.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix:
        return _BY_SUFFIX.get(suffix, "plain")
    head = text[:2000]
    if "\\documentclass" in head or "\\begin{document}" in head:
        return "latex"
    return "plain"
