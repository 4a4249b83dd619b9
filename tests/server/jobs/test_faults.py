"""A worker that dies, a history that cannot be kept: the server goes on, and says what happened."""

import shutil
import signal
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from aw_engine.journal import schema
from aw_engine.journal.journal import Journal
from aw_server import messages
from aw_server.jobs.job import Job
from support.desk import Desk
from support.editor import ENDLESS
from support.letter import LAST, NOTES, RAIN
from support.waiting import eventually


def killed(desk: Desk, job: Job, number: signal.Signals) -> bool:
    """Kills the workers; whether that has ended the job.

    Between two requests a death goes unnoticed: the next one has a new worker.
    """
    for pid in desk.runner.backends.worker_pids():
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).send_signal(number)
    return job.done.is_set()


def begun_or_ended(job: Job) -> bool:
    return job.started is not None or job.done.is_set()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_worker_that_dies_leaves_what_was_ranked_and_the_next_run_works(
    desk: Desk, number: signal.Signals
) -> None:
    _, job = desk.start(**ENDLESS)
    await desk.ranked(job)

    await eventually(lambda: killed(desk, job, number))
    result = job.result()
    assert (result.status, result.reason) == ("failed", "workerDied")
    assert len(result.candidates) > 1
    said = messages.ended(job.outcome)
    assert said.startswith("The model process ended")
    assert said.endswith("kept.")
    assert desk.queue.last_fault == result.message
    await desk.until(lambda: not desk.queue.unfinished)
    _, again = desk.start(NOTES)
    assert (await desk.ended(again)).status == "done"


async def test_a_model_file_deleted_during_a_run_ends_no_run_and_the_next_one_says_what_is_wrong(
    desk: Desk, model_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "own.gguf"
    shutil.copy(model_path, path)
    desk.set(model=str(path))
    _, job = desk.start()
    await desk.until(lambda: job.started is not None)
    path.unlink()
    result = await desk.ended(job)
    assert result.status == "done"
    refused = desk.refused(NOTES)
    assert refused.reason == "modelMissing"
    assert str(path) in refused.message
    shutil.copy(model_path, path)
    _, again = desk.start(NOTES)
    assert (await desk.ended(again)).status == "done"


async def test_after_two_deaths_what_waits_fails_and_asking_again_works(desk: Desk) -> None:
    _, first = desk.start(RAIN, **ENDLESS)
    _, second = desk.start(NOTES, **ENDLESS)
    _, third = desk.start(LAST)
    for job in (first, second):
        await desk.until(partial(begun_or_ended, job))
        await eventually(partial(killed, desk, job, signal.SIGKILL))
        assert job.result().reason == "workerDied"
    result = await desk.ended(third)
    assert (result.status, result.reason) == ("failed", "workerDied")
    assert result.message is not None
    assert "twice" in result.message
    await desk.until(lambda: not desk.queue.unfinished)
    assert desk.queue.state == "failed"
    _, again = desk.start()
    assert (await desk.ended(again)).status == "done"


async def test_a_run_is_kept_with_what_the_writer_did(desk: Desk) -> None:
    _, job = desk.start()
    result = await desk.ended(job)
    desk.runner.history.applied(job.id, result.candidates[0].id)
    await desk.server.aclose()
    journal = Journal.open()
    record = journal.run(job.id)
    journal.close()
    assert record.passage.text == RAIN
    assert [(action.kind, action.candidate) for action in record.user_actions] == [
        ("applied", result.candidates[0].id)
    ]


async def test_without_history_nothing_is_kept(desk: Desk) -> None:
    desk.set(history=False)
    _, job = desk.start()
    await desk.ended(job)
    assert desk.runner.history.journal is None


async def test_a_journal_that_cannot_be_used_stops_no_run_and_is_said_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: object) -> sqlite3.Connection:
        raise schema.trouble(schema.default_path(), sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(schema, "connect", locked)
    said: list[str] = []
    desk.runner.troubles.append(said.append)
    for passage in (RAIN, NOTES):
        _, job = desk.start(passage)
        assert (await desk.ended(job)).status == "done"
    assert len(said) == 1
