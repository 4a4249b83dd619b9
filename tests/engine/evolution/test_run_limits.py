"""When a run ends, by its budget, by its plan or because it is cancelled, and what is said to be left."""

import itertools

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event, Finished, Leaderboard, Started
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Budget, Plan
from aw_engine.evolution.usage import Counted
from aw_engine.inference.supervisor import WorkerBackend
from support.short_run import PADDED, SMALL, run

UNHURRIED = (
    "boats lay in the harbour, and at this point in time nobody was able to say which was the oldest. "
    "The harbour master, who had been there for thirty years, basically said that it didn't matter. "
    "In spite of the fact that the weather were bad, the fishermen went out in order to find the lost net. "
    "There are many people who believe that the sea takes care of it's own, but they has never seen a storm. "
    "Before noon the wind turned, and the first of the boats came home with a broken mast."
)


async def test_the_time_left_falls_to_nothing(backend: WorkerBackend) -> None:
    counted = Counted(backend)

    def clock() -> float:
        """Of a computer that reads a thousand tokens a second."""
        return counted.usage.prompt_tokens / 1000

    _, events = await run(counted, Plan(seed=3), Passage(text=UNHURRIED), clock=clock)
    told = [event.seconds_left for event in events if isinstance(event, Leaderboard)]
    assert len(told) > 3
    assert all(left is not None for left in told)
    first, last = told[0], told[-1]
    assert first is not None
    assert last is not None
    assert last < first / 2


async def test_a_time_budget_bounds_what_is_said_to_be_left(backend: WorkerBackend) -> None:
    hours = itertools.count(0, 1000.0)
    plan = replace(SMALL, budget=Budget(seconds=3000.0))
    _, events = await run(backend, plan, clock=lambda: next(hours))
    told = [event.seconds_left for event in events if isinstance(event, Leaderboard)]
    assert told
    assert all(left is not None and 0 <= left < 3000 for left in told)


async def test_a_cancelled_run_ends_with_the_best_so_far(backend: WorkerBackend) -> None:
    def stop(event: Event, scope: anyio.CancelScope) -> None:
        if isinstance(event, Leaderboard):
            scope.cancel()

    result, events = await run(backend, on_event=stop)
    assert result.status == "cancelled"
    assert len(result.candidates) > 1
    assert all(entry.provisional for entry in result.candidates)
    assert isinstance(events[-1], Finished)


async def test_a_run_cancelled_at_once_has_the_original(backend: WorkerBackend) -> None:
    result, _ = await run(
        backend, on_event=lambda event, scope: scope.cancel() if isinstance(event, Started) else None
    )
    assert result.status == "cancelled"
    assert [entry.id for entry in result.candidates] == [ORIGINAL]


async def test_a_time_budget_ends_a_run_normally(backend: WorkerBackend) -> None:
    await backend.info()
    result, _ = await run(backend, replace(SMALL, budget=Budget(seconds=0.01)))
    assert result.status == "done"
    assert any("as asked" in notice for notice in result.notices)


@pytest.mark.parametrize("calls", [1, 5, 9])
async def test_a_small_budget_of_calls_is_spent_on_something(backend: WorkerBackend, calls: int) -> None:
    result, _ = await run(backend, replace(SMALL, budget=Budget(calls=calls)))
    assert 0 < result.calls <= calls
    assert len(result.candidates) > 1


async def test_elo_reproduces_alphawrites_schedule(backend: WorkerBackend) -> None:
    result, _ = await run(backend, Plan(n=4, generations=1, keep=2, rating="elo", seed=3))
    field = len(result.candidates)
    assert result.calls == 20 * (field // 2)
    assert all(entry.rating.sd == 0.0 for entry in result.candidates)


async def test_elo_plays_no_more_matches_than_planned_over_several_generations(
    backend: WorkerBackend,
) -> None:
    plan = Plan(n=5, generations=3, children=3, keep=2, rating="elo", seed=3)
    result, events = await run(backend, plan, PADDED)
    started = next(event for event in events if isinstance(event, Started))
    assert result.generations > 1
    assert result.calls <= started.calls_planned
    limited, _ = await run(backend, replace(plan, budget=Budget(calls=30)), PADDED)
    assert limited.calls == 30, "there is no final to keep calls for"
