"""What clients send."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from aw_engine.domain.rubric import Strictness
from aw_server.protocol.names import VERSION


class _Params(Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """Base of what clients send."""


class Position(_Params, frozen=True):
    """Zero-based line and character, the latter in units of the agreed encoding."""

    line: Annotated[int, Meta(ge=0)]
    character: Annotated[int, Meta(ge=0)]


class Range(_Params, frozen=True):
    """From `start` to before `end`."""

    start: Position
    end: Position


class TextDocument(_Params, frozen=True):
    uri: str
    version: int | None = None


class Limits(_Params, frozen=True):
    """Upper limits of a run, which ends with what it has."""

    seconds: Annotated[float, Meta(gt=0)] | None = None
    calls: Annotated[int, Meta(ge=1)] | None = None


class Origin(_Params, frozen=True):
    """A candidate of an earlier run to go on from."""

    job_id: str
    candidate_id: str


class EvolveParams(_Params, frozen=True):
    """What to evolve, and how. An absent or empty `range` means the paragraph at its start, or at `position`.

    What is None comes from the settings; `seed` then is 0.
    """

    text_document: TextDocument
    range: Range | None = None
    position: Position | None = None
    rubric: str | None = None
    instruction: str | None = None
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] | None = None
    n: Annotated[int, Meta(ge=2, le=64)] | None = None
    generations: Annotated[int, Meta(ge=1, le=12)] | None = None
    seed: Annotated[int, Meta(ge=0)] | None = None
    budget: Limits | None = None
    gates: Strictness | None = None
    split: bool = False
    origin: Origin | None = field(default=None, name="from")
    work_done_token: str | int | None = None


class RepeatParams(_Params, frozen=True):
    text_document: TextDocument
    range: Range | None = None
    position: Position | None = None


class JobParams(_Params, frozen=True):
    job_id: str
    work_done_token: str | int | None = None


class CancelParams(_Params, frozen=True):
    """`job_id` is a job's or `all`; without `keep` what was found is discarded too."""

    job_id: str
    keep: bool = True


class ApplyParams(_Params, frozen=True):
    """`candidate_id` None means the best; `parts` are indices of `PreviewResult.parts` to take."""

    job_id: str
    candidate_id: str | None = None
    parts: tuple[int, ...] | None = None
    on_stale: Literal["refuse", "merge"] = "refuse"


class PreviewParams(_Params, frozen=True):
    job_id: str
    candidate_id: str
    parts: tuple[int, ...] | None = None
    format: Literal["words", "unified"] = "words"


class MixPick(_Params, frozen=True):
    part: Annotated[int, Meta(ge=0)]
    candidate_id: str


class MixParams(_Params, frozen=True):
    job_id: str
    picks: tuple[MixPick, ...]


class SteerParams(_Params, frozen=True):
    job_id: str
    pin: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    pick: str | None = None


class RubricsParams(_Params, frozen=True):
    text_document: TextDocument | None = None


class SelectModelParams(_Params, frozen=True):
    ref: str | None = None
    role: Literal["writer", "judge"] = "writer"


class PullModelParams(_Params, frozen=True):
    ref: str
    work_done_token: str | int | None = None


class PrepareParams(_Params, frozen=True):
    text_document: TextDocument
    range: Range | None = None
    rubric: str | None = None


class Empty(_Params, frozen=True):
    """No parameters, or nothing to answer."""


class ClientOptions(Struct, frozen=True, rename="camel"):
    """`initializationOptions.aw`; unknown keys are ignored, since a newer client may send more."""

    client: str = ""
    client_version: str = ""
    protocol: int = VERSION
    updates: bool = False
    status: bool = False
    settings: dict[str, Any] = {}
