"""One block's content with its way back to the document, and how a selection in it snaps outwards."""

from bisect import bisect_right

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.formats.block import Block, Inline, Labels
from aw_engine.text.formats.reader import inline
from aw_engine.text.sentences import sentences

# A paragraph beyond this length is machine-made; reading it inline would stall an editor.
LONGEST = 30_000


class BlockContent(Struct, frozen=True):
    """`content` is the block's lines joined by `\\n`, without prefixes."""

    block: Block
    content: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, document: str, block: Block) -> "BlockContent":
        """The block's content.

        :raises PassageError: `tooLong` above 30,000 characters, `unencodable` with a lone surrogate.
        """
        starts, at = [], 0
        for start, end in block.lines:
            starts.append(at)
            at += end - start + 1
        if at > LONGEST:
            raise PassageError(
                "tooLong", f"A paragraph of {at:,} characters is too long; split it below {LONGEST:,} first."
            )
        content = "\n".join(document[start:end] for start, end in block.lines)
        if any("\ud800" <= c <= "\udfff" for c in content):
            raise PassageError(
                "unencodable",
                "The paragraph holds half of a character (a lone surrogate); delete or retype it.",
            )
        return cls(block, content, tuple(starts))

    def document_range(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of the non-empty content range `[start, end)`."""
        return self._back(start), self._back(end - 1) + 1

    def content_range(self, start: int, end: int) -> tuple[int, int]:
        """The content range that the document range covers; prefixes and line ends count as nothing."""
        return self._forth(start), self._forth(end)

    def _back(self, at: int) -> int:
        line = bisect_right(self.starts, at) - 1
        start, end = self.block.lines[line]
        return min(start + at - self.starts[line], end)

    def _forth(self, offset: int) -> int:
        line = bisect_right(self.block.lines, offset, key=lambda ends: ends[0]) - 1
        if line < 0:
            return 0
        start, end = self.block.lines[line]
        if offset > end and line + 1 < len(self.starts):
            return self.starts[line + 1]
        return self.starts[line] + min(offset, end) - start


def snapped(
    source: BlockContent, format: Format, labels: Labels, start: int, end: int
) -> tuple[int, int] | None:
    """The content range meant by the document range: whole sentences, with no markup cut in two.

    None if the range covers nothing but white space of the block.
    """
    content = source.content
    a, b = source.content_range(start, end)
    while a < b and content[a].isspace():
        a += 1
    while a < b and content[b - 1].isspace():
        b -= 1
    if a == b:
        return None
    read = inline(content, format, labels)
    borders = sentences(content, read.spans)
    while True:
        grown = _grown(content, read, borders, a, b)
        if grown == (a, b):
            return grown
        a, b = grown


def _grown(
    content: str, read: Inline, borders: tuple[tuple[int, int], ...], a: int, b: int
) -> tuple[int, int]:
    for start, end in borders:
        if start <= a < end:
            a = start
        if start < b <= end:
            b = end
    ranges = [(span.start, span.end) for span in read.spans]
    for start, end in (*ranges, *((pair.start, pair.end) for pair in read.constructs)):
        if start < b and end > a:
            a, b = min(a, start), max(b, end)
    while content[a].isspace():
        a += 1
    while content[b - 1].isspace():
        b -= 1
    return a, b
