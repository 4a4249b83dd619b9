"""What a run comes to, in tokens."""

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH
from aw_engine.domain.result import Usage
from aw_engine.evolution import effort
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics import load

CLEAN = "The committee met on Thursday, and most of its members came by train. "
DRAFT = (
    "In order too be fair, teh committee basically met on thursday, and most of it's members came by train. "
)


@pytest.mark.parametrize("instructions", [True, False])
def test_larger_plans_and_longer_passages_are_more_work(instructions: bool) -> None:
    rubric = load.find(load.DEFAULT)
    short, long = Passage(text=CLEAN), Passage(text=CLEAN * 4)
    sizes = [
        effort.expected(short, rubric, plan, instructions=instructions) for plan in (QUICK, NORMAL, THOROUGH)
    ]
    assert 0 < sizes[0] < sizes[1] < sizes[2]
    assert effort.expected(long, rubric, NORMAL, instructions=instructions) > 1.5 * sizes[1]


def test_a_draft_is_more_work_than_a_clean_text_for_a_model_that_copy_edits() -> None:
    rubric = load.find(load.DEFAULT)
    clean, draft = (
        effort.expected(Passage(text=text), rubric, NORMAL, instructions=False) for text in (CLEAN, DRAFT)
    )
    assert draft > 1.5 * clean


def test_comparisons_that_a_budget_forbids_are_no_work() -> None:
    rubric, passage = load.find(load.DEFAULT), Passage(text=CLEAN)
    frugal = replace(NORMAL, budget=replace(NORMAL.budget, calls=2))
    assert effort.expected(passage, rubric, frugal, instructions=True) < effort.expected(
        passage, rubric, NORMAL, instructions=True
    )


@pytest.mark.parametrize("text", ["", "?", "雨が降ったので試合は中止になった。"])
def test_no_passage_is_no_work_at_all(text: str) -> None:
    rubric = load.find(load.DEFAULT)
    for instructions in (True, False):
        assert effort.expected(Passage(text=text), rubric, NORMAL, instructions=instructions) > 0


def test_a_token_written_is_more_work_than_one_read() -> None:
    assert effort.used(Usage(prompt_tokens=10, decoded_tokens=0)) == 10
    assert effort.used(Usage(prompt_tokens=10, decoded_tokens=5)) > 15


def test_where_no_rewrite_is_to_be_expected_the_look_was_all() -> None:
    assert effort.rehearsed(500.0, 0.0, 0, 2) == 500.0


def test_the_more_was_rehearsed_the_more_will_be_read() -> None:
    little, much, many, later = (
        effort.rehearsed(500.0, *found) for found in ((0.5, 2, 1), (1.0, 2, 1), (1.0, 6, 1), (1.0, 6, 2))
    )
    assert 500 < little < much < many < later == effort.rehearsed(500.0, 1.0, 6, 3)


@pytest.mark.parametrize("text", [CLEAN * 2 + DRAFT, DRAFT * 2])
async def test_what_a_run_reads_is_of_the_order_that_was_expected(text: str, backend: WorkerBackend) -> None:
    rubric, passage = load.find(load.DEFAULT), Passage(text=text.strip())
    expected = effort.expected(passage, rubric, NORMAL, instructions=False)
    result = await evolve(
        Brief(passage, rubric, NORMAL), Backends(backend), lambda event: None, anyio.CancelScope(), "effort"
    )
    assert expected / 3 < effort.used(result.usage) < expected * 3
