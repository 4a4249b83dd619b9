"""What the server sends."""

from typing import Literal

from msgspec import Struct

from aw_engine.domain.result import EvolveResult as Outcome
from aw_engine.domain.result import Ranked
from aw_server.protocol.names import Reason
from aw_server.protocol.params import Range


class _Answer(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of what the server sends."""


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
    state: Literal["ready", "available", "missing", "damaged", "unsupported"]
    active: bool
    digest: str | None = None
    licence: str | None = None
    reason: str | None = None
    good_for: str | None = None
    memory_bytes: int | None = None


class SelectedModel(_Answer, frozen=True):
    ref: str


class ReportResult(_Answer, frozen=True):
    """One self-contained HTML page."""

    html: str


class StatusResult(_Answer, frozen=True):
    """`text_goes_to` names other computers whose model servers are sent the text of runs."""

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
    text_goes_to: str | None = None


class Unloaded(_Answer, frozen=True):
    """`message` says why nothing was freed, if it was not."""

    freed_bytes: int
    message: str | None = None


class CompareResult(_Answer, frozen=True):
    uri: str


class Update(_Answer, frozen=True):
    """`$/aw/update`: the leaderboard so far, at most four times a second, and where the passage is now.

    `writing` is what a chat model has written so far of rewrites that are not there yet, as prose.
    """

    job_id: str
    uri: str
    range: Range
    generation: int
    generations: int
    calls_done: int
    calls_total: int
    leaderboard: tuple[Ranked, ...]
    writing: tuple[str, ...] = ()


class StatusChanged(_Answer, frozen=True):
    """`$/aw/status`, sent when one of its fields changes."""

    state: Literal["idle", "loading", "working", "failed"]
    model: str
    queue: int
