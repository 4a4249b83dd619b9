"""One run: write, gate, compare, rank, breed, until the plan, the budget or the progress says stop."""

import time
from collections.abc import Callable, Sequence
from contextlib import aclosing

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.events import Event, Finished
from aw_engine.domain.result import EvolveResult, Status
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError
from aw_engine.evolution import drift, stopping
from aw_engine.evolution.breeding import breed
from aw_engine.evolution.outcome import Ending, outcome, without_models
from aw_engine.evolution.population import elites
from aw_engine.evolution.slots import admit_earlier, fill
from aw_engine.evolution.starting import begin
from aw_engine.evolution.state import RunState
from aw_engine.evolution.steer import steer
from aw_engine.evolution.team import CountedBackends
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Backends
from aw_engine.judging.tournament import play


async def evolve(
    brief: Brief,
    backends: Backends,
    emit: Callable[[Event], None],
    scope: anyio.CancelScope,
    job_id: str,
    *,
    steering: Steering | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> EvolveResult:
    """The outcome of evolving the passage; every step of it has been emitted, the last as `Finished`.

    What is added to `steering` while the run goes on is heard at the start of each generation and for the
    final ranking.

    Cancelling `scope` aborts the native call in progress and ends the run with the best so far (status
    `cancelled`); a time budget ends it likewise (status `done`, with a notice). The same brief and engine
    settings give the same events, `Writing`, times and usage aside (what a model has read before, and its
    self-test, are not paid for again). An error after `Started` ends the run with the best so far (status
    `failed`).

    :raises PassageError: if the passage does not fit into the context of writer or judge.
    :raises ModelError: if a model cannot be loaded, write or judge.
    :raises OutOfMemory: if a model does not fit into memory.
    :raises WorkerDied, BackendError: if a model fails before the run has begun.
    """
    asked, counted = clock(), CountedBackends(backends)
    state: RunState | None = None
    failure: AwError | None = None
    with scope, anyio.CancelScope() as budget:
        if brief.plan.budget.seconds is not None:
            budget.deadline = anyio.current_time() + brief.plan.budget.seconds
        try:
            state = await begin(brief, counted, emit, job_id, steering or Steering(), clock, asked)
            await _generations(state)
            await _final(state)
        except AwError as error:
            if state is None:
                raise
            failure = error
    status: Status = "done" if failure is None else "failed"
    if scope.cancelled_caught:
        status = "cancelled"
    ending = Ending(
        status, clock() - asked, counted.usage, out_of_time=budget.cancelled_caught, failure=failure
    )
    if state is None:
        result = without_models(brief, job_id, ending, emit)
    else:
        steer(state)
        result = outcome(state, ending)
    emit(Finished(result=result))
    return result


async def _generations(state: RunState) -> None:
    """Write and compare one generation after another, until nothing is to be gained."""
    population, tournament, plan = state.population, state.tournament, state.brief.plan
    drafts: list[Draft] = await state.writer.first_drafts(state.rng)
    pool: tuple[str, ...] = ()
    for generation in range(1, state.generations + 1):
        if generation > 1 and state.calls_left == 0:
            break
        state.generation = generation
        steer(state)
        pool = tuple(key for key in pool if key not in state.vetoed)
        if generation > 1:
            fitness = _fitness(state, pool)
            drafts = await breed(
                state.brief, state.writer, population, fitness, state.comparisons, generation, state.rng
            )
        before, tried, gibberish = state.best, population.tried, population.refused.get("gibberish", 0)
        born = await _generation(state, drafts, pool)
        if generation > 1 and not born:
            break
        now = drift.read(
            population.original.text,
            [child.text for child in born],
            population.tried - tried,
            population.refused.get("gibberish", 0) - gibberish,
        )
        if stopping.close(state, born, now) or not state.shown:
            break
        means = {key: tournament.strength(key).mean for key in state.shown}
        diverse = elites(population, means, state.comparisons)
        kept = tournament.survivors(state.shown, diverse, plan.keep)
        pool = tuple(dict.fromkeys((*kept, *sorted(state.pinned))))
        if generation > 1 and not stopping.worth_going_on(state, before, born):
            break


async def _generation(state: RunState, drafts: list[Draft], pool: tuple[str, ...]) -> list[Candidate]:
    """The candidates born of these drafts, compared among each other and with the `pool` they come from.

    Where writing is slow and the judge gives each text a number of its own, a rewrite is ranked as soon as it
    has been admitted, while the others are still being written.
    """
    first = state.generation == 1
    born = admit_earlier(state) if first else []
    at_once = state.writer.anew and state.tournament.grows and state.referee.profile.noise.absolute
    compared = 0
    for wave in state.writer.waves(drafts) if first and state.tournament.grows else [drafts]:
        async with aclosing(fill(state, wave)) as admitted:
            async for child in admitted:
                born.append(child)
                if at_once:
                    compared = await _compare(state, pool, born, compared)
        compared = await _compare(state, pool, born, compared)
    return born


async def _compare(state: RunState, pool: tuple[str, ...], born: Sequence[Candidate], known: int) -> int:
    """Have those of `born` compared that come after the first `known`; how many are known then."""
    if len(born) > known:
        for child in born[known:]:
            state.tournament.add(child.id, child.lineage.parents)
        field = (ORIGINAL, *pool, *(child.id for child in born))
        cap = min(state.tournament.calls(field), state.calls_left)
        state.tournament.begin(field, state.brief.plan.keep, cap)
        await _round(state, cap)
    return len(born)


async def _final(state: RunState) -> None:
    """Compare what is missing between the best three unflagged rewrites and the original, and say so if the
    judge could not be relied on."""
    steer(state)
    if not state.shown:
        return
    members, limit = state.population.members, state.brief.plan.budget.calls
    clean = tuple(key for key in state.shown if not members[key].flags)
    left = state.tournament.final_calls
    cap = left if limit is None else max(0, min(left, limit - state.calls))
    state.tournament.begin_final((ORIGINAL, *clean), cap)
    await _round(state, cap)
    alarm = drift.judge_alarm(drift.read_judge(state.comparisons))
    if alarm is not None:
        state.notice(alarm.message)


async def _round(state: RunState, cap: int) -> None:
    """Play the round of the tournament that has begun, of at most `cap` comparisons."""
    state.until = state.calls + cap
    await play(state.tournament, state.referee, state.brief, state.population.members, state.heard)


def _fitness(state: RunState, pool: tuple[str, ...]) -> dict[str, float]:
    """How fit each of the pool is to be a parent; none is fitter than one that the writer has pinned."""
    weights = state.tournament.among_best(pool, state.brief.plan.keep, state.rng) if pool else {}
    most = max(weights.values(), default=1.0)
    return {key: most if key in state.pinned else weights[key] for key in pool}
