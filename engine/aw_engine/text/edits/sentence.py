"""A sentence as its words, with what must be left alone marked.

Left alone: marks (`⟦1⟧`), numbers, names, words in capitals, code-like words, the inside of quotations,
and the document's own words.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct

from aw_engine.text.edits.edit import Edit
from aw_engine.text.words import lexicon

_CHUNK = re.compile(r"⟦\d+⟧|(?:(?!⟦\d+⟧)[^\s—–…,;:!?()\[\]“”\"])+")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_EDGES = "'’‘.*_"
_QUOTED = re.compile(
    r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)|(?<![\w’])‘[^‘]*?(?:’(?!\w)|$)|(?<!\w)'[^']{2,60}'(?!\w)"
    # A straight mark opens speech before a capital, and apostrophes within words do not close it.
    r"|(?<!\w)'(?=[A-Z])[^']*(?:(?<=\w)'(?=\w)[^']*)*'(?!\w)|^[^“”]*”"
)
_STOP_BEFORE = re.compile(r"(?:^|[.!?:]['’\")\]”*_]*\s)\s*['‘\"“(\[*_]*$")


class SentenceWord(Struct, frozen=True):
    """A word or mark at `[start, end)`; `free` where it may be changed, `first` where it opens a sentence."""

    start: int
    end: int
    text: str
    lower: str
    free: bool
    first: bool


class Sentence(Struct, frozen=True):
    """`text` (usually one sentence) and its words in order."""

    text: str
    words: tuple[SentenceWord, ...]

    def gap(self, at: int) -> str:
        """What stands between word `at - 1` and word `at`; before the first and after the last word too."""
        start = self.words[at - 1].end if at else 0
        return self.text[start : self.words[at].start if at < len(self.words) else len(self.text)]

    def close(self, start: int, end: int) -> bool:
        """Whether words `[start, end)` exist, are free, and only a space parts each from the next."""
        return (
            0 <= start < end <= len(self.words)
            and all(word.free for word in self.words[start:end])
            and all(self.gap(at) == " " for at in range(start + 1, end))
        )

    def lower(self, at: int) -> str:
        """Word `at` in small letters, empty outside the sentence."""
        return self.words[at].lower if 0 <= at < len(self.words) else ""

    def near(self, at: int) -> str:
        """Word `at` in small letters if only a space parts it from the word before, else empty."""
        return self.lower(at) if 0 < at < len(self.words) and self.gap(at) == " " else ""

    def before(self, at: int) -> str:
        """The word before word `at` in small letters if only a space parts them, else empty."""
        return self.lower(at - 1) if self.near(at) else ""

    def replace(self, start: int, end: int, by: str, kind: str, extra: float = 0.0) -> Edit:
        """Words `[start, end)` become `by`, with a capital where the first of them has one."""
        first = self.words[start]
        if first.text[0].isupper() and (first.first or first.text == "I"):
            by = capital(by) if first.first else by
        return self.change(first.start, self.words[end - 1].end, by, kind, extra)

    def insert(self, at: int, new: str, kind: str, extra: float = 0.0) -> Edit:
        """`new` and a space before word `at`; takes over the capital that opens a sentence."""
        word = self.words[at]
        if word.first and word.text[0].isupper() and not _keeps_capital(word):
            letter = word.text[0].lower()
            return self.change(word.start, word.start + 1, f"{capital(new)} {letter}", kind, extra)
        return self.change(word.start, word.start, f"{new} ", kind, extra)

    def remove(self, start: int, end: int, kind: str, extra: float = 0.0) -> Edit | None:
        """Words `[start, end)` go, with the commas that set them off; None where nothing would be left."""
        first, last = self.words[start], self.words[end - 1]
        if end == len(self.words):
            before = self.text[: first.start].rstrip(" ,")
            return self.change(len(before), last.end, "", kind, extra) if before else None
        after = self.gap(end)
        if first.first:
            if after not in (" ", ", "):
                return None
            following = self.words[end]
            letter = following.text[0].upper() if first.text[0].isupper() else following.text[0]
            return self.change(first.start, following.start + 1, letter, kind, extra)
        if self.gap(start) == ", " and after == ", " and start > 0 and self.words[start - 1].first:
            return self.change(
                first.start, self.words[end].start, "", kind, extra
            )  # However, [of course,] it
        if self.gap(start) == ", " and after == ", ":
            return self.change(first.start - 2, last.end + 1, "", kind, extra)
        if not self.text[: first.start].endswith(" "):
            return None
        return self.change(first.start - 1, last.end, "", kind, extra)

    def change(self, start: int, end: int, by: str, kind: str, extra: float = 0.0) -> Edit:
        """The edit of these code points; `extra` (nats) is added to its kind's log prior later."""
        return Edit(start, end, by, kind, extra)


def read(text: str, own: AbstractSet[str] = frozenset()) -> Sentence:
    """The words of `text`; those in `own` (lower-cased) are the document's vocabulary and not free."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    return Sentence(text, tuple(_words(text, quoted, own)))


def capital(text: str) -> str:
    """`text` with its first letter large."""
    return text[:1].upper() + text[1:]


def _words(text: str, quoted: list[tuple[int, int]], own: AbstractSet[str]) -> Iterator[SentenceWord]:
    for chunk in _CHUNK.finditer(text):
        raw = chunk.group()
        core = raw if raw.startswith("⟦") else raw.strip(_EDGES)
        if not core:
            continue
        start = chunk.start() + raw.index(core)
        end = start + len(core)
        first = _STOP_BEFORE.search(text, 0, start) is not None
        inside = any(low < end and start < high for low, high in quoted)
        # `*.py`, `.profile`, `_name`: what begins so is rarely a word.
        free = not inside and raw[0] not in ".*_" and _free(core, first, own)
        yield SentenceWord(start, end, core, core.lower().replace("’", "'"), free, first)


def _free(core: str, first: bool, own: AbstractSet[str]) -> bool:
    lower = core.lower()
    if not _WORD.fullmatch(core) or lower in own:
        return False
    if core == lower or core in ("I", "A") or (core[0] == "I" and core[1:2] in "'’"):
        return True
    return first and core[1:] == lower[1:] and not lexicon().name(core)


def _keeps_capital(word: SentenceWord) -> bool:
    return (
        word.text == "I"
        or word.text[:2] in ("I'", "I’")
        or (not word.text[1:].islower() and len(word.text) > 1)
        or lexicon().name(word.text)
    )
