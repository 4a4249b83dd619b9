"""The result of a run, however it ended."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event, Noticed
from aw_engine.domain.result import (
    EvolveResult,
    ModelRef,
    Ranked,
    RejectedCount,
    Settings,
    Status,
    Usage,
    nothing_found,
)
from aw_engine.errors import AwError, ServerFailed, WorkerDied
from aw_engine.evolution.ranking import original_rank
from aw_engine.evolution.state import RunState
from aw_engine.evolution.team import Team
from aw_engine.judging.gates import BY_NAME


class Ending(Struct, frozen=True):
    """How a run ended, in `seconds` since it was asked for: by itself (`done`), by its time budget
    (`out_of_time`, also `done`), by the writer (`cancelled`), or by a `failure`."""

    status: Status
    seconds: float
    usage: Usage
    out_of_time: bool = False
    failure: AwError | None = None

    @property
    def reason(self) -> str | None:
        """The protocol's word for a failure."""
        if self.failure is None:
            return None
        return "workerDied" if isinstance(self.failure, WorkerDied | ServerFailed) else "internal"


def outcome(state: RunState, ending: Ending) -> EvolveResult:
    """The result of a run, however it ended; provisional unless it ended by itself.

    Sentences about what came of it are emitted as well.
    """
    if _stopped_in_time(ending):
        state.notice(_stopped(state.brief, state.generation))
    ranked = state.ranking(provisional=ending.status != "done")
    rejected = state.population.refused
    _summarise(state, ranked, rejected, ending.status)
    model, judge = model_refs(state.team)
    nothing = nothing_found(
        state.job_id, state.brief.passage.text, ending.status, seed=state.brief.plan.seed, model=model
    )
    return replace(
        nothing,
        original_rank=original_rank(ranked),
        candidates=ranked,
        rejected=tuple(
            RejectedCount(reason=key, count=count)
            for key, count in sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
        ),
        notices=tuple(state.notices),
        generations=state.generation,
        calls=state.calls,
        seconds=ending.seconds,
        usage=replace(ending.usage, generate=state.population.tried),
        per_generation=tuple(state.closed),
        settings=_settings(state.team),
        judge=judge,
        reason=ending.reason,
        message=None if ending.failure is None else str(ending.failure),
    )


def without_models(brief: Brief, job_id: str, ending: Ending, emit: Callable[[Event], None]) -> EvolveResult:
    """The result of a run that was stopped before its models were loaded."""
    notices = (_stopped(brief, 0),) if _stopped_in_time(ending) else ()
    for text in notices:
        emit(Noticed(text=text))
    nothing = nothing_found(job_id, brief.passage.text, ending.status, seed=brief.plan.seed)
    return replace(nothing, notices=notices, seconds=ending.seconds, usage=ending.usage)


def model_refs(team: Team) -> tuple[ModelRef, ModelRef | None]:
    """The models that write and judge; None where one does both."""
    judging = team.referee.model
    model = ModelRef(ref=team.model.ref, digest=team.model.digest)
    return model, None if team.shared else ModelRef(ref=judging.ref, digest=judging.digest)


def _settings(team: Team) -> Settings:
    settings = dict(team.model.settings)
    if not team.shared:
        settings |= {f"judge.{key}": value for key, value in team.referee.model.settings.items()}
    return settings


def _stopped_in_time(ending: Ending) -> bool:
    return ending.out_of_time and ending.status != "cancelled"


def _stopped(brief: Brief, generation: int) -> str:
    seconds, planned = brief.plan.budget.seconds, brief.plan.generations
    return f"Stopped after {seconds:g} s as asked; {generation} of {planned} generations begun."


def _summarise(
    state: RunState, ranked: tuple[Ranked, ...], rejected: Mapping[str, int], status: Status
) -> None:
    rewrites = [entry for entry in ranked if entry.id != ORIGINAL]
    admitted = state.population.rewrites()
    harmful = {key: count for key, count in rejected.items() if not BY_NAME[key].harmless}
    counts = ", ".join(f"{count} {BY_NAME[key].fault}" for key, count in harmful.items())
    if not admitted and rejected and status == "done":
        if not harmful:
            state.notice("Every rewrite came out as your text: there is nothing this model would change.")
            return
        state.notice(
            f"All {sum(harmful.values())} rewrites were rejected: {counts}.{_advice(state, harmful)}"
        )
        return
    if harmful:
        total = sum(harmful.values())
        state.notice(f"{total} {'rewrite was' if total == 1 else 'rewrites were'} rejected: {counts}.")
    if rewrites and ranked[0].id == ORIGINAL and status == "done":
        state.notice(f"Your original ranked first (of {len(ranked)}).")


def _advice(state: RunState, harmful: Mapping[str, int]) -> str:
    """What may help after these rejections, as a sentence with a space before it; empty if nothing would."""
    asked = state.brief.rubric.length
    if "length" in harmful and asked is not None:
        return f" The rubric asks for {asked[0]:.0%} to {asked[1]:.0%} of your length; try another one."
    return " Try relaxed gates." if any(BY_NAME[key].eases for key in harmful) else ""
