"""By how much local changes raise the likelihood of a sentence, read no further than is needed to tell."""

from collections.abc import Sequence
from math import inf

from anyio.lowlevel import checkpoint
from msgspec import Struct

from aw_engine.inference.backend import Backend, Scoring
from aw_engine.judging.room import PRECEDING
from aw_engine.text.sentences import sentences

GLANCE = 6  # characters after a change by which hopeless ones are told, at least; then to the end of a word
_LOOK_BACK = 400  # characters before those, which may say where a sentence begins
TAIL = 36  # characters after a change by which the others are judged, likewise


class Reading(Struct, frozen=True):
    """A sentence and what it is read after."""

    context: str
    text: str


class Substitution(Struct, frozen=True):
    """The code points `[start, end)` of a sentence become `by`; hopeless if it rises by less than `floor`."""

    reading: Reading
    start: int
    end: int
    by: str
    floor: float


class LikelihoodTable:
    """Log-likelihoods of texts after contexts, each computed once; and where each sentence was first met."""

    def __init__(self, backend: Backend, marks: tuple[str, ...]) -> None:
        self._backend = backend
        self._marks = marks
        self._known: dict[tuple[str, str], float] = {}
        self._met: dict[str, Reading] = {}

    def as_met(self, reading: Reading) -> Reading:
        """The sentence after what preceded it when it was met for the first time.

        Rewrites differ in a few words before a sentence, which hardly matter to it: it need not be read anew.
        """
        return self._met.setdefault(reading.text, reading)

    async def rises(self, changes: Sequence[Substitution]) -> list[float]:
        """By how much each change raises the log-likelihood (nats) up to some words after it.

        Most changes are hopeless, which shows at the next word: those are not read further, and their rise
        is minus infinity.

        :raises WorkerDied, BackendError: from the back end.
        """
        glances = await self._rises(changes, GLANCE)
        hopeful = [at for at, rise in enumerate(glances) if rise > changes[at].floor]
        rises = [-inf] * len(changes)
        for at, rise in zip(hopeful, await self._rises([changes[at] for at in hopeful], TAIL), strict=True):
            rises[at] = rise
        return rises

    async def whole(self, readings: Sequence[Reading]) -> list[float]:
        """The log-likelihoods (nats) of whole sentences.

        :raises WorkerDied, BackendError: from the back end.
        """
        await self._read([(reading.context, reading.text) for reading in readings])
        return [self._known[reading.context, reading.text] for reading in readings]

    async def _rises(self, changes: Sequence[Substitution], tail: int) -> list[float]:
        pairs = [_up_to(change, tail) for change in changes]
        contexts = [change.reading.context for change in changes]
        await self._read(
            [(context, text) for context, two in zip(contexts, pairs, strict=True) for text in two]
        )
        return [
            self._known[context, changed] - self._known[context, plain]
            for context, (plain, changed) in zip(contexts, pairs, strict=True)
        ]

    async def _read(self, wanted: Sequence[tuple[str, str]]) -> None:
        self._known.update((pair, 0.0) for pair in wanted if not pair[1])
        new = [pair for pair in dict.fromkeys(wanted) if pair not in self._known]
        if new:
            answers = await self._backend.score([Scoring(text, before, self._marks) for before, text in new])
            self._known.update(zip(new, (answer.logprob for answer in answers), strict=True))
        else:
            await checkpoint()  # a run that finds everything known must still hear that it is cancelled


def context_of(before: str) -> str:
    """What a sentence is read after, of all that precedes it: the last whole sentences within reach."""
    before = before.strip()
    if len(before) <= PRECEDING:
        return before
    near = before[-PRECEDING - _LOOK_BACK :]
    starts = [start for start, _ in sentences(near) if len(near) - start <= PRECEDING]
    return near[starts[0] :] if starts else before[-PRECEDING:].partition(" ")[2]


def _up_to(change: Substitution, tail: int) -> tuple[str, str]:
    """The sentence up to some characters after the change and to the end of a word, without and with it."""
    text = change.reading.text
    cut = text.find(" ", change.end + tail)
    cut = len(text) if cut < 0 or len(text) - cut < tail // 3 else cut
    return text[:cut], text[: change.start] + change.by + text[change.end : cut]
