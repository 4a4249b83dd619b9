"""A judge that has never judged here: tested before its first run, and further when that is over."""

import json

import pytest

from aw_engine.domain.brief import BUILTIN
from aw_engine.inference import cache_note
from aw_engine.judging import selftest
from aw_server import messages
from aw_server.progress import doing
from support.desk import Desk
from support.waiting import eventually


def answered() -> int:
    """How many graded pairs the judge has answered, by its notes."""
    notes = cache_note.folder("judges").glob("*.json")
    return max((len(json.loads(note.read_bytes())["answers"]) for note in notes), default=0)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "SECONDS", 0.0)
    for note in cache_note.folder("judges").glob("*.json"):
        note.unlink()


async def test_the_first_run_says_that_its_judge_is_tested(desk: Desk) -> None:
    desk.server.models.choose("judge", BUILTIN)
    _, job = desk.start()
    said: set[str] = set()
    job.listeners.append(lambda job, event: said.add(doing(job)))
    await desk.ended(job)
    assert messages.MEASURING in said
    _, again = desk.start(seed=5)
    said.clear()
    again.listeners.append(lambda job, event: said.add(doing(job)))
    await desk.ended(again)
    assert said
    assert messages.MEASURING not in said


async def test_what_the_test_left_open_is_asked_when_the_run_is_over(desk: Desk) -> None:
    desk.server.models.choose("judge", BUILTIN)
    _, job = desk.start()
    await desk.begun(job)
    assert answered() == 2
    await desk.ended(job)
    await eventually(lambda: answered() >= 60)
    _, after = desk.start(seed=5)
    assert (await desk.ended(after)).status == "done"
