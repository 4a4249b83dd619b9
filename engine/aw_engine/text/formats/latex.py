"""LaTeX by pylatexenc's walker: which paragraphs are prose, and which macros, maths and comments they hold.

The walker is tolerant: what it cannot place (a stray brace, an `\\end` without its `\\begin`) lies between
its nodes, and is protected like a command.
"""

import re
from collections.abc import Sequence
from typing import Literal

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexSpecialsNode,
)

from aw_engine.domain.passage import Span, SpanKind
from aw_engine.text.formats import latex_accents, patterns
from aw_engine.text.formats.block import Block, BlockKind, Construct, Inline, Parsed, outermost, overlay
from aw_engine.text.formats.latex_names import (
    APART,
    CAPTIONS,
    CITES,
    LEADING,
    PROSE_ENVIRONMENTS,
    URLS,
    WRAPPERS,
)
from aw_engine.text.formats.latex_walker import LatexNode, read_nodes
from aw_engine.text.formats.newlines import Normal
from aw_engine.text.formats.plain import line_ranges

_LINE_END = re.compile(r"[ \t]*\n")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")


def parse(document: str) -> Parsed:
    r"""Prose blocks: paragraphs between blank lines, headings, items, displays and environments that are not
    prose. With a `document` environment only what is inside it counts. Nesting beyond the interpreter's
    depth gives no blocks."""
    newlines = Normal(document)
    nodes = read_nodes(newlines.text)
    for node in nodes:
        if isinstance(node, LatexEnvironmentNode) and node.environmentname == "document":
            nodes = node.nodelist
            break
    blocks = _Blocks(newlines.text)
    blocks.walk(nodes, "paragraph")
    blocks.close()
    back = newlines.back
    return Parsed(tuple(Block(b.kind, tuple((back(s), back(e)) for s, e in b.lines)) for b in blocks.found))


class _Blocks:
    """Collects runs of prose: `[start, end)` grows with every piece until something ends the paragraph."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.found: list[Block] = []
        self.kind: BlockKind = "paragraph"
        self.start = self.end = -1
        self.has_words = False

    def add(self, start: int, end: int, words: bool) -> None:
        if self.start < 0:
            if self.document[start:end].isspace():
                return
            self.start = start
        self.end = end
        self.has_words = self.has_words or words

    def close(self) -> None:
        start, end, words = self.start, self.end, self.has_words
        kind, self.start, self.has_words = self.kind, -1, False
        if start < 0:
            return
        text = self.document[start:end]
        lines = [
            (start + s + len(text[s:e]) - len(text[s:e].lstrip()), start + e) for s, e in line_ranges(text)
        ]
        lines = [(s, e) for s, e in lines if s < e]
        if not lines:
            return
        s, e = lines[-1]
        lines[-1] = (s, s + len(self.document[s:e].rstrip()))
        if words or _has_prose("\n".join(self.document[s:e] for s, e in lines)):
            self.found.append(Block(kind, tuple(lines)))

    def walk(self, nodes: Sequence[LatexNode], kind: BlockKind) -> None:
        self.kind = kind
        argument_at = -1
        for node in nodes:
            start, end = node.pos, node.pos + node.len
            source = self.document[start:end]
            if isinstance(node, (LatexCharsNode, LatexSpecialsNode)):
                self._text(start, end)
            elif isinstance(node, LatexCommentNode):
                # In a paragraph as soon as more of it follows, never at its start or end.
                if _BLANK_LINE.search(source):
                    self.close()
            elif isinstance(node, LatexEnvironmentNode):
                self.close()
                if node.environmentname.rstrip("*") in PROSE_ENVIRONMENTS:
                    inner: BlockKind = "quote" if node.environmentname.startswith("quot") else kind
                    self.walk(node.nodelist, inner)
                    self.close()
                else:
                    self._captions(node.nodelist)
                self.kind = kind
            elif isinstance(node, LatexMacroNode) and node.macroname in CAPTIONS:
                self.close()
                self._captions([node])
                self.kind = kind
            elif isinstance(node, LatexMacroNode) and node.macroname in APART:
                self.close()
                self.kind = "item" if node.macroname == "item" else kind
            elif self.start < 0 and isinstance(node, LatexMacroNode) and node.macroname in LEADING:
                continue
            elif isinstance(node, LatexMathNode) and node.displaytype == "display":
                self.close()
            elif isinstance(node, LatexGroupNode) and start != argument_at and self._is_apart(node):
                self.close()
                self.walk(node.nodelist, kind)
                self.close()
            elif _BLANK_LINE.search(source.rstrip()):
                self.close()
            else:
                self.add(start, start + len(source.rstrip()), False)
                if isinstance(node, LatexMacroNode) or start == argument_at:
                    argument_at = end
                if _BLANK_LINE.search(source):
                    self.close()

    def _captions(self, nodes: Sequence[LatexNode]) -> None:
        """The captions among the nodes of a float and what it holds."""
        for node in nodes:
            if isinstance(node, (LatexEnvironmentNode, LatexGroupNode)):
                self._captions(node.nodelist)
            elif isinstance(node, LatexMacroNode) and node.macroname in CAPTIONS:
                arguments = (node.nodeargd and node.nodeargd.argnlist) or ()
                if arguments and isinstance(arguments[-1], LatexGroupNode):
                    self.walk(arguments[-1].nodelist, "note")
                    self.close()

    def _text(self, start: int, end: int) -> None:
        at = start
        for gap in _BLANK_LINE.finditer(self.document, start, end):
            self._piece(at, gap.start())
            self.close()
            at = gap.end()
        self._piece(at, end)

    def _piece(self, start: int, end: int) -> None:
        if start < end:
            self.add(start, end, any(map(str.isalpha, self.document[start:end])))

    def _is_apart(self, group: LatexNode) -> bool:
        return bool(_BLANK_LINE.search(self.document, group.pos, group.pos + group.len))


def _has_prose(text: str) -> bool:
    at = 0
    for span in inline(text).spans:
        if any(map(str.isalpha, text[at : span.start])):
            return True
        at = span.end
    return any(map(str.isalpha, text[at:]))


def inline(text: str) -> Inline:
    """Spans and paired constructs (`\\emph{` … `}`) of one paragraph's content."""
    if "\\" not in text and not any(c in text for c in "{}$%~&"):
        return Inline(tuple(patterns.found(text, "latex")))
    reader = _Spans(text)
    nodes = read_nodes(text)
    if nodes:
        reader.visit(nodes, 0, len(text))
    else:
        reader.spans.append(Span(0, len(text), "command"))
    spans = overlay(
        overlay(outermost(reader.spans), latex_accents.words(text)), patterns.found(text, "latex")
    )
    openers = {(span.start, span.end) for span in spans}
    pairs = [pair for pair in reader.constructs if (pair.start, pair.inner_start) in openers]
    return Inline(tuple(spans), tuple(sorted(pairs, key=lambda c: (c.start, -c.end))))


class _Spans:
    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[Span] = []
        self.constructs: list[Construct] = []

    def visit(self, nodes: Sequence[LatexNode], start: int, end: int) -> None:
        """Read sibling nodes that should cover `[start, end)`; what they leave out is protected."""
        at = start
        argument_of = -1
        for node in nodes:
            if node is None:
                continue
            if node.pos > at:
                self._protect(at, node.pos, "command")
            at = node.pos + node.len
            if isinstance(node, LatexGroupNode) and node.pos == argument_of and self.spans:
                # A group that touches a macro unknown to the walker is its argument.
                self._protect(self.spans.pop().start, at, "command")
                argument_of = at
                continue
            argument_of = -1
            if isinstance(node, LatexMacroNode):
                if self._macro(node):
                    argument_of = at
            elif isinstance(node, LatexGroupNode):
                self._pair(node.pos, node.pos + 1, at - 1, at, "command", node.nodelist)
            elif isinstance(node, LatexMathNode):
                self._protect(node.pos, at, "math")
            elif isinstance(node, LatexCommentNode):
                self._protect(node.pos, at, "break")
            elif isinstance(node, LatexEnvironmentNode) or (
                isinstance(node, LatexSpecialsNode) and node.specials_chars in ("~", "&")
            ):
                self._protect(node.pos, at, "command")
        if at < end:
            self._protect(at, end, "command")

    def _macro(self, node: LatexNode) -> bool:
        """Protects a macro; True if it took no arguments, so that groups after it may be its own."""
        start, end = node.pos, node.pos + node.len
        arguments = list(filter(None, (node.nodeargd and node.nodeargd.argnlist) or ()))
        last = arguments[-1] if arguments else None
        if (
            node.macroname in WRAPPERS
            and isinstance(last, LatexGroupNode)
            and last.delimiters == ("{", "}")
            and self.text[last.pos + last.len - 1] == "}"
        ):
            close = last.pos + last.len
            pair: Literal["link", "command"] = "link" if node.macroname == "href" else "command"
            self._pair(start, last.pos + 1, close - 1, close, pair, last.nodelist)
            return False
        if not arguments:
            end -= len(node.macro_post_space)
        name = node.macroname
        kind: SpanKind = "citation" if name in CITES else "url" if name in URLS else "command"
        if name == "\\" and (line_end := _LINE_END.match(self.text, end)):
            end, kind = line_end.end(), "break"
        self._protect(start, end, kind)
        return not arguments and name.isalpha()

    def _pair(
        self,
        start: int,
        inner: int,
        inner_end: int,
        end: int,
        kind: Literal["link", "command"],
        nodes: Sequence[LatexNode],
    ) -> None:
        if self.text[inner_end:end] != "}":
            self._protect(start, end, "command")
            return
        self._protect(start, inner, kind)
        self.visit(nodes, inner, inner_end)
        self._protect(inner_end, end, kind)
        self.constructs.append(Construct(start, inner, inner_end, end, kind))

    def _protect(self, start: int, end: int, kind: SpanKind) -> None:
        if start < end:
            self.spans.append(Span(start, end, kind))
