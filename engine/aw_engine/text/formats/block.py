"""What a format's parser says about a document: its prose blocks, and the spans in a line of prose."""

from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Span

BlockKind = Literal["paragraph", "item", "quote", "note", "title"]


class Block(Struct, frozen=True):
    """A block of prose: per line the half-open range of code points of its content in the document.

    Markers, prefixes and indent lie before a line's range, its line end after it; trailing white space is
    inside, except after the last line. At least one line, and no line is empty. `within` has the indices of
    lines that belong to markup begun before them, and so say nothing about how prose is wrapped.
    """

    kind: BlockKind
    lines: tuple[tuple[int, int], ...]
    within: frozenset[int] = frozenset()

    @property
    def start(self) -> int:
        return self.lines[0][0]

    @property
    def end(self) -> int:
        return self.lines[-1][1]


class Labels(Struct, frozen=True):
    """Names that a document defines and a reader of its inline markup must know, as its parser has them."""

    references: frozenset[str] = frozenset()
    footnotes: frozenset[str] = frozenset()


class Construct(Struct, frozen=True):
    """Paired markup: an opener `[start, inner_start)`, prose, and a closer `[inner_end, end)`.

    `kind` is `link` where the text between is a link's text.
    """

    start: int
    inner_start: int
    inner_end: int
    end: int
    kind: Literal["link", "emphasis", "command"]


class Inline(Struct, frozen=True):
    """Spans (sorted, disjoint) and paired constructs (by start) of a piece of prose."""

    spans: tuple[Span, ...]
    constructs: tuple[Construct, ...] = ()


class Parsed(Struct, frozen=True):
    """A document's prose blocks in order, disjoint, and the labels it defines."""

    blocks: tuple[Block, ...]
    labels: Labels = Labels()


def outermost(found: list[Span]) -> list[Span]:
    """The spans sorted, without those that lie inside another or overlap an earlier one."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.start < span.end and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept


def overlay(spans: list[Span], found: list[Span]) -> list[Span]:
    """`spans` with `found` laid over them: a found span swallows those inside it, and gives way to one that
    it lies inside or cuts in two. Both sorted and disjoint, as is the result."""
    kept: list[Span] = []
    taken: set[int] = set()
    at = 0
    for new in found:
        while at < len(spans) and spans[at].end <= new.start:
            at += 1
        inside: list[int] = []
        ahead = at
        while ahead < len(spans) and spans[ahead].start < new.end:
            inside.append(ahead)
            ahead += 1
        if all(new.start <= spans[i].start and spans[i].end <= new.end for i in inside):
            same = inside and (spans[inside[0]].start, spans[inside[0]].end) == (new.start, new.end)
            if not same:
                kept.append(new)
                taken.update(inside)
    kept.extend(span for i, span in enumerate(spans) if i not in taken)
    return sorted(kept, key=lambda span: span.start)
