"""A document's prose blocks and a paragraph's spans, in any of the three formats."""

from collections.abc import Sequence
from functools import lru_cache

from aw_engine.domain.passage import Format, Span
from aw_engine.text.formats import latex, markdown, plain
from aw_engine.text.formats.block import Inline, Labels, Parsed

NO_LABELS = Labels()


@lru_cache(maxsize=4)
def parse(document: str, format: Format) -> Parsed:
    """The document's prose blocks and labels; the last few documents are remembered."""
    if format == "markdown":
        return markdown.parse(document)
    return latex.parse(document) if format == "latex" else plain.parse(document)


@lru_cache(maxsize=256)
def inline(text: str, format: Format, labels: Labels = NO_LABELS) -> Inline:
    """Spans and paired constructs of one paragraph's content, read by the format's own parser."""
    if format == "markdown":
        return markdown.inline(text, labels)
    return latex.inline(text) if format == "latex" else plain.inline(text, format)


def labels_of(text: str, spans: Sequence[Span], format: Format) -> Labels:
    """Labels that a piece of prose with these spans refers to."""
    if format != "markdown":
        return NO_LABELS
    return markdown.labels_of([(text[span.start : span.end], span.kind) for span in spans])


def stays_one_paragraph(lines: Sequence[str], format: Format) -> bool:
    """Whether these lines are read as one paragraph, and none as a list item, heading, quote or blank."""
    if format == "markdown":
        return markdown.is_one_paragraph("\n".join(lines))
    if format == "plain":
        blocks = plain.parse("\n".join(lines)).blocks
        return len(blocks) == 1 and len(blocks[0].lines) == len(lines)
    return all(line.strip() for line in lines)
