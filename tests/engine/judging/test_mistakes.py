"""Mistakes that rules are sure of, and what they are worth to a judge by likelihood."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.mistakes import mistakes
from aw_engine.rubrics import load

WRONG = "Two of these things is what we wanted. Both of the answers was wrong."
RIGHT = "Two of these things are what we wanted. Both of the answers were wrong."


@pytest.fixture
async def backend(model_path: Path) -> AsyncIterator[WorkerBackend]:
    started = WorkerBackend(str(model_path))
    yield started
    await started.aclose()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (RIGHT, 0),
        (WRONG, 2),
        ("We recieved the the letter , and it dont matter.", 4),
        ("He is an hour late. She is a user. The team are here, and I was there.", 0),
        ("", 0),
    ],
)
def test_mistakes_are_counted_by_place(text: str, count: int) -> None:
    assert mistakes(text) == count


async def test_a_judge_by_likelihood_prefers_what_is_right_in_either_order(backend: WorkerBackend) -> None:
    info = await backend.info()
    entries = {"wrong": Entry(text=WRONG, words=14), "right": Entry(text=RIGHT, words=14)}
    rubric = load.find("proofread", None)
    orders = [("right", "wrong"), ("wrong", "right")]
    first, second = await judge(backend, rubric, info.capabilities, orders, entries, temperature=2.0)
    assert first.logit > 1.0
    assert second.logit == pytest.approx(-first.logit, abs=1e-6)
