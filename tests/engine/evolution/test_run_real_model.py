"""Whole runs of a real chat model through the native library: SmolLM2-135M-Instruct, from its package."""

from collections.abc import AsyncIterator
from itertools import pairwise

import anyio
import pytest

from aw_engine.domain.brief import SMOLLM2, TRAINED, Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Drafted, Event, Leaderboard, Rejected, Writing
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends, Generation, Rewrite, Sampling
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics.load import find
from support.short_run import CODE, with_code
from support.smollm2 import NEEDS_SMOLLM2

pytestmark = NEEDS_SMOLLM2

TEXT = (
    f"The match were cancelled by {CODE} at noon, because it was raining very hardly. "
    "They recieved there money back and and nobody complained about it very much. "
    "In order to be fair to Lindqvist, the 12 players was asked if they wants to play again on Sunday."
)
PLAN = Plan(n=6)


@pytest.fixture
async def writer() -> AsyncIterator[WorkerBackend]:
    backend = WorkerBackend(SMOLLM2, idle=1e6)
    yield backend
    await backend.aclose()


@pytest.fixture
async def judge() -> AsyncIterator[WorkerBackend]:
    backend = WorkerBackend(TRAINED, idle=1e6)
    yield backend
    await backend.aclose()


async def run(
    backends: Backends, passage: Passage, plan: Plan = PLAN, cancel_at: type[Event] | None = None
) -> tuple[EvolveResult, list[Event]]:
    events: list[Event] = []
    scope = anyio.CancelScope()

    def hear(event: Event) -> None:
        events.append(event)
        if cancel_at is not None and isinstance(event, cancel_at):
            scope.cancel()

    return await evolve(Brief(passage, find("clarity"), plan), backends, hear, scope, "job"), events


async def test_its_rewrites_are_ranked_as_they_come_and_lose_nothing(
    writer: WorkerBackend, judge: WorkerBackend
) -> None:
    result, events = await run(Backends(writer, judge), with_code(TEXT))
    assert result.status == "done"
    rewrites = [each for each in result.candidates if each.id != ORIGINAL]
    assert len(rewrites) >= 3
    for each in rewrites:
        assert CODE in each.text
        assert "Lindqvist" in each.text
        assert "12" in each.text
        assert "and and" not in each.text
        assert not each.text.startswith(('"', "Here", "Sure"))
    ranked = next(at for at, event in enumerate(events) if isinstance(event, Leaderboard))
    assert any(isinstance(event, Drafted | Rejected) for event in events[ranked:])
    assert result.candidates[0].id != ORIGINAL, "the draft is full of errors"


async def test_the_same_seed_gives_the_same_rewrites(writer: WorkerBackend, judge: WorkerBackend) -> None:
    plan = Plan(n=3, seed=5)
    first, _ = await run(Backends(writer, judge), with_code(TEXT), plan)
    second, _ = await run(Backends(writer, judge), with_code(TEXT), plan)
    assert [each.text for each in first.candidates] == [each.text for each in second.candidates]


async def test_cancelled_in_the_middle_it_keeps_what_was_ranked(
    writer: WorkerBackend, judge: WorkerBackend
) -> None:
    result, _ = await run(Backends(writer, judge), with_code(TEXT), cancel_at=Leaderboard)
    assert result.status == "cancelled"
    assert len(result.candidates) >= 2


async def test_an_answer_ends_with_its_quotation_mark_and_has_no_preamble(writer: WorkerBackend) -> None:
    prompt = Rewrite(
        "They recieved there money back and nobody complained.",
        "Correct the mistakes in this sentence.",
        goal="",
        audience="",
        unit="sentence",
    )
    requests = [Generation(prompt, Sampling(seed=seed, max_tokens=60, temperature=0.3)) for seed in range(4)]
    answers = [completion async for completion in writer.generate(requests)]
    assert {answer.finish for answer in answers} == {"stop"}
    for answer in answers:
        assert '"' not in answer.text
        assert "\n" not in answer.text
        assert "money" in answer.text


async def test_what_is_there_of_a_text_is_told_while_it_is_written(writer: WorkerBackend) -> None:
    prompt = Rewrite(TEXT, "Rewrite this paragraph so that it is longer.", goal="", audience="")
    requests = [Generation(prompt, Sampling(seed=seed, max_tokens=150)) for seed in range(2)]
    told: dict[int, list[str]] = {0: [], 1: []}
    completions = writer.generate(requests, lambda index, text: told[index].append(text))
    texts = {each.index: each.text async for each in completions}
    assert all(told.values())
    for index, parts in told.items():
        for earlier, later in pairwise([*parts, texts[index]]):
            assert later.startswith(earlier.partition('"')[0])


async def test_a_run_shows_what_it_writes_before_it_is_there(
    writer: WorkerBackend, judge: WorkerBackend
) -> None:
    _, events = await run(Backends(writer, judge), with_code(TEXT))
    first = next(at for at, event in enumerate(events) if isinstance(event, Drafted | Rejected))
    written = [event for event in events[:first] if isinstance(event, Writing)]
    assert any(event.text for event in written)
    assert written[-1].text == "", "the first one is there"
