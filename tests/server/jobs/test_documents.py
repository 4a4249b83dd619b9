"""Text that changes while a run goes on, documents that come and go."""

from aw_server import protocol
from aw_server.features.discard import discard
from aw_server.jobs import following
from support.desk import Desk
from support.editor import ENDLESS
from support.letter import LAST, NOTES, RAIN


def at(desk: Desk, place: tuple[int, int] | None) -> str | None:
    return None if place is None else desk.document.text[place[0] : place[1]]


async def test_an_edit_elsewhere_moves_the_place_and_the_run_goes_on(desk: Desk) -> None:
    _, job = desk.start(n=6)
    await desk.begun(job)
    desk.type("Dear 👩‍👩‍👧,\r\n\r\n" + desk.before)
    desk.type(desk.text + "\nYours")
    result = await desk.ended(job)
    assert (result.status, result.stale) == ("done", False)
    assert at(desk, job.location.exact) == RAIN
    assert result.version == desk.document.version
    assert result.range == desk.document.lines.range(*job.location.last, "utf-16")


async def test_an_edit_inside_makes_the_result_stale_and_undo_revives_it(desk: Desk) -> None:
    _, job = desk.start()
    await desk.begun(job)
    desk.type(desk.before.replace("at noon", "at midnight"))
    result = await desk.ended(job)
    assert (result.status, result.stale, job.location.exact) == ("done", True, None)
    assert result.original == RAIN
    assert at(desk, job.location.last) == RAIN.replace("at noon", "at midnight")
    desk.type(desk.before)
    assert not job.result().stale
    assert at(desk, job.location.exact) == RAIN


async def test_running_again_on_the_new_text_is_another_run_in_the_old_ones_place(desk: Desk) -> None:
    _, old = desk.start(**ENDLESS)
    await desk.ranked(old)
    desk.type(desk.before.replace("at noon", "at midnight"))
    started, new = desk.start(RAIN.replace("at noon", "at midnight"))
    assert started.state == "running"
    assert (await desk.ended(old)).status == "superseded"
    assert "midnight" in (await desk.ended(new)).original


async def test_edits_on_both_sides_at_once_leave_the_place_found(desk: Desk) -> None:
    _, job = desk.start(NOTES)
    desk.type("---\ntitle: x\n---\n" + desk.before.replace("hour.", "hour!"))
    assert at(desk, job.location.exact) == NOTES
    await desk.ended(job)


async def test_a_deleted_passage_is_stale_and_the_run_ends_all_the_same(desk: Desk) -> None:
    _, job = desk.start()
    desk.type(desk.before.replace(RAIN, ""))
    result = await desk.ended(job)
    assert (result.status, result.stale) == ("done", True)
    assert result.range.start == result.range.end


async def test_a_closed_document_ends_its_runs_and_finds_them_again_when_opened(desk: Desk) -> None:
    _, done = desk.start(NOTES)
    await desk.ended(done)
    _, running = desk.start(RAIN, **ENDLESS)
    _, waiting = desk.start(LAST)
    await desk.ranked(running)
    desk.close_document()
    assert waiting.status == "cancelled"
    result = await desk.ended(running)
    assert (result.status, result.stale) == ("cancelled", True)
    assert desk.jobs.at(desk.uri, *running.location.last) is None
    refusal, _ = desk.submit(done.params)
    assert refusal.reason == "notOpen"
    desk.open("New first line.\n" + desk.before)
    assert at(desk, running.location.exact) == RAIN
    assert at(desk, done.location.exact) == NOTES
    assert desk.jobs.at(desk.uri, *done.location.last) is done


async def test_a_renamed_document_takes_its_runs_along(desk: Desk) -> None:
    _, job = desk.start()
    await desk.ended(job)
    new = "file:///notes/other.md"
    desk.close_document()
    desk.open(desk.before, new)
    following.renamed(desk.jobs, desk.uri, new, desk.session.documents[new])
    assert job.uri == new
    assert desk.jobs.at(new, *job.location.last) is job
    assert not job.result().stale


async def test_the_newest_of_several_runs_on_a_passage_is_found_at_its_ends_too(desk: Desk) -> None:
    _, first = desk.start()
    await desk.ended(first)
    _, second = desk.start(seed=2)
    start, end = second.location.last
    assert desk.jobs.at(desk.uri, start, start) is second
    assert desk.jobs.at(desk.uri, end, end) is second
    assert desk.jobs.at(desk.uri, start - 1, start - 1) is None
    discard(desk.server, protocol.JobParams(second.id))
    assert desk.jobs.at(desk.uri, start, start) is first
    await desk.ended(second)
