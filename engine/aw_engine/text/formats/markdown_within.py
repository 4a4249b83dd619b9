"""Formulas and tags over several lines of Markdown, which no mark at a line's start may cut in two."""

import re

from markdown_it.rules_block import StateBlock

from aw_engine.text.formats.markdown_braces import groups

_MATHS = re.compile(
    r"(?<![\\$\w])\$(?![\s\d$])(?P<inner>(?:[^$\n]|\n(?!\s*(?:\n|$))){1,400}?)(?<![\s\\])\$(?![\d$])"
)
_LIKE_MATHS = re.compile(r"[\\=^_]")
_LIKE_MARKUP = re.compile(r"[ \t]*(?:[-+*=#|:>]|\d+[.)])")


def lines_within(text: str) -> frozenset[int]:
    """Numbers of the lines that begin within a formula or within braces, with what may be a block's mark."""
    ranges = [match.span() for match in _MATHS.finditer(text) if _LIKE_MATHS.search(match["inner"])]
    ranges += groups(text)
    numbers: set[int] = set()
    line, at = 0, 0
    for start, end in sorted(span for span in ranges if "\n" in text[span[0] : span[1]]):
        line += text.count("\n", at, start)
        at = start
        further = text[start:end].split("\n")[1:]
        if all(part.strip(" \t>") for part in further):
            numbers.update(line + n for n, part in enumerate(further, 1) if _LIKE_MARKUP.match(part))
    return frozenset(numbers)


def indented(state: StateBlock, start: int, end: int, numbers: frozenset[int]) -> dict[int, int]:
    """Indents those of these lines that follow without a blank one so far that no block begins there.

    Returns what their indents were.
    """
    indents: dict[int, int] = {}
    number = start + 1
    while numbers and number < end and not state.isEmpty(number):
        if number in numbers:
            indents[number] = state.sCount[number]
            state.sCount[number] = state.blkIndent + 4
        number += 1
    return indents
