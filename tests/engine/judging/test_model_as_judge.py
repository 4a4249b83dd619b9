"""The shipped model, judging for real."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging import selftest
from aw_engine.judging.judge import Entry, judge

CLEAN = "The ferry leaves at seven in the morning, so we packed the car the night before."
DAMAGED = "The fery leave at seven the in morning, so we packed car the night the before before."


@pytest.fixture
async def backend(model_path: Path) -> AsyncIterator[WorkerBackend]:
    """One thread: two that wait for each other on a busy machine take ten times as long for short texts."""
    backend = WorkerBackend(str(model_path), dialect="mini", threads=1)
    yield backend
    await backend.aclose()


def entry(text: str) -> Entry:
    return Entry(text=text, words=len(text.split()))


async def test_clean_text_is_preferred_to_damaged_text_in_both_places(backend: WorkerBackend) -> None:
    info = await backend.info()
    entries = {ORIGINAL: entry(DAMAGED), "clean": entry(CLEAN)}
    pairs = [("clean", ORIGINAL), (ORIGINAL, "clean")]
    forward, backward = await judge(backend, selftest.RUBRIC, info.capabilities, pairs, entries)
    assert forward.logit > 1.0
    assert backward.logit == pytest.approx(-forward.logit, abs=1e-6)
    assert {r.criterion for r in forward.readouts} == set(info.capabilities.criteria)
    assert all(r.mass == pytest.approx(1.0) for r in forward.readouts)


async def test_the_shipped_model_passes_its_self_test(backend: WorkerBackend, tmp_path: Path) -> None:
    profile = await selftest.profile(backend, tmp_path)
    assert profile.accuracy >= 0.65
    assert profile.claim == "ranks"
    assert not profile.noise.swaps
    assert await selftest.profile(backend, tmp_path) == profile
