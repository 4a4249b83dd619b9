"""A sentence while it is being copy-edited: how it reads now, what may be changed, what can be undone."""

import re
from collections.abc import Sequence

from msgspec import Struct

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, context_of
from aw_engine.text.edits import own_words
from aw_engine.text.edits.voice import of_its_own
from aw_engine.text.sentences import sentences

_QUOTES = re.compile('[“”"]')
_STRAIGHT = re.compile(r'(?<!\d)"')  # 6" are inches
_WORD = re.compile(r"[^\W\d_]+")


class Move(Struct, frozen=True, order=True):
    """A change of the sentence as it now reads, its kind's prior, and what stood there before."""

    start: int
    end: int
    by: str
    old: str
    kind: str
    prior: float
    undo: bool = False

    @property
    def growth(self) -> int:
        return len(self.by) - (self.end - self.start)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.old, self.by

    def worth(self, keep: float) -> float:
        """What the move is worth beside its rise in likelihood; undoing pays back what was paid."""
        return keep - self.prior if self.undo else self.prior - keep


class EditedSentence(Struct):
    """A sentence of one request as it now reads, the document's own words, and what undoes what was done.

    `given` are the words that the writer wrote (lower-case). `quoted` says that all of it stands within a
    quotation that began before it, `dialect` that the passage has a voice of its own.
    """

    source: Reading
    own: frozenset[str]
    given: frozenset[str]
    gap: str
    text: str
    quoted: bool = False
    dialect: bool = False
    undoings: tuple[Move, ...] = ()
    looked: frozenset[tuple[str, str, str]] = frozenset()
    settled: bool = False


def edited_sentences(
    source: str, before: str, table: LikelihoodTable, repeated: Sequence[str] = (), original: str = ""
) -> list[EditedSentence]:
    """The sentences of `source`, which follows `before` in the document, as they read before any edit.

    `repeated` are words that the document has more than once, `original` is what the writer wrote where
    `source` is a rewrite of it.
    """
    states: list[EditedSentence] = []
    own = own_words(f"{before} {source}", repeated)
    given = frozenset(_WORD.findall((original or source).lower()))
    dialect = of_its_own(source)
    curled = straight = 0  # quotation marks before the sentence: curled ones still open, all straight ones
    for start, end in sentences(source):
        whole = source[start:end]
        text = whole.strip()
        lead = whole[: len(whole) - len(whole.lstrip())]
        if lead:
            states.append(EditedSentence(Reading("", ""), own, given, lead, ""))
        reading = table.as_met(Reading(context_of(f"{before.rstrip()} {source[:start]}"), text))
        quoted = (curled > 0 or straight % 2 == 1) and not _QUOTES.search(text)
        curled += whole.count("“") - whole.count("”")
        straight += len(_STRAIGHT.findall(source, start, end))
        gap = whole[len(lead) + len(text) :]
        states.append(EditedSentence(reading, own, given, gap, text, quoted, dialect))
    return states


def only_given(state: EditedSentence, start: int, end: int) -> bool:
    """Whether the writer wrote all the words that lie in `[start, end)`, also in part: an edit has put none
    of them there."""
    within = (
        word for word in _WORD.finditer(state.text.lower()) if word.start() < end and start < word.end()
    )
    return all(word[0] in state.given for word in within)


def within(one: Move, other: Move, reach: int) -> bool:
    """Whether the two moves lie no more than `reach` characters apart."""
    return one.start <= other.end + reach and other.start <= one.end + reach


def make(state: EditedSentence, chosen: list[Move]) -> None:
    """Apply moves that do not overlap, and carry the undoings of earlier ones along."""
    parts: list[str] = []
    undoings: list[Move] = []
    at = shift = 0
    for move in chosen:
        parts += [state.text[at : move.start], move.by]
        at = move.end
        if not move.undo:
            undoings.append(_undoing(move, shift))
        shift += move.growth
    parts.append(state.text[at:])
    for undo in state.undoings:
        if not any(within(move, undo, 0) for move in chosen):
            shift = sum(move.growth for move in chosen if move.end <= undo.start)
            undoings.append(_moved(undo, shift))
    state.text = "".join(parts)
    state.undoings = tuple(sorted(undoings))


def _undoing(move: Move, shift: int) -> Move:
    start = move.start + shift
    return Move(start, start + len(move.by), move.old, move.by, move.kind, move.prior, undo=True)


def _moved(undo: Move, shift: int) -> Move:
    return Move(undo.start + shift, undo.end + shift, undo.by, undo.old, undo.kind, undo.prior, undo=True)
