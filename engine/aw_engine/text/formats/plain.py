"""Plain text: blocks between blank lines, with the quote prefixes, list markers and indents people type.

Patterns, because plain text has no grammar.
"""

import re

from aw_engine.domain.passage import Format
from aw_engine.text.formats import patterns
from aw_engine.text.formats.block import Block, BlockKind, Inline, Parsed
from aw_engine.text.verse import is_verse

LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
_PREFIX = re.compile(r"[ \t\ufeff]*(?:>[ \t]?)*[ \t]*")
_ITEM = re.compile(r"(?:[-*•–+]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+(?=\S)")
# Longer lines are not wrapped by hand: each is a paragraph of its own.
_LONG_LINE = 120
_FIRST_LINE_INDENT = 2


class _Line:
    """One line: where its content lies, how it is prefixed."""

    __slots__ = ("end", "indent", "item", "quoted", "start")

    def __init__(self, document: str, start: int, end: int) -> None:
        prefix = _PREFIX.match(document, start, end)
        content = prefix.end() if prefix else start
        self.quoted = document.count(">", start, content)
        self.indent = content - start
        marker = _ITEM.match(document, content, end)
        self.item = marker is not None
        self.start = marker.end() if marker else content
        self.end = end


def parse(document: str) -> Parsed:
    """Prose blocks of a plain text. Verse is not prose, nor is a line without a letter or digit."""
    blocks: list[Block] = []
    run: list[_Line] = []
    for start, end in line_ranges(document):
        line = _Line(document, start, end)
        if not any(map(str.isalnum, document[line.start : end])):
            _close(document, run, blocks)
            run = []
            continue
        if run and _begins(line, run):
            _close(document, run, blocks)
            run = []
        run.append(line)
    _close(document, run, blocks)
    return Parsed(tuple(blocks))


def line_ranges(document: str) -> list[tuple[int, int]]:
    """Half-open ranges of the lines without their ends (`\\n`, `\\r\\n`, `\\r`; no other line separators)."""
    ranges = []
    for match in LINES.finditer(document):
        end = match.end()
        while end > match.start() and document[end - 1] in "\r\n":
            end -= 1
        ranges.append((match.start(), end))
    return ranges


def _begins(line: _Line, run: list[_Line]) -> bool:
    if line.item or line.quoted != run[0].quoted:
        return True
    return line.indent >= run[-1].indent + _FIRST_LINE_INDENT and not run[-1].item


def _close(document: str, run: list[_Line], blocks: list[Block]) -> None:
    if not run:
        return
    kind: BlockKind = "item" if run[0].item else "quote" if run[0].quoted else "paragraph"
    if kind != "item" and is_verse([document[line.start : line.end] for line in run]):
        return
    single = any(line.end - line.start > _LONG_LINE for line in run)
    for lines in [[line] for line in run] if single else [run]:
        ranges = [(line.start, line.end) for line in lines]
        start, end = ranges[-1]
        ranges[-1] = (start, start + len(document[start:end].rstrip()))
        blocks.append(Block(kind, tuple(ranges)))


def inline(text: str, format: Format = "plain") -> Inline:
    """Spans of one paragraph's content; plain text has no paired constructs."""
    return Inline(tuple(patterns.found(text, format)))
