"""What a run leaves behind."""

from collections.abc import Mapping

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult, Ranked, RejectedCount, Status, Usage
from aw_engine.evolution import effort
from aw_engine.evolution.ranking import original_rank
from aw_engine.evolution.state import RunState
from aw_engine.judging.gates import BY_NAME

# After the first look at the passage a token takes longer: it is read in smaller batches, of which several
# contexts have less to share. Measured with one and two contexts.
_SLOWER, _UNSHARED = 1.1, 0.3


def outcome(
    state: RunState,
    status: Status,
    *,
    usage: Usage,
    seconds: float,
    reason: str | None = None,
    message: str | None = None,
) -> EvolveResult:
    """The result of a run in whatever state it ended; provisional unless it ended by itself."""
    ranked: tuple[Ranked, ...] = ()
    rejected: Mapping[str, int] = {}
    if state.population is not None:
        ranked = state.ranking(provisional=status != "done")
        rejected = state.population.refused
        usage = replace(usage, generate=state.population.tried)
        _summarise(state, ranked, rejected, status)
    return EvolveResult(
        status=status,
        job_id=state.job_id,
        original=state.passage.text,
        original_rank=original_rank(ranked) if ranked else 1,
        candidates=ranked,
        rejected=tuple(
            RejectedCount(reason=key, count=count)
            for key, count in sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
        ),
        notices=tuple(state.notices),
        generations=state.generation,
        calls=state.calls,
        seconds=seconds,
        seed=state.plan.seed,
        model=state.model,
        usage=usage,
        per_generation=tuple(state.meters),
        settings=state.settings,
        judge=state.judge,
        reason=reason,
        message=message,
    )


def seconds_left(state: RunState, now: float) -> float | None:
    """An estimate at the pace of this run so far, None before there is one; at most what the time budget
    leaves."""
    ahead = _foreseen_ahead(state) if state.expected is not None else _planned_ahead(state)
    if ahead is None:
        return None
    left = (now - state.began) * ahead
    if state.plan.budget.seconds is not None:
        left = min(left, state.plan.budget.seconds - (now - state.started))
    return max(0.0, left)


def _foreseen_ahead(state: RunState) -> float | None:
    """What is still to be done as a share of what has been, by the tokens that the run should come to."""
    expected, used = state.expected or 0.0, state.used()
    if used == 0:
        return None
    if state.calls and state.generation < state.generations:
        expected = max(expected, effort.bred(used, state.plan))
    slower = 1.0
    if state.generation < 2:
        slower = _SLOWER * float(state.settings.get("contexts", 1)) ** _UNSHARED
    return slower * max(0.0, expected - used) / used


def _planned_ahead(state: RunState) -> float | None:
    """The same by what the plan has still to be written and compared."""
    if state.calls == 0:
        return None
    later = state.generations - state.generation
    texts = later * state.plan.children
    calls = max(0, state.until - state.calls) + 3 * texts
    done = effort.by_instruction(state.passage, state.rubric, state.ready.population.tried, state.calls)
    return effort.by_instruction(state.passage, state.rubric, texts, effort.DECIDED * calls) / done


def _summarise(
    state: RunState, ranked: tuple[Ranked, ...], rejected: Mapping[str, int], status: Status
) -> None:
    rewrites = [entry for entry in ranked if entry.id != ORIGINAL]
    admitted = state.ready.population.rewrites()
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
    asked = state.rubric.length
    if "length" in harmful and asked is not None:
        return f" The rubric asks for {asked[0]:.0%} to {asked[1]:.0%} of your length; try another one."
    return " Try relaxed gates." if any(BY_NAME[key].eases for key in harmful) else ""
