"""What readers that go by lines share: the lines of a document, and the paragraphs gathered from them.

Org, reStructuredText, AsciiDoc, mail and their like say by a line's beginning what it is. Their grammars for
tree-sitter come by download, read tables as paragraphs, or know no maths, and docutils gives no columns; so
lines are read here, and one that is not surely prose is left alone.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from aw_engine.text.formats.block import Block, BlockKind, Inline, Parsed
from aw_engine.text.formats.newlines import Normal


class Row(Struct, frozen=True):
    """A line: `text` without its line end, from `start` in the normalised document; `indent` in
    characters."""

    start: int
    text: str
    indent: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def bare(self) -> str:
        """The text without the white space around it."""
        return self.text.strip()


def names(text: str) -> frozenset[str]:
    """The names in a text that has white space between them."""
    return frozenset(text.split())


def rows(text: str) -> list[Row]:
    """The lines of a text whose line ends are `\\n`."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Row(at, line, len(line) - len(line.lstrip())))
        at += len(line) + 1
    return found


class Gathering:
    """Collects a document's prose: lines of one paragraph until something closes it.

    A paragraph without a letter outside its protected spans is dropped.
    """

    def __init__(self, document: str, inline: Callable[[str], Inline]) -> None:
        self.newlines = Normal(document)
        self.rows = rows(self.newlines.text)
        self.blocks: list[Block] = []
        self.kind: BlockKind = "paragraph"
        self._lines: list[tuple[int, int]] = []
        self._inline = inline

    @property
    def open(self) -> bool:
        """Whether a paragraph has begun."""
        return bool(self._lines)

    def begin(self, kind: BlockKind) -> None:
        """Close the paragraph before, if there is one; the next is of this kind."""
        self.close()
        self.kind = kind

    def add(self, row: Row, skip: int | None = None) -> None:
        """The row belongs to the paragraph, from its character `skip` on (by default from its indent)."""
        start = row.indent if skip is None else skip
        start += len(row.text[start:]) - len(row.text[start:].lstrip())
        if start < len(row.text):
            self._lines.append((row.start + start, row.start + len(row.text)))

    def close(self) -> None:
        """The paragraph ends here; the next is an ordinary one unless `begin` says otherwise."""
        lines, self._lines = self._lines, []
        kind, self.kind = self.kind, "paragraph"
        if not lines:
            return
        text = self.newlines.text
        start, end = lines[-1]
        lines[-1] = (start, start + len(text[start:end].rstrip()))
        if has_prose("\n".join(text[s:e] for s, e in lines), self._inline):
            back = self.newlines.back
            self.blocks.append(Block(kind, tuple((back(s), back(e)) for s, e in lines)))

    def parsed(self) -> Parsed:
        """All paragraphs, in order."""
        self.close()
        return Parsed(tuple(self.blocks))


def has_prose(text: str, inline: Callable[[str], Inline]) -> bool:
    """Whether a letter stands outside the protected spans."""
    at = 0
    for span in inline(text).spans:
        if any(map(str.isalpha, text[at : span.start])):
            return True
        at = span.end
    return any(map(str.isalpha, text[at:]))


def one_paragraph(lines: Sequence[str], parse: Callable[[str], Parsed]) -> bool:
    """Whether these lines are read as part of one paragraph that leaves out nothing of them."""
    # Lines of nothing but markup are no prose by themselves; the one below them is.
    every = (*lines, "x")
    blocks = parse("\n".join(every)).blocks
    if len(blocks) != 1 or blocks[0].kind != "paragraph" or len(blocks[0].lines) != len(every):
        return False
    return all(e - s >= len(line.strip()) for (s, e), line in zip(blocks[0].lines, every, strict=True))
