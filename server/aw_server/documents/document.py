"""One open document, a value: each change makes another."""

from functools import cached_property

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.formats.format import Recognised, recognise
from aw_server.documents.lines import Lines


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

    @cached_property
    def recognised(self) -> Recognised:
        """Its markup, by the client's word if that is known, else by name and content.

        :raises PassageError: `notProse` if it is code, data or the like.
        """
        return recognise(self.uri.rsplit("/", 1)[-1], self.text, self.language_id)

    @cached_property
    def is_prose(self) -> bool:
        """Whether there is anything in it that the program may change."""
        try:
            return bool(self.recognised)
        except PassageError:
            return False

    @property
    def format(self) -> Format:
        """The format of `recognised`; raises as that does."""
        return self.recognised.format
