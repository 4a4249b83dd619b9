"""A document's prose blocks and a paragraph's spans, in any format."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from aw_engine.domain.passage import Format, Span
from aw_engine.text.formats import asciidoc, commit, latex, mail, markdown, org, plain, rst, subtitles, typst
from aw_engine.text.formats.block import Inline, Labels, Parsed
from aw_engine.text.formats.rows import one_paragraph

NO_LABELS = Labels()


class Reader(Struct, frozen=True):
    """How one format is read.

    `parse` finds a document's prose blocks, `inline` a paragraph's spans (most formats need no labels for
    that), `body` reads lines as they stand in the middle of a document. `marks` are the characters that mean
    something to the format: prose that gains one may read differently. `nested` says that pairs of markup
    must nest as they did, `own_lines` that every line break is the writer's.
    """

    parse: Callable[[str], Parsed]
    inline: Callable[[str, Labels], Inline]
    body: Callable[[str], Parsed]
    marks: str = ""
    nested: bool = False
    own_lines: bool = False


def _by_lines(
    parse: Callable[[str], Parsed],
    inline: Callable[[str], Inline],
    marks: str,
    *,
    body: Callable[[str], Parsed] | None = None,
    own_lines: bool = False,
) -> Reader:
    return Reader(parse, lambda text, _: inline(text), body or parse, marks, own_lines=own_lines)


_READERS: Final[Mapping[Format, Reader]] = {
    "markdown": Reader(markdown.parse, markdown.inline, markdown.parse, "*_`[]<>~|\\$^{}"),
    "latex": Reader(latex.parse, lambda text, _: latex.inline(text), latex.parse, "\\{}$%&#^_~", nested=True),
    "plain": _by_lines(plain.parse, plain.inline, ""),
    "org": _by_lines(org.parse, org.inline, "*/=~+_[]<>|\\${}@#"),
    "rst": _by_lines(rst.parse, rst.inline, "*`|_\\[]<>"),
    "asciidoc": _by_lines(asciidoc.parse, asciidoc.inline, "*_`#+^~[]<>{}|"),
    "typst": _by_lines(typst.parse, typst.inline, "*_`$#@<>[]\\/~="),
    "mail": _by_lines(mail.parse, mail.inline, "<>|`", body=mail.parse_body),
    "commit": _by_lines(commit.parse, commit.inline, "#`", body=commit.parse_body),
    "subtitles": _by_lines(
        subtitles.parse, subtitles.inline, "<>{}[]", body=subtitles.parse_body, own_lines=True
    ),
}


def reader(format: Format) -> Reader:
    """How this format is read."""
    return _READERS[format]


@lru_cache(maxsize=4)
def parse(document: str, format: Format) -> Parsed:
    """The document's prose blocks and labels; the last few documents are remembered."""
    return _READERS[format].parse(document)


@lru_cache(maxsize=256)
def inline(text: str, format: Format, labels: Labels = NO_LABELS) -> Inline:
    """Spans and paired constructs of one paragraph's content, read by the format's own parser."""
    return _READERS[format].inline(text, labels)


def labels_of(text: str, spans: Sequence[Span], format: Format) -> Labels:
    """Labels that a piece of prose with these spans refers to."""
    if format != "markdown":
        return NO_LABELS
    return markdown.labels_of([(text[span.start : span.end], span.kind) for span in spans])


def stays_one_paragraph(lines: Sequence[str], format: Format) -> bool:
    """Whether these lines are read as one paragraph, and none as a list item, heading, quote or blank."""
    if format == "markdown":
        return markdown.is_one_paragraph("\n".join(lines))
    if format == "latex":
        return all(line.strip() for line in lines)
    if format == "plain":
        blocks = plain.parse("\n".join(lines)).blocks
        return len(blocks) == 1 and len(blocks[0].lines) == len(lines)
    return one_paragraph(lines, _READERS[format].body)
