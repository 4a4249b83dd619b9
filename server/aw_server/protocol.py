"""What the language server and its clients say to each other beyond LSP: names, parameters, results.

One decodes with `msgspec.convert(params, Struct)`, which refuses unknown keys and wrong types with the path
of the fault. Positions and ranges are LSP's, in the encoding agreed at `initialize`. The VS Code extension's
`protocol.ts` is generated from this file.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from aw_engine.domain.result import EvolveResult as Outcome
from aw_engine.domain.result import Ranked
from aw_engine.domain.rubric import Strictness

VERSION = 1  # of this protocol, compared by our own clients after `initialize`

EVOLVE = "aw/evolve"
ESTIMATE = "aw/estimate"
RESULTS = "aw/results"
APPLY = "aw/apply"
PREVIEW = "aw/preview"
MIX = "aw/mix"
STEER = "aw/steer"
CANCEL = "aw/cancel"
DISCARD = "aw/discard"
STATUS = "aw/status"
RUBRICS = "aw/rubrics"
MODELS = "aw/models"
SELECT_MODEL = "aw/selectModel"
REPORT = "aw/report"
PREPARE = "aw/prepare"
UPDATE = "$/aw/update"
STATUS_CHANGED = "$/aw/status"

COMMAND_EVOLVE = "aw.server.evolve"
COMMAND_REPEAT = "aw.server.repeat"
COMMAND_CANCEL = "aw.server.cancel"
COMMAND_RESULTS = "aw.server.results"
COMMAND_APPLY = "aw.server.apply"
COMMAND_COMPARE = "aw.server.compare"
COMMAND_DISCARD = "aw.server.discard"
COMMAND_STATUS = "aw.server.status"
COMMAND_SELECT_MODEL = "aw.server.selectModel"
COMMAND_UNLOAD = "aw.server.unload"

Reason = Literal[
    "empty",
    "tooShort",
    "tooLong",
    "onlyMarkup",
    "unencodable",
    "ambiguous",
    "notOpen",
    "unknownRubric",
    "unsupportedInstruction",
    "unsupportedLanguage",
    "queueFull",
    "modelMissing",
    "modelDamaged",
    "modelUnsupported",
    "noMemory",
    "workerDied",
    "internal",
]


class _Params(Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """Base of what clients send."""


class _Answer(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of what the server sends."""


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


class PrepareParams(_Params, frozen=True):
    text_document: TextDocument
    range: Range | None = None
    rubric: str | None = None


class Empty(_Params, frozen=True):
    """No parameters, or nothing to answer."""


class StartResult(_Answer, frozen=True):
    """What a command that starts a run answers, at once.

    `also` are the jobs of further paragraphs, which `split` has asked for. `estimate` is between how many
    seconds (low, high) four of five such runs end, once the model is loaded and they begin; None before
    anything was measured.
    """

    state: Literal["running", "queued", "joined", "refused"]
    message: str
    job_id: str | None = None
    position: int | None = None
    range: Range | None = None
    reason: Reason | None = None
    also: tuple[str, ...] = ()
    estimate: tuple[float, float] | None = None


class EvolveResult(Outcome, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A run's outcome with its place: candidates' texts are as they would stand in the document.

    `range` is where the passage is now, or was last; `stale` says that it no longer reads as it did. `also`
    are the jobs of further paragraphs, which `split` has asked for.
    """

    uri: str
    version: int | None
    range: Range
    stale: bool
    also: tuple[str, ...] = ()


class Cancelled(_Answer, frozen=True):
    cancelled: tuple[str, ...]


class ApplyResult(_Answer, frozen=True):
    outcome: Literal["applied", "refused", "stale", "merged", "unknown"]
    message: str
    range: Range | None = None
    choices: tuple[Literal["rerun", "copy", "merge"], ...] = ()


class Word(_Answer, frozen=True):
    kind: Literal["same", "added", "removed"]
    text: str


class DiffPart(_Answer, frozen=True):
    """One sentence, or several that cannot be taken apart; `original` is where `before` stands now."""

    index: int
    kind: Literal["same", "changed", "added", "removed"]
    original: Range
    before: str
    after: str
    words: tuple[Word, ...]


class PreviewResult(_Answer, frozen=True):
    """`text` is the whole rewrite with the chosen parts taken, or a unified diff if that was asked for."""

    parts: tuple[DiffPart, ...]
    text: str


class MixResult(_Answer, frozen=True):
    """`candidate` is among the run's from now on; None if it was refused, and `message` says why."""

    outcome: Literal["mixed", "refused"]
    message: str
    candidate: Ranked | None = None


class Estimate(_Answer, frozen=True):
    """What a run would take; `seconds` is (low, high) as in `StartResult.estimate`."""

    fits: bool
    passage_words: int
    calls: int
    passage_tokens: int | None = None
    limit_words: int | None = None
    seconds: tuple[float, float] | None = None
    message: str | None = None


class RubricInfo(_Answer, frozen=True):
    id: str
    title: str
    description: str
    source: Literal["builtin", "user", "project"]
    usable: bool
    reason: str | None = None


class ModelEntry(_Answer, frozen=True):
    ref: str
    title: str
    bytes: int
    dialect: str
    state: Literal["ready", "missing", "damaged", "unsupported"]
    active: bool
    digest: str | None = None
    licence: str | None = None
    reason: str | None = None


class SelectedModel(_Answer, frozen=True):
    ref: str


class ReportResult(_Answer, frozen=True):
    """One self-contained HTML page."""

    html: str


class StatusResult(_Answer, frozen=True):
    state: Literal["idle", "loading", "working", "failed"]
    server: str
    protocol: int
    model: str
    queue: int
    log: str
    history: str | None = None
    digest: str | None = None
    context_tokens: int | None = None
    worker_pid: int | None = None
    worker_bytes: int | None = None
    last_fault: str | None = None


class Unloaded(_Answer, frozen=True):
    """`message` says why nothing was freed, if it was not."""

    freed_bytes: int
    message: str | None = None


class CompareResult(_Answer, frozen=True):
    uri: str


class Update(_Answer, frozen=True):
    """`$/aw/update`: the leaderboard so far, at most four times a second, and where the passage is now."""

    job_id: str
    uri: str
    range: Range
    generation: int
    generations: int
    calls_done: int
    calls_total: int
    leaderboard: tuple[Ranked, ...]


class StatusChanged(_Answer, frozen=True):
    """`$/aw/status`, sent when one of its fields changes."""

    state: Literal["idle", "loading", "working", "failed"]
    model: str
    queue: int


class ClientOptions(Struct, frozen=True, rename="camel"):
    """`initializationOptions.aw`; unknown keys are ignored, since a newer client may send more."""

    client: str = ""
    client_version: str = ""
    protocol: int = VERSION
    updates: bool = False
    status: bool = False
    settings: dict[str, Any] = {}
