"""Which paragraphs a document has, and which of them a selection means."""

from bisect import bisect_left

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.block_content import BlockContent, snapped
from aw_engine.text.formats.block import Block, BlockKind
from aw_engine.text.formats.reader import parse
from aw_engine.text.layout import line_start

NOTHING = "Nothing to rewrite here: select at least four words."
ONLY_MARKUP = "Only headings, code, tables, maths or verse are selected; choose a paragraph of prose."


class Paragraph(Struct, frozen=True):
    """A paragraph of prose, or the selected part of one: code points `[start, end)` of the document.

    `number` counts from 1 through the document. Markers, prefixes and indent of the first line lie before
    `start`, the line end of the last one after `end`.
    """

    number: int
    start: int
    end: int
    kind: BlockKind


def paragraphs(document: str, format: Format) -> tuple[Paragraph, ...]:
    """Prose paragraphs in order, disjoint: list items, quotes and notes too; no headings, code or tables."""
    blocks = parse(document, format).blocks
    return tuple(Paragraph(i, b.start, b.end, b.kind) for i, b in enumerate(blocks, 1))


def first_words(document: str, paragraph: Paragraph, format: Format, count: int = 8) -> str:
    """The paragraph's first words on one line, with `…` where it goes on."""
    words: list[str] = []
    for block in blocks_at(document, paragraph.start, paragraph.end, parse(document, format).blocks):
        for start, end in block.lines:
            words += document[start : min(end, start + 80 * count)].split()
            if len(words) > count:
                return " ".join(words[:count]) + "…"
    return " ".join(words)


def select(document: str, start: int, end: int, format: Format) -> tuple[Paragraph, ...]:
    """The paragraphs that the selection `[start, end)` touches, each grown or cut to what is meant there.

    An empty selection means the paragraph around it; another one, in each paragraph, the sentences it
    touches with all of their markup. Code, tables and the like between paragraphs are left out.

    :raises PassageError: `empty` (only white space), `onlyMarkup` (no prose), `unencodable`.
    """
    blocks = parse(document, format).blocks
    if start == end:
        near = blocks_at(document, start, end, blocks)
        if not near:
            raise refusal(document, start, end)
        return (_whole(near[0], blocks),)
    selected = []
    for block in blocks_at(document, start, end, blocks):
        source = BlockContent.of(document, block)
        touched = snapped(source, format, parse(document, format).labels, start, end)
        if touched:
            a, b = source.document_range(*touched)
            selected.append(Paragraph(place(block, blocks) + 1, a, b, block.kind))
    if not selected:
        raise refusal(document, start, end)
    return tuple(selected)


def _whole(block: Block, blocks: tuple[Block, ...]) -> Paragraph:
    return Paragraph(place(block, blocks) + 1, block.start, block.end, block.kind)


def place(block: Block, blocks: tuple[Block, ...]) -> int:
    """The block's index among the document's."""
    return bisect_left(blocks, block.start, key=lambda other: other.start)


def blocks_at(document: str, start: int, end: int, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks that share a character with `[start, end)`; for an empty range the one on whose lines it is.

    An empty range on a block's marker, in its indent or behind its last character counts as in it.
    """
    first = bisect_left(blocks, start, key=lambda block: block.end)
    if start < end:
        last = first
        while last < len(blocks) and blocks[last].start < end:
            last += 1
        return tuple(block for block in blocks[first:last] if block.end > start)
    for block in blocks[max(0, first - 1) : first + 1]:
        behind = document[block.end : start] if start > block.end else ""
        if line_start(document, block.start) <= start and not behind.strip(" \t"):
            return (block,)
    return ()


def refusal(document: str, start: int, end: int) -> PassageError:
    """Why a range without prose cannot be evolved."""
    if start == end:
        line = document[line_start(document, start) :].lstrip("\r\n") if start < len(document) else ""
        blank = not line or document[start : start + 1] in ("", "\n", "\r")
        return PassageError("empty", NOTHING) if blank else PassageError("onlyMarkup", ONLY_MARKUP)
    if not document[start:end].strip():
        return PassageError("empty", NOTHING)
    return PassageError("onlyMarkup", ONLY_MARKUP)
