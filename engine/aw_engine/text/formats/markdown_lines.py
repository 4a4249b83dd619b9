"""Lines of a Markdown document that are structure, in any dialect: never prose, never joined to prose.

A line that opens or closes something is taken by itself, and what stands between is read as Markdown. So
nesting, unclosed structures and dialects that disagree about them do no harm.
"""

import re
from collections.abc import Callable, Sequence
from typing import overload

from markdown_it.rules_block import StateBlock

from aw_engine.text.formats import markdown_bodies as bodies
from aw_engine.text.formats.markdown_front_matter import front_matter_end, metadata_end
from aw_engine.text.formats.markdown_html import TAG

_Reader = Callable[[Sequence[str]], int]
_TARGET = r"\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
_IMAGE = rf"!\[[^\[\]]*\](?:{_TARGET}|\[[^\[\]]*\])"
_CALLOUT = re.compile(r"\[![^\[\]\s][^\[\]]*\][+-]?(?:\s.*)?")
_TAB = re.compile(r"===[!+]*\s+[\"'].*")
# By the character that a line begins with: structures of one line.
_LINES: dict[str, re.Pattern[str]] = {
    ":": re.compile(r"::[A-Za-z][\w-]*(?:\[[^\[\]]*\])?(?:\{[^{}]*\})?|:\s*"),
    "\\": re.compile(r"\\[A-Za-z@]+\*?(?:\[[^\[\]]*\]|\{[^{}]{0,60}\})*"),
    "^": re.compile(r"\^[A-Za-z0-9-]*"),
    "<": re.compile(r"<<<\s.*"),
    "/": re.compile(r"/{3,}(?:\s.*)?"),
    "*": re.compile(r"\*\[[^\[\]]+\]:.*"),
    "!": re.compile(rf"(?:{_IMAGE}|!\[\[[^\[\]]*\]\])\s*(?:\{{[^{{}}]*\}})?"),
    "[": re.compile(
        rf"!?\[\[[^\[\]]*\]\]|\[toc\]|\[/?(?:quote|details|spoiler|poll|wrap|tabs?)\b[^\[\]]*\]|\[{_IMAGE}\](?:{_TARGET}|\[[^\[\]]*\])",
        re.I,
    ),
    "(": re.compile(r"\([^()\s]+\)="),
    "%": re.compile(r"%%.*%%|%\s.*|%"),
    "+": re.compile(r"\+\+\+(?:\s.*)?|\+(?:[-=:]+\+)+"),
    "-": re.compile(r"-{1,}8<-.*"),
    "#": re.compile(r"(?:#(?=[\w/-]*[A-Za-z])[\w/-]+,?\s*)+"),
    "|": re.compile(r"\|(?:\s.*|.*\|)?"),
    "@": re.compile(r"@(?:import|include|startuml|enduml)\b.*"),
}
_BODIES: dict[str, tuple[_Reader, ...]] = {
    ":": (bodies.directive,),
    "{": (bodies.template_body, bodies.expression),
    "\\": (bodies.environment, bodies.maths),
    "$": (bodies.maths,),
    "%": (bodies.comment,),
    "<": (bodies.template_body, bodies.component),
    "i": (bodies.module,),
    "e": (bodies.module,),
}
_COLUMNS = re.compile(r"-{2,}(?:\s+-{2,})+\s*")
_TITLE = re.compile(r"(\*\*|__)(?=\S)[^*_.!?]{1,60}(?<=\S)\1:?")
_MOST_ROWS = 500
_FIELD = re.compile(r"[A-Za-z][\w /-]{0,40}::(?:\s.*)?")


# What stands in running text at least as often as on a line of its own.
_OFTEN_INLINE = re.compile(
    r"\{\{(?!%|<\s*/)|\{(?![{%:.#/])|\[(?!!)|\\(?!begin|end|\[)[A-Za-z]|#|%%.*%%|</?(?:br|wbr|img|b|i|em|strong|span|a)\b"
)
_STOPS = tuple(".!?:;")


class _Lines(Sequence[str]):
    """The lines from one on, without indent and prefixes, to the end of the item or quote around them."""

    def __init__(self, state: StateBlock, start: int, end: int) -> None:
        self._state, self._start, self._end = state, start, end

    def __len__(self) -> int:
        return self._end - self._start

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, int):
            return self._line(self._start + at)
        # A structure may itself stand left of the item whose paragraph it ends.
        indent = min(self._state.blkIndent, self._state.sCount[self._start])
        lines = []
        for number in range(*at.indices(len(self))):
            line = self._line(self._start + number)
            if line and number and self._state.sCount[self._start + number] < indent:
                break
            lines.append(line)
        return lines

    def _line(self, number: int) -> str:
        state = self._state
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def structure(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule that takes the structure beginning on the line `start`, if there is one."""
    if state.is_code_block(start):
        return False
    taken = _taken(state, start, end) or (0 if silent else _title(state, start, end))
    if not taken or (silent and taken == 1 and _goes_on(state, start, end)):
        return False
    if not silent:
        token = state.push("structure", "", 0)
        token.content = _Lines(state, start, end)[0]
        token.map = [start, start + taken]
        state.line = start + taken
    return True


def front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule that takes metadata: at the start of a document, or Pandoc's further on."""
    if state.tShift[start] or state.src[state.bMarks[start] : state.bMarks[start] + 1] not in (
        "-",
        "+",
        ";",
        "{",
    ):
        return False
    lines = _Lines(state, start, end)
    taken = front_matter_end(lines) if start == 0 and state.level == 0 else metadata_end(lines)
    if not taken:
        return False
    if not silent:
        token = state.push("front_matter", "", 0)
        token.map = [start, start + taken]
        state.line = start + taken
    return True


def tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for `=== "Title"`: the line is structure, and what is indented below it is Markdown."""
    lines = _Lines(state, start, end)
    if state.is_code_block(start) or not _TAB.fullmatch(lines[0]):
        return False
    if silent:
        return True
    indent, last = state.sCount[start] + 4, start + 1
    for number in range(start + 1, end):
        if state.isEmpty(number):
            continue
        if state.sCount[number] < indent:
            break
        last = number + 1
    outer_indent, outer_end = state.blkIndent, state.lineMax
    state.push("structure", "", 0).map = [start, start + 1]
    state.blkIndent, state.lineMax = indent, last
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent, state.lineMax = outer_indent, outer_end
    state.line = last
    return True


def tag_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule that takes a line of nothing but tags, which CommonMark may join to the text above."""
    if state.is_code_block(start):
        return False
    line = _Lines(state, start, end)[0].strip()
    if not line.startswith("<") or not line.endswith(">") or TAG.sub("", line).strip():
        return False
    if silent and _goes_on(state, start, end):
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.content = line
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def is_structure(line: str) -> bool:
    """Whether a line, without its indent, is a structure of one line that running text cannot hold."""
    if line.startswith(":::"):
        return True
    pattern = None if _OFTEN_INLINE.match(line) else _LINES.get(line[:1])
    return bool(pattern and pattern.fullmatch(line.rstrip()))


def _taken(state: StateBlock, start: int, end: int) -> int:
    at = state.bMarks[start] + state.tShift[start]
    first = state.src[at : at + 1]
    if not first:
        return 0
    lines = _Lines(state, start, end)
    for reader in _BODIES.get(first, ()):
        if taken := reader(lines):
            return taken
    line = lines[0].rstrip()
    if first == "[" and state.parentType == "blockquote" and _CALLOUT.fullmatch(line):
        return 1
    if _COLUMNS.fullmatch(line) or (len(lines) > 1 and _COLUMNS.fullmatch(lines[1])):
        return next((n for n, row in enumerate(lines[:_MOST_ROWS]) if not row), min(len(lines), _MOST_ROWS))
    pattern = _LINES.get(first)
    if pattern and pattern.fullmatch(line):
        return _with_continuations(state, start, end) if first == "|" else 1
    return 1 if "::" in line and _FIELD.fullmatch(line) else 0


def _title(state: StateBlock, start: int, end: int) -> int:
    """A paragraph's first line that is all bold and no sentence is a title, as in GitHub's older notes."""
    return 1 if _TITLE.fullmatch(_Lines(state, start, end)[0].rstrip()) else 0


def _goes_on(state: StateBlock, start: int, end: int) -> bool:
    """Whether a sentence goes on over the line, which then holds a span of running text that fills it."""
    lines = _Lines(state, start, end)
    if not _OFTEN_INLINE.match(lines[0]) or len(lines) < 2 or start == 0:
        return False
    before = _Lines(state, start - 1, end)[0].rstrip()
    return before[-1:] not in _STOPS and (lines[1][:1].islower() or lines[1][:1] in ",;.)")


def _with_continuations(state: StateBlock, start: int, end: int) -> int:
    """A verse of a line block goes on where the next line is indented."""
    after = start + 1
    while after < end and not state.isEmpty(after) and state.sCount[after] > state.sCount[start]:
        after += 1
    return after - start
