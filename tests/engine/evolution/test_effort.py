"""What a run comes to, in tokens."""

from collections.abc import Callable

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH, Plan
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


def brief(text: str, plan: Plan = NORMAL) -> Brief:
    return Brief(Passage(text=text), load.find(load.DEFAULT), plan)


@pytest.mark.parametrize("expected", [effort.prompted, effort.copy_edited])
def test_larger_plans_and_longer_passages_are_more_work(expected: Callable[[Brief], float]) -> None:
    sizes = [expected(brief(CLEAN, plan)) for plan in (QUICK, NORMAL, THOROUGH)]
    assert 0 < sizes[0] < sizes[1] < sizes[2]
    assert expected(brief(CLEAN * 4)) > 1.5 * sizes[1]


def test_a_draft_is_more_work_than_a_clean_text_for_a_model_that_copy_edits() -> None:
    assert effort.copy_edited(brief(DRAFT)) > 1.5 * effort.copy_edited(brief(CLEAN))


def test_comparisons_that_a_budget_forbids_are_no_work() -> None:
    frugal = replace(NORMAL, budget=replace(NORMAL.budget, calls=2))
    assert effort.prompted(brief(CLEAN, frugal)) < effort.prompted(brief(CLEAN))


@pytest.mark.parametrize("text", ["", "?", "雨が降ったので試合は中止になった。"])
def test_no_passage_is_no_work_at_all(text: str) -> None:
    assert min(effort.prompted(brief(text)), effort.copy_edited(brief(text))) > 0


def test_a_token_written_is_more_work_than_one_read() -> None:
    assert effort.used(Usage(prompt_tokens=10, decoded_tokens=0)) == 10
    assert effort.used(Usage(prompt_tokens=10, decoded_tokens=5)) > 15


@pytest.mark.parametrize("text", [CLEAN * 2 + DRAFT, DRAFT * 2])
async def test_what_a_run_reads_is_of_the_order_that_was_expected(text: str, backend: WorkerBackend) -> None:
    asked = brief(text.strip())
    expected = effort.copy_edited(asked)
    result = await evolve(asked, Backends(backend), lambda event: None, anyio.CancelScope(), "effort")
    assert expected / 3 < effort.used(result.usage) < expected * 3
