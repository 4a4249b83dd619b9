"""The examples of `tests/data/examples/markdown.toml`."""

import msgspec


class MarkdownExamples(msgspec.Struct):
    """Templates of documents, pieces of paragraphs with their spans marked, and lines of prose."""

    structure: dict[str, str]
    spans: dict[str, str]
    prose: dict[str, list[str]]
