"""One run as the editor knows it: what was asked, where its passage stands, and what has been found."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import (
    Event,
    Finished,
    GenerationClosed,
    Leaderboard,
    Measuring,
    Noticed,
    Rejected,
    Started,
    Writing,
)
from aw_engine.domain.result import EvolveResult as Outcome
from aw_engine.domain.result import Ranked, Status
from aw_server import protocol
from aw_server.documents.document import Document
from aw_server.documents.lines import Encoding
from aw_server.jobs import findings
from aw_server.jobs.location import Location
from aw_server.jobs.refusal import UnknownCandidate
from aw_server.jobs.request import EvolveRequest

if TYPE_CHECKING:
    from aw_engine.text.extract import Extract

Listener = Callable[["Job", Event | None], None]


class Job:
    """A run and its results. Only the queue changes its state.

    `done` is set when it has ended. `listeners` hear every event, texts as they would stand in the document,
    and None when something else has changed: its place in the queue, its end.
    """

    def __init__(
        self,
        job_id: str,
        request: EvolveRequest,
        document: Document,
        encoding: Encoding,
        batch: str | None = None,
    ) -> None:
        self.id = job_id
        self.batch = batch or job_id  # jobs that one request asked for together share it
        self.also: tuple[str, ...] = ()  # of the first of them, the ids of the others
        self.request = request
        frame = request.extract.frame
        self.location = Location(document, frame.original, frame.start, frame.end)
        self.done = asyncio.Event()
        self.listeners: list[Listener] = []
        self.put: tuple[str, str] | None = None  # the candidate taken in part, and the text then
        self.asked_by = 0  # requests that wait for its end; a command waits for nothing
        self.commanded = False
        self.waiting = 0  # runs before it in the queue
        self.begun = False
        self.ending: Status | None = None  # as what it will end, once it has been told to stop
        self.loading: float | None = None
        self.measuring = False
        self.estimate: tuple[float, float] | None = None  # seconds (low, high), loading apart
        self.seconds_left: float | None = None  # when the last event came that told
        self._encoding: Encoding = encoding
        self._outcome = findings.nothing_yet(job_id, request)
        self._prose: dict[str, str] = {}
        self._vetoed: frozenset[str] | set[str] = frozenset()
        self._board: Leaderboard | None = None
        self._started: Started | None = None
        self._writing: dict[int, str] = {}

    @property
    def uri(self) -> str:
        """The document's address now."""
        return self.location.document.uri

    @property
    def params(self) -> protocol.EvolveParams:
        """What was asked."""
        return self.request.params

    @property
    def status(self) -> Status:
        """`running` while queued, too."""
        return self._outcome.status

    @property
    def extract(self) -> "Extract":
        """The passage as the model sees it, and the way back."""
        return self.request.extract

    @property
    def original(self) -> str:
        """The passage's text in the document, line ends and prefixes included."""
        return self.extract.frame.original

    @property
    def outcome(self) -> Outcome:
        """What has been found so far; texts as they would stand in the document."""
        return self._outcome

    @property
    def progress(self) -> Leaderboard | None:
        """The last ranking while the run went on, if there was one."""
        return self._board

    @property
    def started(self) -> Started | None:
        """How the run began; None while it is queued or the model is being loaded."""
        return self._started

    @property
    def writing(self) -> tuple[str, ...]:
        """What is there of the rewrites that are being written, as prose."""
        return tuple(text for _, text in sorted(self._writing.items()) if text)

    def result(self) -> protocol.EvolveResult:
        """The outcome, provisional while the run goes on, and the passage's place now.

        A run that has been told to stop already has the status with which it will end.
        """
        outcome = self._outcome
        if outcome.status == "running" and self.ending is not None:
            outcome = replace(outcome, status=self.ending)
        return protocol.EvolveResult(
            **asdict(outcome),
            uri=self.uri,
            version=self.location.document.version,
            range=self.location.range(self._encoding),
            stale=self.location.exact is None,
            also=self.also,
        )

    def text_of(self, candidate_id: str) -> str:
        """The candidate as it would stand in the document.

        :raises UnknownCandidate: if there is none of this id.
        """
        if candidate_id == ORIGINAL:
            return self.original
        return self._candidate(candidate_id).text

    def prose_of(self, candidate_id: str) -> str:
        """The candidate as the model sees it: one line of prose.

        :raises UnknownCandidate: if there is none of this id.
        """
        return self._prose.get(self._candidate(candidate_id).id, self.extract.passage.text)

    def best(self) -> str | None:
        """The id of the best rewrite that ranks above the original, None if none does."""
        first = self._outcome.candidates[0] if self._outcome.candidates else None
        return first.id if first is not None and first.id != ORIGINAL else None

    def admit(self, candidate: Ranked, prose: str) -> None:
        """Put the candidate among those of the run, in the place that its `rank` says."""
        others = [each for each in self._outcome.candidates if each.id != candidate.id]
        others.insert(candidate.rank - 1, candidate)
        self._prose[candidate.id] = prose
        self._rank(others)
        self._tell(None)

    def hear(self, event: Event, prose: dict[str, str]) -> None:
        """Take in one event of the run, texts as they would stand in the document, and as prose by id."""
        self._prose.update(prose)
        now = self._outcome
        match event:
            case Measuring():
                self.loading, self.measuring = None, True
            case Started(model=model):
                self._started, self.measuring = event, False
                self.loading = None
                self._outcome = replace(now, model=model)
            case Leaderboard(candidates=candidates):
                self._board = event
                self.seconds_left = event.seconds_left
                self._outcome = replace(now, calls=event.calls, generations=event.generation)
                self._rank(candidates)
            case Writing(slot=slot, text=text):
                self._writing[slot] = text
            case Rejected(reason=reason):
                self._outcome = findings.rejected(now, reason)
            case Noticed(text=text):
                self._outcome = replace(now, notices=(*now.notices, text))
            case GenerationClosed(meters=meters):
                self._outcome = replace(now, per_generation=(*now.per_generation, meters))
            case Finished():
                return  # `end` says it, with what else is known then
        self._tell(event)

    def end(self, outcome: Outcome) -> None:
        """End the job with this outcome, texts as they would stand in the document."""
        known = self._outcome.candidates  # before the model was loaded, the writer's text alone
        self._outcome = outcome
        if self._vetoed or not outcome.candidates:
            self._rank(outcome.candidates or known)
        self.done.set()
        self._tell(None)

    def end_as(
        self, status: Status, reason: protocol.Reason | None = None, message: str | None = None
    ) -> None:
        """End the job with what was found so far."""
        candidates = tuple(replace(each, provisional=True) for each in self._outcome.candidates)
        self.end(replace(self._outcome, status=status, reason=reason, message=message, candidates=candidates))

    def begin(self) -> None:
        """Note that its run has begun."""
        self.begun, self.waiting = True, 0
        self._tell(None)

    def wait(self, before: int) -> None:
        """Note how many runs come before it."""
        if self.waiting != before:
            self.waiting = before
            self._tell(None)

    def expect(self, seconds: tuple[float, float] | None) -> None:
        """Note how long it should take, from and to so many seconds, if that is known."""
        self.estimate = seconds
        self._tell(None)

    def load(self, share: float) -> None:
        """Note which share of the model is loaded, 0..1."""
        self.loading = share
        self._tell(None)

    def veto(self, candidates: Iterable[str], pinned: Iterable[str]) -> None:
        """Take the former off the list, until the writer wants them to stay after all."""
        self._vetoed = (self._vetoed | {*candidates}) - {*pinned, ORIGINAL}
        self._rank(self._outcome.candidates)
        self._tell(None)

    def _rank(self, candidates: Iterable[Ranked]) -> None:
        self._outcome = findings.ranked(self._outcome, candidates, self._vetoed)

    def _tell(self, event: Event | None) -> None:
        for listener in tuple(self.listeners):
            listener(self, event)

    def _candidate(self, candidate_id: str) -> Ranked:
        for each in self._outcome.candidates:
            if each.id == candidate_id:
                return each
        raise UnknownCandidate(f"This run has no rewrite {candidate_id[:20]!r}.")
