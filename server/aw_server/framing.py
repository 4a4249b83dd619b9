"""Messages in a stream of bytes, as LSP frames them: header lines, an empty line, a body of known length."""

import re
from collections.abc import Callable, Iterator

LIMIT = 256_000_000  # bytes of one body; a longer one is read past

_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 13
# Searched for, not matched: behind a body of the wrong length the next header begins within a line.
_LENGTH = re.compile(rb"Content-Length:[ \t]*(\d{1,18})[ \t]*$", re.IGNORECASE)


def bodies(read: Callable[[int], bytes]) -> Iterator[bytes | None]:
    """Each body as it comes, None where there is something else; ends with the stream.

    `read(n)` returns 1 to n bytes, or none at the end. After a fault the next `Content-Length` is looked for.
    """
    stream = _Stream(read)
    length: int | None = None
    strange = False
    while (line := stream.line()) is not None:
        if line:
            if found := _LENGTH.search(line):
                length = int(found[1])
            strange = strange or (found is None and not line.lower().startswith(b"content-type:"))
            continue
        if length is None or length > LIMIT:
            stream.skip(length or 0)
            yield None
        elif (body := stream.take(length)) is None:
            return
        else:
            if strange:
                yield None
            yield body
        length, strange = None, False


class _Stream:
    """Lines and blocks of what `read` brings."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._held = bytearray()

    def line(self) -> bytes | None:
        """The next line without its end; one without an end is cut; None at the end of the stream."""
        while (end := self._held.find(b"\n")) < 0 and len(self._held) < _LONGEST_LINE:
            if not self._more(_CHUNK):
                return None
        line = bytes(self._held[: end + 1] if end >= 0 else self._held)
        del self._held[: len(line)]
        return line.rstrip(b"\r\n")

    def take(self, count: int) -> bytes | None:
        """The next `count` bytes, None if the stream ends before."""
        while len(self._held) < count:
            if not self._more(max(_CHUNK, count - len(self._held))):
                return None
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def skip(self, count: int) -> None:
        """Read past the next `count` bytes without holding them."""
        while count > len(self._held):
            count -= len(self._held)
            self._held.clear()
            if not self._more(_CHUNK):
                return
        del self._held[:count]

    def _more(self, count: int) -> bool:
        chunk = self._read(min(count, 1 << 20))
        self._held += chunk
        return bool(chunk)
