"""One run: write, gate, compare, rank, breed, until the plan, the budget or the progress says stop."""

import time
from collections.abc import Callable
from random import Random

import anyio

from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.events import (
    Compared,
    Drafted,
    Event,
    Finished,
    GenerationClosed,
    Leaderboard,
    Rejected,
    Started,
)
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult, ModelRef, Status
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import AwError, WorkerDied
from aw_engine.evolution import meters
from aw_engine.evolution.assignment import assign
from aw_engine.evolution.breeding import breed
from aw_engine.evolution.diagnosis import diagnosed
from aw_engine.evolution.metered import Metered
from aw_engine.evolution.operators import first_generation
from aw_engine.evolution.outcome import outcome, seconds_left
from aw_engine.evolution.population import Population, elites
from aw_engine.evolution.state import RunState
from aw_engine.evolution.surprise import surprises
from aw_engine.evolution.writing import Task, write
from aw_engine.inference.backend import Backend
from aw_engine.judging import gates, selftest
from aw_engine.judging.contest import open_contest
from aw_engine.judging.judge import Entry, judge

ATTEMPTS = 3  # tries to fill a slot before it stays empty
BATCH = 4  # pairs chosen at a time: the posterior's covariance does not need their answers
FINAL = 6  # calls kept for the best three against the original, in both orders
GAIN, CHANGED = 0.3, 0.2  # breeding stops below this gain (log-odds) or this P(the best changed)


async def evolve(
    passage: Passage,
    rubric: Rubric,
    plan: Plan,
    backend: Backend,
    emit: Callable[[Event], None],
    scope: anyio.CancelScope,
    job_id: str,
    clock: Callable[[], float] = time.monotonic,
) -> EvolveResult:
    """The outcome of evolving `passage`; every step of it has been emitted, the last as `Finished`.

    Cancelling `scope` aborts the native call in progress and ends the run with the best so far (status
    `cancelled`); a time budget ends it likewise (status `done`, with a notice). The same passage, rubric,
    plan and engine settings give the same events, times and usage aside (what a model has read before, and
    its self-test, are not paid for again). An error after `Started` ends the run with the best so far too
    (status `failed`).

    :raises PassageError: if the passage does not fit into the model's context.
    :raises ModelError: if the model cannot be loaded, write or judge.
    :raises OutOfMemory: if the model does not fit into memory.
    :raises WorkerDied, BackendError: if the model fails before the run has begun.
    """
    state = RunState(passage=passage, rubric=rubric, plan=plan, emit=emit, job_id=job_id, started=clock())
    metered = Metered(backend)
    status: Status = "done"
    failure: AwError | None = None
    with scope, anyio.CancelScope() as budget:
        if plan.budget.seconds is not None:
            budget.deadline = anyio.current_time() + plan.budget.seconds
        try:
            await _prepare(state, metered)
            await _generations(state, metered, clock)
            await _final(state, metered, clock)
        except AwError as error:
            if state.population is None:
                raise
            status, failure = "failed", error
    if scope.cancelled_caught:
        status = "cancelled"
    elif budget.cancelled_caught and plan.budget.seconds is not None:
        state.notice(
            f"Stopped after {plan.budget.seconds:g} s as asked; "
            f"{state.generation} of {plan.generations} generations begun."
        )
    reason = None if failure is None else "workerDied" if isinstance(failure, WorkerDied) else "internal"
    result = outcome(
        state,
        status,
        usage=metered.usage,
        seconds=clock() - state.started,
        reason=reason,
        message=None if failure is None else str(failure),
    )
    emit(Finished(result=result))
    return result


async def _prepare(state: RunState, backend: Metered) -> None:
    """Loads the model, measures it as a judge if that was never done, and checks that the passage fits."""
    model = await backend.info()
    state.model = ModelRef(ref=model.ref, digest=model.digest)
    state.settings = model.settings
    assignment = await assign(state.passage, state.rubric, state.plan, model, backend)
    state.judge = await selftest.profile(backend.unmetered)
    rng = Random(state.plan.seed)
    state.rng = rng
    state.population = Population(assignment)
    state.contest = open_contest(state.plan.rating, state.judge.noise, rng)
    state.generations = state.plan.generations
    if state.judge.claim == "unranked":
        state.generations = 1
        state.notice("This model's judgement is no better than chance here: rewrites are shown unranked.")
    elif state.judge.claim == "weak":
        state.notice("This model's judgement is weak: take the ranking as a hint.")
    state.emit(
        Started(
            job_id=state.job_id,
            model=state.model,
            generations=state.generations,
            calls_planned=state.calls_planned,
        )
    )


async def _generations(state: RunState, backend: Metered, clock: Callable[[], float]) -> None:
    population, contest, plan = state.ready.population, state.ready.contest, state.plan
    assignment = population.assignment
    able, rubric = assignment.model.capabilities, state.rubric
    if able.instructions and plan.instruction is None:
        rubric = await diagnosed(rubric, assignment.working, backend)
    drafts = first_generation(
        rubric,
        plan.n,
        state.ready.rng,
        instructions=able.instructions,
        instruction=plan.instruction,
    )
    tasks = [Task(draft=draft, sources=(population.working[ORIGINAL],)) for draft in drafts]
    pool: tuple[str, ...] = ()
    for generation in range(1, state.generations + 1):
        if generation > 1 and _calls_left(state) == 0:
            break
        state.generation = generation
        tried, gibberish = population.tried, population.refused.get("gibberish", 0)
        if generation > 1:
            weights = contest.among_best(pool, plan.keep, state.ready.rng)
            tasks = await breed(
                population, pool, weights, state.comparisons, generation, state.ready.rng, backend
            )
        born = await _write_all(state, tasks, backend)
        if generation > 1 and not born:
            break
        for child in born:
            contest.add(child.id, child.lineage.parents)
        field = (ORIGINAL, *pool, *(child.id for child in born))
        if len(field) > 1:
            before = state.best
            await _tournament(state, field, contest.calls(field), backend, clock)
        read = meters.read(
            population.original.text,
            [child.text for child in born],
            population.tried - tried,
            population.refused.get("gibberish", 0) - gibberish,
        )
        if _close(state, born, read) or not state.shown:
            break
        means = {key: contest.strength(key).mean for key in state.shown}
        pool = elites(population, means, state.comparisons)
        if generation > 1 and not _worth_going_on(state, before, [child.id for child in born]):
            break


async def _write_all(state: RunState, tasks: list[Task], backend: Metered) -> list[Candidate]:
    """Candidates admitted for these tasks, in order of admission; a refused one is tried again."""
    population = state.ready.population
    born: list[Candidate] = []
    pending = tasks
    for attempt in range(ATTEMPTS):
        if not pending:
            break
        texts = await write(pending, attempt, population.assignment, backend)
        nlls = await surprises(texts, population.assignment, backend)
        again = []
        for task, text, nll in zip(pending, texts, nlls, strict=True):
            admitted = population.admit(task.draft, text, nll)
            match admitted:
                case Candidate():
                    born.append(admitted)
                    state.emit(Drafted(candidate=admitted))
                case gates.Refused(reason=reason):
                    draft = task.draft
                    state.emit(Rejected(reason=reason, operator=draft.operator, generation=draft.generation))
                    again.append(task.after_refusal(reason))
        pending = again
    return born


async def _tournament(
    state: RunState, field: tuple[str, ...], worth: int, backend: Metered, clock: Callable[[], float]
) -> None:
    left = _calls_left(state)
    state.ready.contest.begin(field, state.plan.keep, worth if left is None else min(worth, left))
    await _judge_all(state, backend, clock)


def _calls_left(state: RunState) -> int | None:
    """Calls that the budget leaves for tournaments (None = any number), the final's kept back."""
    calls = state.plan.budget.calls
    return None if calls is None else max(0, calls - state.calls - min(FINAL, calls // 2))


async def _final(state: RunState, backend: Metered, clock: Callable[[], float]) -> None:
    """What is missing between the best three unflagged rewrites and the original; and a word on the judge."""
    if not state.shown:
        return
    members = state.ready.population.members
    clean = tuple(key for key in state.shown if not members[key].flags)
    left = FINAL if state.plan.budget.calls is None else min(FINAL, state.plan.budget.calls - state.calls)
    state.ready.contest.begin_final((ORIGINAL, *clean), max(0, left))
    await _judge_all(state, backend, clock)
    alarm = meters.judge_alarm(meters.read_judge(state.comparisons))
    if alarm is not None:
        state.notice(alarm.message)


async def _judge_all(state: RunState, backend: Metered, clock: Callable[[], float]) -> None:
    population, contest = state.ready.population, state.ready.contest
    assignment = population.assignment
    while pairs := contest.next_pairs(BATCH):
        entries = {
            key: Entry(text=population.working[key], words=population.members[key].words)
            for key in {ORIGINAL, *(key for pair in pairs for key in pair)}
        }
        comparisons = await judge(
            backend,
            state.rubric,
            assignment.model.capabilities,
            pairs,
            entries,
            state.judge.temperature,
            assignment.marks,
        )
        contest.record(comparisons)
        for comparison in comparisons:
            state.comparisons.append(comparison)
            state.emit(Compared(comparison=comparison, calls=state.calls))
        state.emit(
            Leaderboard(
                generation=state.generation,
                calls=state.calls,
                calls_planned=state.calls_planned,
                seconds_left=seconds_left(state, clock()),
                candidates=state.standing(provisional=True),
            )
        )


def _close(state: RunState, born: list[Candidate], read: meters.Meters) -> bool:
    """Ends the generation; True when it collapsed, which leaves the generation before as it was."""
    summary = read.summary(state.best_mean)
    state.emit(GenerationClosed(generation=state.generation, meters=summary))
    state.meters.append(summary)
    collapsed = False
    if state.last_meters is not None and state.first_meters is not None and born:
        for alarm in meters.alarms(state.first_meters, state.last_meters, read):
            # A rubric that asks for another length gets it.
            if alarm.kind != "length" or state.rubric.length is None:
                state.notice(alarm.message)
            collapsed = collapsed or alarm.stops
    if collapsed:
        state.dropped = frozenset(child.id for child in born)
    state.first_meters = state.first_meters or read
    state.last_meters = read
    return collapsed


def _worth_going_on(state: RunState, before: str | None, children: list[str]) -> bool:
    """Whether the best gained enough, or may well have changed."""
    contest = state.ready.contest
    if before is None or not children:
        return before is None
    best = max(children, key=lambda key: contest.strength(key).mean)
    gained = contest.strength(best).mean - contest.strength(before).mean
    return gained >= GAIN and contest.beats(best, before) >= CHANGED
