"""What the writer says while a run goes on."""

from collections.abc import Callable

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Drafted, Event, GenerationClosed, Leaderboard, Rejected, Started
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.domain.steering import Steering
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.profile import Noise
from aw_engine.judging.tournament import planned_calls
from aw_engine.rubrics.load import find

PASSAGE = Passage(
    text=(
        "Due to the fact that it was was raining, the the match were cancelled at noon. In order to be fair, "
        "they recieved there money back, and nobody complained about it very much. However, it is important "
        "to note that a large number of people had made a decision to stay at home in any case."
    )
)
PLAN = Plan(n=6, generations=3, children=3, keep=2, seed=1)
Say = Callable[[Steering, Leaderboard], None]


async def run(
    backend: WorkerBackend, say: Say, *, plan: Plan = PLAN, when: int = 1, start: tuple[str, ...] = ()
) -> tuple[EvolveResult, list[Event]]:
    """A run to whose writer `say` happens once, at the last leaderboard of generation `when`."""
    steering, events, last = Steering(), list[Event](), list[Leaderboard]()

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, Leaderboard):
            last[:] = [event]
        if isinstance(event, GenerationClosed) and event.generation == when:
            say(steering, last[0])

    scope = anyio.CancelScope()
    brief = Brief(PASSAGE, find("clarity"), plan, start)
    result = await evolve(brief, Backends(backend), listen, scope, "job", steering=steering)
    return result, events


def worst(board: Leaderboard) -> str:
    return [entry.id for entry in board.candidates if entry.id != ORIGINAL][-1]


def best(board: Leaderboard) -> str:
    return next(entry.id for entry in board.candidates if entry.id != ORIGINAL)


async def test_a_vetoed_rewrite_leaves_the_list_and_has_no_children(backend: WorkerBackend) -> None:
    gone: list[str] = []

    def say(steering: Steering, board: Leaderboard) -> None:
        gone.append(best(board))
        steering.veto(gone[0])

    result, events = await run(backend, say)
    closed = next(at for at, event in enumerate(events) if isinstance(event, GenerationClosed))
    assert gone[0] not in {entry.id for entry in result.candidates}
    later = [event for event in events[closed:] if isinstance(event, Leaderboard)]
    assert all(gone[0] != entry.id for board in later for entry in board.candidates)
    children = [event.candidate for event in events[closed:] if isinstance(event, Drafted)]
    assert all(gone[0] not in child.lineage.parents for child in children)


async def test_with_everything_vetoed_the_run_starts_from_the_original(backend: WorkerBackend) -> None:
    def say(steering: Steering, board: Leaderboard) -> None:
        for entry in board.candidates:
            steering.veto(entry.id)

    result, events = await run(backend, say)
    assert result.status == "done"
    assert ORIGINAL in {entry.id for entry in result.candidates}
    closed = next(at for at, event in enumerate(events) if isinstance(event, GenerationClosed))
    assert all(
        event.candidate.lineage.parents == (ORIGINAL,)
        for event in events[closed:]
        if isinstance(event, Drafted) and event.candidate.lineage.generation == 2
    )


async def test_a_pinned_rewrite_stays_and_is_a_parent(backend: WorkerBackend) -> None:
    pinned: list[str] = []

    def say(steering: Steering, board: Leaderboard) -> None:
        pinned.append(worst(board))
        steering.pin(pinned[0])

    result, events = await run(backend, say, plan=replace(PLAN, children=6, seed=3))
    (entry,) = (entry for entry in result.candidates if entry.id == pinned[0])
    assert entry.lineage.steered == ("pinned",)
    tried = [event for event in events if isinstance(event, Drafted | Rejected)]
    assert tried
    parents = {parent for e in events if isinstance(e, Drafted) for parent in e.candidate.lineage.parents}
    assert pinned[0] in parents


async def test_what_the_writer_picks_ranks_first_and_says_so(backend: WorkerBackend) -> None:
    picked: list[str] = []

    def say(steering: Steering, board: Leaderboard) -> None:
        picked.append(worst(board))
        steering.pick(picked[0])

    plan = replace(PLAN, generations=1)
    without, _ = await run(backend, lambda steering, board: None, plan=plan)
    result, _ = await run(backend, say, plan=plan)
    before = next(entry for entry in without.candidates if entry.id == picked[0])
    assert before.rank > 1
    assert result.candidates[0].id == picked[0]
    assert result.candidates[0].lineage.steered == ("picked",)
    assert result.candidates[0].wins > before.wins
    assert result.calls == without.calls, "a pick is no question to the judge"


async def test_the_last_word_counts_and_unknown_ids_do_not(backend: WorkerBackend) -> None:
    said: list[str] = []

    def say(steering: Steering, board: Leaderboard) -> None:
        said.append(best(board))
        steering.veto(said[0])
        steering.pin(said[0])
        steering.pick("c99")
        steering.veto("c98")

    result, _ = await run(backend, say, plan=replace(PLAN, generations=1))
    assert said[0] in {entry.id for entry in result.candidates}


async def test_texts_of_an_earlier_run_compete_and_are_gated(backend: WorkerBackend) -> None:
    good = (
        "Because it was raining, the match was cancelled at noon. To be fair, they received their money "
        "back, and nobody complained about it very much. However, a large number of people had decided to "
        "stay at home in any case."
    )
    start = (good, "Something else altogether that nobody wrote, said or meant.", PASSAGE.text)
    result, events = await run(
        backend, lambda steering, board: None, plan=replace(PLAN, generations=1), start=start
    )
    (entry,) = (entry for entry in result.candidates if entry.lineage.operator == "earlier")
    assert entry.text == good
    refused = [
        event.reason for event in events if isinstance(event, Rejected) and event.operator == "earlier"
    ]
    assert len(refused) == 2
    assert "same" in refused
    started = next(event for event in events if isinstance(event, Started))
    assert result.calls <= started.calls_planned == planned_calls(replace(PLAN, generations=1, n=9), Noise())


@pytest.mark.parametrize("rating", ["gaussian", "elo"])
async def test_a_cancelled_run_hears_the_writer_too(backend: WorkerBackend, rating: str) -> None:
    steering, scope, picked = Steering(), anyio.CancelScope(), list[str]()

    def listen(event: Event) -> None:
        if isinstance(event, Leaderboard) and not picked:
            picked.append(worst(event))
            steering.pick(picked[0])
            scope.cancel()

    plan = replace(PLAN, rating=rating)
    result = await evolve(
        Brief(PASSAGE, find("clarity"), plan), Backends(backend), listen, scope, "job", steering=steering
    )
    assert result.status == "cancelled"
    (entry,) = (entry for entry in result.candidates if entry.id == picked[0])
    assert entry.lineage.steered == ("picked",)
