"""Inline maths over several lines of Markdown, which a minus sign at a line's start must not cut in two."""

import re

from markdown_it.rules_block import StateBlock

_MATHS = re.compile(
    r"(?<![\\$\w])\$(?![\s\d$])(?P<inner>(?:[^$\n]|\n(?!\s*(?:\n|$))){1,400}?)(?<![\s\\])\$(?![\d$])"
)
_LIKE_MATHS = re.compile(r"[\\=^_]")
_LIKE_MARKUP = re.compile(r"[ \t]*(?:[-+*=#|:>]|\d+[.)])")


def lines_in_maths(text: str) -> frozenset[int]:
    """Numbers of the lines that begin within a formula between dollars, with what may be a block's mark."""
    numbers: set[int] = set()
    if "$" not in text:
        return frozenset()
    line, at = 0, 0
    for match in _MATHS.finditer(text):
        inner = match["inner"]
        if "\n" not in inner or not _LIKE_MATHS.search(inner):
            continue
        line += text.count("\n", at, match.start())
        at = match.start()
        further = inner.split("\n")[1:]
        numbers.update(line + n for n, part in enumerate(further, 1) if _LIKE_MARKUP.match(part))
    return frozenset(numbers)


def hide(state: StateBlock, start: int, end: int, numbers: frozenset[int]) -> dict[int, int]:
    """Indents lines in maths so far that no block begins there, and says what their indents were."""
    indents = {n: state.sCount[n] for n in numbers if start < n < end}
    for number in indents:
        state.sCount[number] = state.blkIndent + 4
    return indents
