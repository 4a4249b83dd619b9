"""A document as parsers want it, and the way back to its own offsets."""

import re
from bisect import bisect_right

_NEWLINES = re.compile(r"\r\n?|\n")


class Normal:
    """`text` is the document without byte order mark and with every line end as `\\n`."""

    def __init__(self, document: str) -> None:
        self._base = 1 if document.startswith("\ufeff") else 0
        self.text = document[self._base :] if self._base else document
        self._starts: list[int] = []
        self._shifts: list[int] = []
        if "\r" in self.text:
            shift = 0
            for match in _NEWLINES.finditer(self.text):
                self._starts.append(match.start() + 1 - shift)
                shift += match.end() - match.start() - 1
                self._shifts.append(shift)
            self.text = _NEWLINES.sub("\n", self.text)

    def back(self, offset: int) -> int:
        """The offset in the document of an offset in `text`."""
        line = bisect_right(self._starts, offset)
        return offset + self._base + (self._shifts[line - 1] if line else 0)
