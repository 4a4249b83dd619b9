"""The smallest edits that turn a passage into its rewrite, so that cursor, marks and folds stay."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from lsprotocol import types
from msgspec import Struct

from aw_engine.text.graphemes import continues
from aw_engine.text.matching import matching_blocks
from aw_server.documents.lines import Encoding, Lines

# A line end is one token, for no position lies inside it.
_TOKEN = re.compile(r"\r\n|[\n\r]|[^\S\n\r]+|\w+(?:['’‐-]\w+)*|[^\w\s]")


class Replacement(Struct, frozen=True):
    """The code points `[start, end)` of the old text become `text`."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=256)
def changes(old: str, new: str) -> tuple[Replacement, ...]:
    """What turns `old` into `new`: whole words, in order, with at least one word that stays between them."""
    before, after = _tokens(old), _tokens(new)
    places = [0]
    for token in before:
        places.append(places[-1] + len(token))
    return tuple(
        Replacement(places[i1], places[i2], "".join(after[j1:j2]))
        for i1, i2, j1, j2 in _differences(before, after)
    )


def text_edits(lines: Lines, start: int, old: str, new: str, encoding: Encoding) -> list[types.TextEdit]:
    """The edits of the document for a passage that begins at `start`, reads `old` and shall read `new`.

    Applied together, as LSP applies them, they leave the rest of the document as it is.

    :raises ValueError: if the document does not read `old` there, or something would become nothing.
    """
    if not lines.text.startswith(old, start):
        raise ValueError("The document does not hold this passage.")
    if old.strip() and not new.strip():
        raise ValueError("A passage must not become nothing.")
    edits = []
    for change in changes(old, new):
        place = lines.range(start + change.start, start + change.end, encoding)
        first, last = (types.Position(each.line, each.character) for each in (place.start, place.end))
        edits.append(types.TextEdit(types.Range(first, last), change.text))
    return edits


def _tokens(text: str) -> list[str]:
    """Words, blanks, line ends and signs; what a reader sees as one character is never taken apart."""
    tokens: list[str] = []
    at = 0
    for token in _TOKEN.findall(text):
        if tokens and continues(text, at):
            tokens[-1] += token
        else:
            tokens.append(token)
        at += len(token)
    return tokens


def _differences(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Which tokens `[i1, i2)` become `[j1, j2)`. Words are aligned first: blanks, all alike, would mislead,
    and cost the more the longer the text."""
    old = [i for i, token in enumerate(before) if not token.isspace()]
    new = [j for j, token in enumerate(after) if not token.isspace()]
    same = matching_blocks([before[i] for i in old], [after[j] for j in new])
    kept = [(old[a + k], new[b + k]) for a, b, size in same for k in range(size)]
    for (i, j), (i2, j2) in pairwise([(-1, -1), *kept, (len(before), len(after))]):
        i1, j1 = i + 1, j + 1
        while i1 < i2 and j1 < j2 and before[i1] == after[j1]:
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and before[i2 - 1] == after[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
        if i1 < i2 or j1 < j2:
            yield i1, i2, j1, j2
