"""What is kept of a run: how it was asked for, what happened, and what the writer did with the result."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.candidate import Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.events import (
    Compared,
    Drafted,
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
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult, Rating, Status
from aw_engine.domain.rubric import Rubric
from aw_engine.text.frame import Frame

UserActionKind = Literal["applied", "rejected", "pinned", "picked"]
KeptStatus = Status | Literal["interrupted"]


class CandidateRank(Struct, frozen=True):
    """One candidate in a ranking; `wins` is the probability that it is better than the original."""

    id: str
    rank: int
    wins: float
    rating: Rating


class KeptRanking(Struct, frozen=True, rename="camel", tag="standings"):
    """The ranking after `calls` comparisons, without the texts that a leaderboard repeats each time."""

    generation: int
    calls: int
    places: tuple[CandidateRank, ...]


KeptEvent = Started | Drafted | Rejected | Compared | KeptRanking | GenerationClosed | Noticed


class Happened(Struct, frozen=True):
    """An event, `at` seconds after the run was asked for."""

    at: float
    event: KeptEvent


class UserAction(Struct, frozen=True):
    """What the writer did with a candidate; `at` is in seconds since 1970."""

    kind: UserActionKind
    candidate: str
    at: float


class Record(Struct, frozen=True, rename="camel"):
    """One run. `began` and `ended` are in seconds since 1970; `uri` is the document's, empty for stdin.

    A run that is under way, or was `interrupted` by the end of its process, has no `result`. Texts are prose,
    as in `Passage`; `frame` leads back to the document; `start` are texts that joined the first generation.
    """

    id: str
    uri: str
    began: float
    ended: float | None
    status: KeptStatus
    passage: Passage
    rubric: Rubric
    plan: Plan
    frame: Frame | None
    events: tuple[Happened, ...]
    start: tuple[str, ...] = ()
    user_actions: tuple[UserAction, ...] = field(default=(), name="deeds")
    result: EvolveResult | None = None

    @property
    def brief(self) -> Brief:
        """What was asked for, by the models that did it; the built-in one where none was loaded."""
        started = self.started
        models = Models()
        if started is not None:
            models = Models(started.model.ref, "" if started.judge is None else started.judge.ref)
        return Brief(self.passage, self.rubric, self.plan, self.start, models)

    @property
    def started(self) -> Started | None:
        """The event `Started`, which names the models; None before they were loaded."""
        return next((each.event for each in self.events if isinstance(each.event, Started)), None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The rewrites that passed the gates, in order of birth."""
        return tuple(each.event.candidate for each in self.events if isinstance(each.event, Drafted))

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        """The rewrites that did not pass the gates."""
        return tuple(each.event for each in self.events if isinstance(each.event, Rejected))

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The judge's comparisons, in order."""
        return tuple(each.event.comparison for each in self.events if isinstance(each.event, Compared))

    @property
    def rankings(self) -> tuple[KeptRanking, ...]:
        """The rankings, in order."""
        return tuple(each.event for each in self.events if isinstance(each.event, KeptRanking))

    @property
    def generations(self) -> tuple[GenerationClosed, ...]:
        """The generations that were judged to their end."""
        return tuple(each.event for each in self.events if isinstance(each.event, GenerationClosed))


class Summary(Struct, frozen=True, rename="camel"):
    """One run in a list. `opening` is the beginning of the passage; `best` the probability that the first
    rewrite is better than the original, None where there is none; `bytes` what the run takes in the journal.
    """

    id: str
    uri: str
    began: float
    seconds: float | None
    status: KeptStatus
    rubric: str
    model: str
    opening: str
    rewrites: int
    original_rank: int | None
    best: float | None
    applied: str | None
    bytes: int


def document(uri: str) -> str:
    """The name of the document's file, `stdin` where there is none."""
    return unquote(urlsplit(uri).path.rpartition("/")[2]) or uri or "stdin"


def kept(event: Event) -> KeptEvent | None:
    """The event as it is kept; None for `Finished`, whose result is kept with the run, for what is said of
    the computer instead of the run, and for a rewrite before it is there."""
    match event:
        case Finished() | Measuring() | Writing():
            return None
        case Leaderboard():
            places = tuple(
                CandidateRank(id=each.id, rank=each.rank, wins=each.wins, rating=each.rating)
                for each in event.candidates
            )
            return KeptRanking(generation=event.generation, calls=event.calls, places=places)
        case _:
            return event


def record(
    job_id: str,
    brief: Brief,
    events: Sequence[tuple[float, Event]],
    *,
    began: float,
    uri: str = "",
    frame: Frame | None = None,
    user_actions: Sequence[UserAction] = (),
) -> Record:
    """A record of a run that no journal keeps; `events` come with the seconds since it was asked for."""
    result = next((event.result for _, event in events if isinstance(event, Finished)), None)
    happened = ((at, kept(event)) for at, event in events)
    return Record(
        id=job_id,
        uri=uri,
        began=began,
        ended=None if result is None else began + events[-1][0],
        status="running" if result is None else result.status,
        passage=brief.passage,
        rubric=brief.rubric,
        plan=brief.plan,
        start=brief.start,
        frame=frame,
        events=tuple(Happened(at=at, event=event) for at, event in happened if event is not None),
        user_actions=tuple(user_actions),
        result=result,
    )
