"""Formulas and tags over several lines of Markdown, which no mark at a line's start may cut in two."""

import re
from collections.abc import Callable

from markdown_it.rules_block import StateBlock

from aw_engine.text.formats.markdown_braces import groups

BlockRule = Callable[[StateBlock, int, int, bool], bool]
_MATHS = re.compile(
    r"(?<![\\$\w])\$(?![\s\d$])(?P<inner>(?:[^$\n]|\n(?!\s*(?:\n|$))){1,400}?)(?<![\s\\])\$(?![\d$])"
)
_TEX = re.compile(
    r"\\\((?:[^\\]|\\[^()]){1,400}?\\\)|\\\[(?:[^\\]|\\[^\[\]]){1,400}?\\\]|\\\{[^{}]{1,400}?\\\}"
)
_FORMULA = (
    r"(?:\$\$(?:[^$\n]|\n(?![ \t>]*(?:\n|$))){1,2000}?\$\$"
    r"|\\\[(?:[^\\\n]|\\[^\]]|\n(?![ \t>]*(?:\n|$))){1,2000}?\\\]"
    r"|\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath|alignat|flalign)\*?)\}"
    r"(?:[^\n]|\n(?![ \t>]*(?:\n|$))){1,2000}?\\end\{\1\})[ \t]*(?:\{[^{}\n]*\}|\([^()\n]*\))?[,;]?[ \t]*\n"
)
# A formula on lines of its own, over which a sentence goes on; in a document, and in a paragraph's content.
_DISPLAYED = re.compile(rf"(?<=[^\s.!?|])\n[ \t>]*{_FORMULA}[ \t>]*(?=[a-z,])")
DISPLAYED = re.compile(rf"(?<=\S)\n[ \t]*{_FORMULA}")
_LIKE_MATHS = re.compile(r"[\\=^_]")
_LIKE_MARKUP = re.compile(r"[ \t]*(?:[-+*=#|:>]|\d+[.)])")


def lines_within(text: str) -> frozenset[int]:
    """Numbers of the lines that belong to the paragraph around them though they do not look so.

    They begin within a formula or within braces, with what may be a block's mark, or are a formula on lines
    of its own amid a sentence.
    """
    ranges = [match.span() for match in _MATHS.finditer(text) if _LIKE_MATHS.search(match["inner"])]
    ranges += groups(text)
    ranges += [match.span() for match in _TEX.finditer(text)]
    numbers: set[int] = set()
    line, at = 0, 0
    for start, end in sorted(span for span in ranges if "\n" in text[span[0] : span[1]]):
        line += text.count("\n", at, start)
        at = start
        further = text[start:end].split("\n")[1:]
        # Braces and dollars in code are no pairs: "`{` opens" may be an item, and "`}` closes" the next.
        if "`" not in text[start:end] and all(part.strip(" \t>") for part in further):
            numbers.update(line + n for n, part in enumerate(further, 1) if _LIKE_MARKUP.match(part))
    line, at = 0, 0
    for match in _DISPLAYED.finditer(text):
        if "\t" in match.group():
            # Its lines may be indented each in another way, and would not come back as they were.
            continue
        line += text.count("\n", at, match.start())
        at = match.start()
        numbers.update(range(line + 1, line + match.group().count("\n")))
    return frozenset(numbers)


def outside_formulas(rule: BlockRule) -> BlockRule:
    """The rule, which does not apply where the second line begins within a formula."""

    def apply(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return start + 1 not in state.env["within"] and rule(state, start, end, silent)

    return apply


def over_formulas(rule: BlockRule) -> BlockRule:
    """The rule, to which lines that begin within a formula look indented too far to begin a block."""

    def apply(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        indents = _indented(state, start, end, state.env["within"])
        try:
            return rule(state, start, end, silent)
        finally:
            for number, indent in indents.items():
                state.sCount[number] = indent

    return apply


def _indented(state: StateBlock, start: int, end: int, numbers: frozenset[int]) -> dict[int, int]:
    """The former indents of the lines that are now indented."""
    indents: dict[int, int] = {}
    number = start + 1
    while numbers and number < end and not state.isEmpty(number):
        if number in numbers:
            indents[number] = state.sCount[number]
            state.sCount[number] = state.blkIndent + 4
        number += 1
    return indents
