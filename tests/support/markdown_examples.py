"""The examples of `tests/data/examples/markdown.toml`."""

import msgspec


class GeneratedMarkdown(msgspec.Struct):
    """What documents are generated from."""

    words: list[str]
    inline: list[str]
    displayed: list[str]
    leaves: list[str]
    around: list[tuple[str, str, str, str]]
    prefixes: list[tuple[str, str]]
    front: list[str]


class MarkdownExamples(msgspec.Struct):
    """Templates of documents, pieces of paragraphs with their spans marked, and lines of prose."""

    structure: dict[str, str]
    spans: dict[str, str]
    prose: dict[str, list[str]]
    generated: GeneratedMarkdown
