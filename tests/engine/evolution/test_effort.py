"""What a run comes to, in tokens."""

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH
from aw_engine.domain.result import Usage
from aw_engine.evolution import effort
from aw_engine.evolution.copyedit import Outlook
from aw_engine.evolution.run import evolve
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


def test_where_nothing_is_likely_to_change_nothing_more_will_be_read() -> None:
    assert effort.surveyed(500.0, [Outlook(80, 0.0), Outlook(40, 0.0)], NORMAL) == 500.0
    assert effort.surveyed(0.0, [], NORMAL) == 0.0


def test_the_more_is_likely_to_change_the_more_will_be_read() -> None:
    few, many, everywhere = (
        effort.surveyed(500.0, outlook, NORMAL)
        for outlook in (
            [Outlook(80, 0.5), Outlook(80, 0.0)],
            [Outlook(80, 3.0), Outlook(80, 0.0)],
            [Outlook(80, 3.0), Outlook(80, 3.0)],
        )
    )
    assert 500 < few < many < everywhere
    larger = [effort.surveyed(500.0, [Outlook(80, 1.0)], plan) for plan in (QUICK, NORMAL, THOROUGH)]
    assert larger == sorted(larger)


@pytest.mark.parametrize("text", [CLEAN * 2 + DRAFT, DRAFT * 2])
async def test_what_a_run_reads_is_of_the_order_that_was_expected(text: str, backend: WorkerBackend) -> None:
    rubric, passage = load.find(load.DEFAULT), Passage(text=text.strip())
    expected = effort.expected(passage, rubric, NORMAL, instructions=False)
    result = await evolve(passage, rubric, NORMAL, backend, lambda event: None, anyio.CancelScope(), "effort")
    assert expected / 3 < effort.used(result.usage) < expected * 3
