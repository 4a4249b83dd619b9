"""The text one run works on, and the spans in it that must survive byte for byte."""

from typing import Final, Literal

from msgspec import Struct

SpanKind = Literal[
    "code",
    "math",
    "command",
    "html",
    "link",
    "image",
    "url",
    "email",
    "citation",
    "footnote",
    "template",
    "emphasis",
    "break",
]
Format = Literal[
    "plain",
    "markdown",
    "latex",
    "org",
    "rst",
    "asciidoc",
    "typst",
    "mail",
    "commit",
    "subtitles",
]

ENGLISH: Final = "en"
"""The language that the word lists, the built-in model and the trained judge know."""


class Span(Struct, frozen=True):
    """Half-open range of code points `[start, end)` that a rewrite must keep byte for byte.

    Of a link only the syntax around its text is a span: `[` and `](target)` are two spans, so the text
    between them may change and the target may not.
    """

    start: int
    end: int
    kind: SpanKind


class Passage(Struct, frozen=True):
    """Prose as the model sees it: one line per paragraph, no wraps, list or quote prefixes.

    `spans` are sorted, do not overlap and lie inside `text`. `before` and `after` are the neighbouring
    prose (may be empty), never part of what is rewritten. `language` is an ISO 639-1 code. Line ends stand
    only inside spans (a hard break, a comment, a formula on lines of its own). `format` is the markup in
    which the spans were found and in which a rewrite is read again. `repeated` are those of its words
    (lower-case, sorted) that its document has more than once. A `title` is a line by itself, such as the
    subject of a message: it gets no full stop.
    """

    text: str
    spans: tuple[Span, ...] = ()
    language: str = ENGLISH
    before: str = ""
    after: str = ""
    format: Format = "plain"
    repeated: tuple[str, ...] = ()
    title: bool = False


class Mark(Struct, frozen=True):
    """A placeholder, such as `⟦1⟧`, and the protected text that it stands for."""

    mark: str
    original: str
    kind: SpanKind


class Masked(Struct, frozen=True):
    """Text in which each protected span has become a mark; `marks` in order of occurrence.

    No mark occurs in the text but where it stands for its span.
    """

    text: str
    marks: tuple[Mark, ...] = ()
