"""One run: write, gate, compare, rank, breed, until the plan, the budget or the progress says stop."""

import time
from collections.abc import Callable
from random import Random

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.events import (
    Compared,
    Event,
    Finished,
    Foreseen,
    GenerationClosed,
    Leaderboard,
    Started,
)
from aw_engine.domain.result import EvolveResult, ModelRef, Status, Usage
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError, WorkerDied
from aw_engine.evolution import drift, effort
from aw_engine.evolution.breeding import breed
from aw_engine.evolution.diagnosis import diagnosed
from aw_engine.evolution.operators import first_generation
from aw_engine.evolution.outcome import outcome, seconds_left
from aw_engine.evolution.population import Population, elites
from aw_engine.evolution.rehearsal import Rehearsal
from aw_engine.evolution.slots import admit_earlier, fill, rehearse
from aw_engine.evolution.state import RunState
from aw_engine.evolution.steer import steer
from aw_engine.evolution.team import gather
from aw_engine.evolution.usage import Counted, total
from aw_engine.evolution.writing import Task, Writer
from aw_engine.inference.backend import Backends
from aw_engine.judging.tournament import open_tournament

BATCH = 4  # pairs chosen at a time: the posterior's covariance does not need their answers
FINAL = 6  # calls kept for the best three against the original, in both orders
GAIN, CHANGED = 0.3, 0.2  # breeding stops below this gain (log-odds) or this P(the best changed)


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
    settings give the same events, times and usage aside (what a model has read before, and its self-test,
    are not paid for again). An error after `Started` ends the run with the best so far (status `failed`).

    :raises PassageError: if the passage does not fit into the context of writer or judge.
    :raises ModelError: if a model cannot be loaded, write or judge.
    :raises OutOfMemory: if a model does not fit into memory.
    :raises WorkerDied, BackendError: if a model fails before the run has begun.
    """
    passage, rubric, plan, backend, judge = (
        brief.passage,
        brief.rubric,
        brief.plan,
        backends.writer,
        backends.judge,
    )
    state = RunState(
        passage=passage,
        rubric=rubric,
        plan=plan,
        emit=emit,
        job_id=job_id,
        started=clock(),
        steering=steering or Steering(),
        start=brief.start,
    )
    counted = Counted(backend)
    judging = None if judge is None else Counted(judge)

    def usage() -> Usage:
        return counted.usage if judging is None else total(counted.usage, judging.usage)

    state.used = lambda: effort.used(usage())
    status: Status = "done"
    failure: AwError | None = None
    with scope, anyio.CancelScope() as budget:
        if plan.budget.seconds is not None:
            budget.deadline = anyio.current_time() + plan.budget.seconds
        try:
            await _prepare(state, counted, judging)
            state.began = clock()
            await _generations(state, counted, clock)
            await _final(state, clock)
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
    steer(state)
    reason = None if failure is None else "workerDied" if isinstance(failure, WorkerDied) else "internal"
    result = outcome(
        state,
        status,
        usage=usage(),
        seconds=clock() - state.started,
        reason=reason,
        message=None if failure is None else str(failure),
    )
    emit(Finished(result=result))
    return result


async def _prepare(state: RunState, backend: Counted, judging: Counted | None) -> None:
    """Loads the models, measures one as a judge if that was never done, and checks that the passage fits."""
    team = await gather(Brief(state.passage, state.rubric, state.plan), backend, judging)
    model, referee = team.assignment.model, team.referee
    state.model = ModelRef(ref=model.ref, digest=model.digest)
    state.settings = dict(model.settings)
    if judging is not None:
        state.judge = ModelRef(ref=referee.model.ref, digest=referee.model.digest)
        state.settings |= {f"judge.{key}": value for key, value in referee.model.settings.items()}
    rng = Random(state.plan.seed)
    state.rng = rng
    state.population = Population(team.assignment)
    state.referee = referee
    state.tournament = open_tournament(state.plan.rating, referee.profile.noise, rng)
    state.generations = state.plan.generations
    claim = referee.profile.claim
    if claim == "unranked":
        state.generations = 1
        state.notice("This model's judgement is no better than chance here: rewrites are shown unranked.")
    elif claim == "weak":
        state.notice("This model's judgement is weak: take the ranking as a hint.")
    state.emit(
        Started(
            job_id=state.job_id,
            model=state.model,
            generations=state.generations,
            calls_planned=state.calls_planned,
            judge=state.judge,
        )
    )


async def _generations(state: RunState, backend: Counted, clock: Callable[[], float]) -> None:
    population, tournament, plan = state.ready.population, state.ready.tournament, state.plan
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
    writer = Writer(assignment, backend)
    if not able.instructions and state.judge is None:
        await _foresee(state, tasks, writer, clock)
    pool: tuple[str, ...] = ()
    for generation in range(1, state.generations + 1):
        if generation > 1 and _calls_left(state) == 0:
            break
        state.generation = generation
        steer(state)
        pool = tuple(key for key in pool if key not in state.vetoed)
        tried, gibberish = population.tried, population.refused.get("gibberish", 0)
        if generation == 2 and state.expected is not None:
            state.expected = effort.bred(state.used(), plan)
        if generation > 1:
            weights = _fitness(state, pool)
            tasks = await breed(
                population, pool, weights, state.comparisons, generation, state.ready.rng, backend
            )
        before = state.best
        born = await admit_earlier(state, backend) if generation == 1 else []
        known = 0
        for wave in _waves(state, tasks):
            born += await fill(state, wave, writer, backend)
            for child in born[known:]:
                tournament.add(child.id, child.lineage.parents)
            known = len(born)
            field = (ORIGINAL, *pool, *(child.id for child in born))
            if known:
                await _tournament(state, field, tournament.calls(field), clock)
        if generation > 1 and not born:
            break
        read = drift.read(
            population.original.text,
            [child.text for child in born],
            population.tried - tried,
            population.refused.get("gibberish", 0) - gibberish,
        )
        if _close(state, born, read) or not state.shown:
            break
        means = {key: tournament.strength(key).mean for key in state.shown}
        kept = elites(population, means, state.comparisons)
        if plan.rating == "elo":
            # AlphaWrite keeps the best k and nobody else, which is what its number of matches follows from.
            kept = tuple(sorted(means, key=lambda key: -means[key])[: plan.keep])
        pool = tuple(dict.fromkeys((*kept, *sorted(state.pinned))))
        if generation > 1 and not _worth_going_on(state, before, [child.id for child in born]):
            break


async def _foresee(state: RunState, tasks: list[Task], writer: Writer, clock: Callable[[], float]) -> None:
    """Looks at every edit of the original once, which the run would do anyway, and says what it will take:
    with what the look has found, the first generation is rehearsed."""
    rehearsal = Rehearsal(await writer.survey(tasks))
    original = state.ready.population.working[ORIGINAL]
    rewrites = await rehearse(_waves(state, tasks), writer.rehearsing(rehearsal), original)
    state.expected = effort.rehearsed(
        state.used(), rehearsal.unread, rewrites + len(state.start), state.generations
    )
    if (left := seconds_left(state, clock())) is not None:
        state.emit(Foreseen(seconds_left=left))


def _fitness(state: RunState, pool: tuple[str, ...]) -> dict[str, float]:
    """How fit each of the pool is to be a parent; none is fitter than one that the writer has pinned."""
    weights = state.ready.tournament.among_best(pool, state.plan.keep, state.ready.rng) if pool else {}
    most = max(weights.values(), default=1.0)
    return {key: most if key in state.pinned else weight for key, weight in weights.items()}


def _waves(state: RunState, tasks: list[Task]) -> list[list[Task]]:
    """The tasks in the parts in which they are written and compared, one after another.

    Of the first generation of a copy-editing model, whatever only mends or tightens comes first: it needs
    the least reading, and so the first rewrites are ranked while most of the others are still to be written.
    """
    able = state.ready.population.assignment.model.capabilities
    if able.instructions or state.generation > 1 or state.plan.rating == "elo":
        return [tasks]
    quick = [task for task in tasks if not {"plain", "vary"} & set(task.draft.groups)]
    return [wave for wave in (quick, [task for task in tasks if task not in quick]) if wave]


async def _tournament(
    state: RunState, field: tuple[str, ...], worth: int, clock: Callable[[], float]
) -> None:
    cap = min(worth, _calls_left(state))
    state.until = state.calls + cap
    state.ready.tournament.begin(field, state.plan.keep, cap)
    await _judge_all(state, clock)


def _calls_left(state: RunState) -> int:
    """Calls that plan and budget leave for tournaments, those of the final, if there is one, kept back."""
    planned = state.calls_planned
    final = 0 if state.plan.rating == "elo" else min(FINAL, planned // 2)
    return max(0, planned - state.calls - final)


async def _final(state: RunState, clock: Callable[[], float]) -> None:
    """What is missing between the best three unflagged rewrites and the original; and a word on the judge."""
    steer(state)
    if not state.shown:
        return
    members = state.ready.population.members
    clean = tuple(key for key in state.shown if not members[key].flags)
    left = FINAL if state.plan.budget.calls is None else min(FINAL, state.plan.budget.calls - state.calls)
    state.until = state.calls + max(0, left)
    state.ready.tournament.begin_final((ORIGINAL, *clean), max(0, left))
    await _judge_all(state, clock)
    alarm = drift.judge_alarm(drift.read_judge(state.comparisons))
    if alarm is not None:
        state.notice(alarm.message)


async def _judge_all(state: RunState, clock: Callable[[], float]) -> None:
    population, tournament, referee = state.ready.population, state.ready.tournament, state.ready.referee
    while pairs := tournament.next_pairs(BATCH):
        comparisons = await referee.compare(state.rubric, pairs, population.members)
        tournament.record(comparisons)
        for comparison in comparisons:
            state.comparisons.append(comparison)
            state.emit(Compared(comparison=comparison, calls=state.calls))
        state.emit(
            Leaderboard(
                generation=state.generation,
                calls=state.calls,
                calls_planned=state.calls_planned,
                seconds_left=seconds_left(state, clock()),
                candidates=state.ranking(provisional=True),
            )
        )


def _close(state: RunState, born: list[Candidate], read: drift.Drift) -> bool:
    """Ends the generation; True when it collapsed, which leaves the generation before as it was."""
    summary = read.summary(state.best_mean)
    state.emit(GenerationClosed(generation=state.generation, meters=summary))
    state.meters.append(summary)
    collapsed = False
    if state.last_meters is not None and state.first_meters is not None and born:
        for alarm in drift.alarms(state.first_meters, state.last_meters, read):
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
    tournament = state.ready.tournament
    if before is None or not children:
        return before is None
    best = max(children, key=lambda key: tournament.strength(key).mean)
    gained = tournament.strength(best).mean - tournament.strength(before).mean
    return gained >= GAIN and tournament.beats(best, before) >= CHANGED
