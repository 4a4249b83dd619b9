"""A text's lines as LSP has them, and positions in the client's units.

Only `\\n`, `\\r\\n` and `\\r` end a line; U+2028, U+0085 and form feed are ordinary characters
(LSP 3.17, text documents).
"""

import re
from bisect import bisect_right
from typing import Literal

from aw_server.protocol import Position, Range

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """Where the lines of `text` begin; offsets are code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def offset(self, position: Position, encoding: Encoding) -> int:
        """The code point offset of a position.

        A line beyond the last means the end of the text, a character beyond its line the line's end (before
        its line end), one inside a character that character's start.
        """
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self._line(position.line)
        if encoding == "utf-32":
            return min(start + position.character, end)
        line = self.text[start:end]
        if line.isascii():
            return min(start + position.character, end)
        units = 0
        for index, character in enumerate(line):
            units += _units(character, encoding)
            if units > position.character:
                return start + index
        return end

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The position of a code point offset, `0 <= offset <= len(text)`."""
        number = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[number] : offset]
        if encoding == "utf-32" or before.isascii():
            return Position(number, len(before))
        return Position(number, sum(_units(character, encoding) for character in before))

    def range(self, start: int, end: int, encoding: Encoding) -> Range:
        """The range of the code points `[start, end)`."""
        return Range(self.position(start, encoding), self.position(end, encoding))

    def _line(self, number: int) -> tuple[int, int]:
        start = self._starts[number]
        if number + 1 == len(self._starts):
            return start, len(self.text)
        end = self._starts[number + 1]
        match = _LINE_END.search(self.text, start, end)
        return start, match.start() if match else end


def _units(character: str, encoding: Encoding) -> int:
    code = ord(character)
    if encoding == "utf-16":
        return 1 if code < 0x10000 else 2
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
