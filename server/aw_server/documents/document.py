"""One open document, a value: each change makes another."""

from functools import cached_property

from aw_engine.domain.passage import Format
from aw_engine.text.formats.format import guess
from aw_server.documents.lines import Lines

_BY_LANGUAGE: dict[str, Format] = {
    "markdown": "markdown",
    "quarto": "markdown",
    "rmd": "markdown",
    "mdx": "markdown",
    "latex": "latex",
    "tex": "latex",
    "plaintext": "plain",
    "text": "plain",
}


class Document:
    """The text as the client has it; `language_id` is the client's word for its kind."""

    def __init__(self, uri: str, language_id: str, version: int | None, text: str) -> None:
        self.uri = uri
        self.language_id = language_id
        self.version = version
        self.text = text

    @cached_property
    def lines(self) -> Lines:
        """Where its lines begin."""
        return Lines(self.text)

    @property
    def format(self) -> Format:
        """Its markup, by the client's word if that is known, else by name and content."""
        name = self.uri.rsplit("/", 1)[-1]
        return _BY_LANGUAGE.get(self.language_id) or guess(name, self.text)
