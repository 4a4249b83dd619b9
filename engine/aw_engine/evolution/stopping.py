"""When a run stops breeding: a generation that collapsed, or one that gained too little."""

from collections.abc import Sequence

from aw_engine.domain.candidate import Candidate
from aw_engine.domain.events import GenerationClosed
from aw_engine.evolution import drift
from aw_engine.evolution.state import RunState

GAIN, CHANGED = 0.3, 0.2  # breeding stops below this gain (log-odds) or this P(the best changed)


def close(state: RunState, born: Sequence[Candidate], now: drift.Drift) -> bool:
    """End the generation; True when it collapsed, which leaves the generation before as it was."""
    best = state.best
    summary = now.summary(0.0 if best is None else state.tournament.strength(best).mean)
    state.emit(GenerationClosed(generation=state.generation, meters=summary))
    state.closed.append(summary)
    collapsed = False
    if state.drifts and born:
        for alarm in drift.alarms(state.drifts[0], state.drifts[-1], now):
            # A rubric that asks for another length gets it.
            if alarm.kind != "length" or state.brief.rubric.length is None:
                state.notice(alarm.message)
            collapsed = collapsed or alarm.stops
    if collapsed:
        state.dropped = frozenset(child.id for child in born)
    state.drifts.append(now)
    return collapsed


def worth_going_on(state: RunState, before: str | None, born: Sequence[Candidate]) -> bool:
    """Whether the best of the new generation gained enough, and may well be better than the best `before`."""
    if before is None or not born:
        return before is None
    strength = state.tournament.strength
    best = max((child.id for child in born), key=lambda key: strength(key).mean)
    gained = strength(best).mean - strength(before).mean
    return gained >= GAIN and state.tournament.beats(best, before) >= CHANGED
