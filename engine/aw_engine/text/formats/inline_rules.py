"""Inline markup by a table of patterns, for formats in which a mark is told by what stands beside it."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Format, Span, SpanKind
from aw_engine.text.formats import patterns
from aw_engine.text.formats.block import Construct, Inline, overlay


class InlineRule(Struct, frozen=True):
    """What one pattern finds. Where it has a group `inner`, that is prose, and only what is around it is
    protected; else all of it is."""

    kind: SpanKind
    pattern: re.Pattern[str]


def rule(kind: SpanKind, pattern: str) -> InlineRule:
    """A rule whose pattern is written verbosely (white space and comments do not count)."""
    return InlineRule(kind, re.compile(pattern, re.VERBOSE))


def read(text: str, rules: Sequence[InlineRule], format: Format, known: Sequence[Span] = ()) -> Inline:
    """Spans and pairs by the rules, an earlier one before a later, and by the patterns of any format.

    What is `known` already comes before all rules.
    """
    spans = list(known)
    constructs: list[Construct] = []
    taken = bytearray(len(text))
    for span in known:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for each in rules:
        for match in each.pattern.finditer(text):
            start, end = match.span()
            inner = match.span("inner") if "inner" in each.pattern.groupindex else (-1, -1)
            new = (
                [Span(start, end, each.kind)]
                if inner[0] < 0
                else [Span(start, inner[0], each.kind), Span(inner[1], end, each.kind)]
            )
            if start == end or any(1 in taken[span.start : span.end] for span in new):
                continue
            for span in new:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
            spans += [span for span in new if span.start < span.end]
            if inner[0] >= 0:
                pair: Literal["link", "emphasis"] = "link" if each.kind == "link" else "emphasis"
                constructs.append(Construct(start, *inner, end, pair))
    spans.sort(key=lambda span: span.start)
    found = overlay(spans, [span for span in patterns.found(text, format) if not taken[span.start]])
    openers = {(span.start, span.end) for span in found}
    kept = [pair for pair in constructs if (pair.start, pair.inner_start) in openers]
    return Inline(tuple(found), tuple(sorted(kept, key=lambda c: (c.start, -c.end))))
