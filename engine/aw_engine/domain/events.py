"""The events of a run, in order; progress bars, leaderboards, journals and tests read the same stream."""

from msgspec import Struct

from aw_engine.domain.candidate import Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.result import EvolveResult, GenerationMeters, ModelRef, Ranked


class Measuring(Struct, frozen=True, rename="camel", tag="measuring"):
    """The judge has never judged on this computer: it is tested first, for about so many seconds at most.

    The only event before `Started`.
    """

    seconds: float


class Started(Struct, frozen=True, rename="camel", tag="started", omit_defaults=True):
    """The model is loaded and work begins; `calls_planned` is the most comparisons that the plan asks for.

    `judge` is the model that compares, None where the one that writes does.
    """

    job_id: str
    model: ModelRef
    generations: int
    calls_planned: int
    judge: ModelRef | None = None


class Writing(Struct, frozen=True, rename="camel", tag="writing"):
    """What a model has written of a rewrite so far, told a few times a second: prose, not yet gated.

    An empty text says that the rewrite is there: whether it was admitted or refused comes next.
    """

    slot: int
    generation: int
    operator: str
    text: str


class Drafted(Struct, frozen=True, rename="camel", tag="drafted"):
    """A rewrite passed the gates and is new."""

    candidate: Candidate


class Rejected(Struct, frozen=True, rename="camel", tag="rejected"):
    """A rewrite was refused by a gate, or was a duplicate; `reason` is the name of the gate."""

    reason: str
    operator: str
    generation: int


class Compared(Struct, frozen=True, rename="camel", tag="compared"):
    """The judge compared a pair; `calls` counts comparisons so far."""

    comparison: Comparison
    calls: int


class Leaderboard(Struct, frozen=True, rename="camel", tag="leaderboard"):
    """The ranking so far, with the original among the candidates; all are provisional.

    `seconds_left` is an estimate until the end of the run, None if nothing is known.
    """

    generation: int
    calls: int
    calls_planned: int
    seconds_left: float | None
    candidates: tuple[Ranked, ...]


class GenerationClosed(Struct, frozen=True, rename="camel", tag="generationClosed"):
    """A generation has been judged."""

    generation: int
    meters: GenerationMeters


class Noticed(Struct, frozen=True, rename="camel", tag="noticed"):
    """Something that the writer should know, as a sentence."""

    text: str


class Finished(Struct, frozen=True, rename="camel", tag="finished"):
    """The last event of every run."""

    result: EvolveResult


Event = (
    Measuring
    | Started
    | Writing
    | Drafted
    | Rejected
    | Compared
    | Leaderboard
    | GenerationClosed
    | Noticed
    | Finished
)
