"""Runs as the server keeps them: begun, joined, queued, superseded, cancelled, with the model under test."""

import asyncio

import psutil
import pytest

from aw_engine.domain.candidate import ORIGINAL
from aw_server import messages, protocol
from aw_server.features.steer import steer
from aw_server.features.unload import unload
from aw_server.jobs.admission import LIMIT
from aw_server.jobs.refusal import UnknownCandidate, UnknownJob
from support.desk import Desk
from support.editor import ENDLESS
from support.letter import LAST, NOTES, RAIN
from support.waiting import eventually


async def test_a_run_ranks_rewrites_and_leaves_the_document_alone(desk: Desk) -> None:
    started, job = desk.start(RAIN, n=6, generations=2)
    assert started.state == "running"
    assert started.range == desk.document.lines.range(*job.location.last, "utf-16")
    await desk.ranked(job)
    early = job.result()
    assert early.status == "running"
    assert early.candidates
    assert all(each.provisional for each in early.candidates)
    result = await desk.ended(job)
    assert result.status == "done"
    assert not result.stale
    assert result.original == RAIN
    assert {each.id for each in result.candidates} > {ORIGINAL}
    assert [each.rank for each in result.candidates] == list(range(1, len(result.candidates) + 1))
    best = job.best()
    assert best is not None
    assert job.text_of(best) == result.candidates[0].text != RAIN
    assert job.text_of(ORIGINAL) == RAIN
    assert desk.document.text == desk.before


async def test_candidates_read_as_they_would_stand_in_the_document(desk: Desk) -> None:
    quoted = "> " + RAIN.replace(" at noon.", "\n> at noon.")
    desk.type(f"{quoted}\n")
    _, job = desk.start("was was")
    result = await desk.ended(job)
    rewrites = [each for each in result.candidates if each.id != ORIGINAL]
    assert rewrites
    assert all("\n> " in each.text for each in rewrites)
    assert all("\n" not in job.prose_of(each.id) for each in rewrites)


async def test_cancelling_before_the_first_token_leaves_the_original_alone(desk: Desk) -> None:
    _, job = desk.start()
    assert desk.cancel(job.id) == (job.id,)
    result = await desk.ended(job)
    assert result.status == "cancelled"
    assert [each.id for each in result.candidates] == [ORIGINAL]
    assert messages.ended(job.outcome) == "Cancelled. Nothing yet."


async def test_cancelling_keeps_the_best_so_far_and_the_next_run_works(desk: Desk) -> None:
    _, job = desk.start(**ENDLESS)
    await desk.ranked(job)
    desk.cancel(job.id)
    result = await desk.ended(job)
    assert result.status == "cancelled"
    assert len(result.candidates) > 1
    assert all(each.provisional for each in result.candidates)
    assert messages.ended_in_short(job.outcome) == f"cancelled, {len(result.candidates) - 1} kept"
    _, after = desk.start()
    assert after is not job
    assert (await desk.ended(after)).status == "done"


async def test_cancelling_twice_or_after_the_end_changes_nothing(desk: Desk) -> None:
    _, job = desk.start()
    desk.cancel(job.id)
    desk.cancel(job.id)
    await desk.ended(job)
    assert desk.cancel(job.id) == ()
    assert job.status == "cancelled"
    with pytest.raises(UnknownJob):
        desk.cancel("nosuchjob")


async def test_cancelling_without_keeping_forgets_the_rewrites(desk: Desk) -> None:
    _, job = desk.start(**ENDLESS)
    await desk.ranked(job)
    assert desk.cancel(job.id, keep=False) == (job.id,)
    await desk.ended(job)
    with pytest.raises(UnknownJob):
        desk.jobs.get(job.id)
    assert desk.jobs.at(desk.uri, *job.location.last) is None


async def test_a_second_cancel_discards_what_the_first_has_kept(desk: Desk) -> None:
    _, job = desk.start()
    desk.cancel(job.id)
    await desk.ended(job)
    desk.cancel(job.id, keep=False)
    with pytest.raises(UnknownJob):
        desk.jobs.get(job.id)


async def test_a_budget_of_time_ends_a_run_like_any_other(desk: Desk) -> None:
    _, first = desk.start(LAST)
    await desk.ended(first)  # loads the model, which the budget would count
    _, job = desk.start(**ENDLESS, budget=protocol.Limits(seconds=0.3))
    result = await desk.ended(job)
    assert result.status == "done"
    assert any(notice.startswith("Stopped after 0.3 s as asked") for notice in result.notices)


async def test_asking_the_same_again_joins_the_run_or_its_result(desk: Desk) -> None:
    _, job = desk.start()
    again, same = desk.start()
    assert (again.state, again.job_id, same) == ("joined", job.id, job)
    await desk.ended(job)
    after, same = desk.start()
    assert (after.state, same) == ("joined", job)
    other, another = desk.start(seed=5)
    assert other.state == "running"
    assert another is not job


async def test_asking_otherwise_of_the_same_passage_ends_the_run_with_what_it_has(desk: Desk) -> None:
    _, old = desk.start(**ENDLESS)
    await desk.ranked(old)
    started, new = desk.start(rubric="concise")
    assert started.state == "running"
    result = await desk.ended(old)
    assert result.status == "superseded"
    assert len(result.candidates) > 1
    assert (await desk.ended(new)).status == "done"
    assert desk.jobs.at(desk.uri, *new.location.last) is new


async def test_other_passages_wait_their_turn(desk: Desk) -> None:
    order: list[str] = []
    desk.queue.ended.append(lambda job: order.append(job.id))
    _, first = desk.start(RAIN, **ENDLESS)
    second, middle = desk.start(NOTES)
    third, last = desk.start(LAST)
    assert (second.state, second.position, second.message) == ("queued", 1, "Queued: 1 run before this one.")
    assert (third.state, third.position, third.message) == ("queued", 2, "Queued: 2 runs before this one.")
    assert len(desk.queue.waiting) == 2
    await desk.begun(first)
    desk.cancel(first.id)
    await desk.ended(first)
    await desk.until(lambda: last.waiting == 1)
    await desk.ended(last)
    assert order == [first.id, middle.id, last.id]
    assert middle.status == last.status == "done"


async def test_a_full_queue_refuses_and_drops_nothing(desk: Desk) -> None:
    lines = [f"{NOTES} This is line {number}." for number in range(LIMIT + 1)]
    desk.type("\n\n".join([RAIN, *lines]))
    _, running = desk.start(RAIN, **ENDLESS)
    await desk.until(lambda: running.begun)
    waiting = [desk.start(line)[1] for line in lines[:LIMIT]]
    refusal = desk.refused(lines[LIMIT])
    assert refusal.reason == "queueFull"
    assert refusal.message == "8 runs are waiting already. Cancel one, or wait."
    assert [job.status for job in waiting] == ["running"] * LIMIT
    # The same passage otherwise takes the place of the one that waits.
    again, other = desk.start(lines[3], seed=9)
    assert (again.state, again.position) == ("queued", 4)
    assert waiting[3].status == "superseded"
    assert len(desk.cancel("all")) == 1 + LIMIT
    await desk.ended(running)
    assert other.status == "cancelled"
    assert not desk.queue.unfinished


async def test_split_makes_a_run_of_every_paragraph(desk: Desk) -> None:
    whole = protocol.Range(protocol.Position(0, 0), protocol.Position(99, 0))
    asked = protocol.EvolveParams(protocol.TextDocument(desk.uri), range=whole, n=3, generations=1)
    refusal, none = desk.submit(asked)
    assert (none, refusal.reason) == (None, "ambiguous")
    asked = protocol.EvolveParams(
        protocol.TextDocument(desk.uri), range=whole, n=3, generations=1, split=True
    )
    started, first = desk.submit(asked)
    assert first is not None
    jobs = desk.jobs.together(first)
    assert [job.original for job in jobs] == [RAIN, NOTES, LAST]
    assert started.also == tuple(job.id for job in jobs[1:])
    assert started.message == "Evolving 3 paragraphs, one after another."
    for job in jobs:
        assert (await desk.ended(job)).status == "done"
    assert jobs[0].result().also == started.also


async def test_cancelling_one_of_a_split_ends_them_all(desk: Desk) -> None:
    whole = protocol.Range(protocol.Position(0, 0), protocol.Position(99, 0))
    _, first = desk.submit(
        protocol.EvolveParams(protocol.TextDocument(desk.uri), range=whole, n=64, split=True)
    )
    assert first is not None
    jobs = desk.jobs.together(first)
    assert set(desk.cancel(jobs[1].id)) == {job.id for job in jobs}
    for job in jobs:
        assert (await desk.ended(job)).status == "cancelled"


async def test_a_run_can_go_on_from_a_rewrite(desk: Desk) -> None:
    _, job = desk.start()
    best = (await desk.ended(job)).candidates[0]
    _, further = desk.start(origin=protocol.Origin(job.id, best.id), seed=3)
    result = await desk.ended(further)
    assert best.text in [each.text for each in result.candidates]
    with pytest.raises(UnknownCandidate):
        desk.start(origin=protocol.Origin(job.id, "c999"))


async def test_a_vetoed_rewrite_leaves_the_list_and_a_pinned_one_stays(desk: Desk) -> None:
    _, job = desk.start(n=8, generations=3)
    await desk.until(lambda: len(job.result().candidates) > 3)
    rewrites = [each.id for each in job.result().candidates if each.id != ORIGINAL]
    steer(desk.server, protocol.SteerParams(job.id, veto=(rewrites[0],), pin=(rewrites[-1],)))
    assert rewrites[0] not in {each.id for each in job.result().candidates}
    result = await desk.ended(job)
    found = {each.id: each for each in result.candidates}
    assert rewrites[0] not in found
    assert "pinned" in found[rewrites[-1]].lineage.steered
    with pytest.raises(UnknownCandidate):
        steer(desk.server, protocol.SteerParams(job.id, pin=("c999",)))


async def test_the_model_can_be_unloaded_only_between_runs(desk: Desk) -> None:
    _, job = desk.start(**ENDLESS)
    await desk.begun(job)
    workers = desk.runner.backends.worker_pids()
    assert workers
    assert (await unload(desk.server, protocol.Empty())).message == messages.BUSY
    desk.cancel(job.id)
    await desk.ended(job)
    await desk.until(lambda: not desk.queue.unfinished)
    assert (await unload(desk.server, protocol.Empty())).freed_bytes > 1_000_000
    assert not any(map(psutil.pid_exists, workers))
    _, again = desk.start()
    assert (await desk.ended(again)).status == "done"


async def test_an_idle_model_leaves_memory_and_comes_back(desk: Desk) -> None:
    desk.set(idle_unload_minutes=0.2 / 60)
    _, job = desk.start()
    await desk.ended(job)
    await eventually(lambda: not desk.runner.backends.worker_pids())
    _, again = desk.start(NOTES)
    assert (await desk.ended(again)).status == "done"


async def test_closing_ends_everything_and_leaves_no_worker(desk: Desk) -> None:
    _, running = desk.start(RAIN, **ENDLESS)
    _, waiting = desk.start(NOTES)
    await desk.ranked(running)
    workers = desk.runner.backends.worker_pids()
    assert workers
    async with asyncio.timeout(10):  # two seconds, and the busy machine's share
        await desk.server.aclose()
    assert not any(map(psutil.pid_exists, workers))
    assert running.status == waiting.status == "cancelled"
    assert len(running.result().candidates) > 1
    assert desk.refused().reason == "internal"


async def test_the_state_goes_from_loading_to_working_to_idle(desk: Desk) -> None:
    states: list[str] = []
    desk.queue.listeners.append(lambda: states.append(desk.queue.state))
    _, job = desk.start()
    await desk.ended(job)
    await desk.until(lambda: states[-1] == "idle")
    assert [each for i, each in enumerate(states) if i == 0 or each != states[i - 1]] in (
        ["idle", "working", "loading", "working", "idle"],
        ["working", "loading", "working", "idle"],
    )
