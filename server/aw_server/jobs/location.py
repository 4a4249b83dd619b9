"""Where a job's passage stands, whatever becomes of the document around it, or of the passage itself."""

from aw_server import protocol
from aw_server.documents.document import Document
from aw_server.documents.lines import Encoding
from aw_server.jobs.tracking import TrackedRange, follow


class Location:
    """The place, in `document`, of a passage that read `original` and stood at `[start, end)`."""

    def __init__(self, document: Document, original: str, start: int, end: int) -> None:
        self.document = document
        self.closed = False
        self._original = original
        self._tracked = TrackedRange(start, end)

    @property
    def exact(self) -> tuple[int, int] | None:
        """Where the passage's text stands now, in code points; None if it does not, or the document is
        closed."""
        return None if self.closed or not self._tracked.found else self.last

    @property
    def last(self) -> tuple[int, int]:
        """Where the passage is, or what has become of it."""
        return self._tracked.start, self._tracked.end

    def range(self, encoding: Encoding) -> protocol.Range:
        """As `last`, for the client."""
        return self.document.lines.range(*self.last, encoding)

    def changed(self, old: Document, new: Document) -> None:
        """Follow the document, which has become `new`."""
        self._tracked = follow(self._tracked, self._original, old.text, new.text)
        self.document = new

    def close(self) -> None:
        """Note that the document is closed: the place is unknown until it is opened again."""
        self.closed = True

    def reopen(self, document: Document) -> None:
        """Look for the passage in a document that was opened with this text."""
        self.changed(self.document, document)
        self.closed = False
