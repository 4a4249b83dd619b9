"""What a copy-editing model is asked to write, and which runs it refuses."""

from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Operator
from aw_engine.errors import ModelUnsupported, PassageError
from aw_engine.evolution.writers.copyedit.groups import COPY_EDITS
from aw_engine.evolution.writers.copyedit.writer import CopyEditWriter
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Capabilities
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

MINI = Capabilities(
    instructions=False, copy_edit=True, criteria=("fluency", "economy"), masks=True, judging="likelihood"
)
PASSAGE = Passage(text="A text.")
OPERATORS = (
    Operator(id="full-rewrite", instruction="Rewrite it.", slots=2),
    Operator(id="copy-edit", instruction="Mend it.", temperature=0.7),
    Operator(id="lack-of-specificity", instruction="Be specific."),
)


async def opened(
    passage: Passage = PASSAGE, operators: tuple[Operator, ...] = OPERATORS, n: int = 6
) -> CopyEditWriter:
    backend = ScriptedBackend(capabilities=MINI, score=lambda request: -1.0)
    brief = Brief(passage, replace(find("clarity"), operators=operators), Plan(n=n))
    return await CopyEditWriter.open(brief, await backend.info(), backend)


async def test_it_is_not_asked_to_add_facts() -> None:
    writer = await opened()
    drafts = await writer.first_drafts(Random(1))
    assert {draft.operator for draft in drafts} == {"full-rewrite", "copy-edit"}
    assert all(draft.groups == COPY_EDITS[draft.operator] for draft in drafts)
    assert min(draft.temperature for draft in drafts) == 0.0
    fresh = [writer.fresh(Draft(0, 2, "fresh-rewrite"), Random(seed)) for seed in range(20)]
    assert {draft.groups for draft in fresh} == {COPY_EDITS["full-rewrite"], COPY_EDITS["copy-edit"]}


async def test_what_only_mends_is_written_first_and_not_tried_again() -> None:
    writer = await opened()
    drafts = await writer.first_drafts(Random(1))
    quick, others = writer.waves(drafts)
    assert {draft.operator for draft in quick} == {"copy-edit"}
    assert sorted(draft.slot for draft in (*quick, *others)) == [draft.slot for draft in drafts]
    assert writer.again(quick[0], "same") is None
    assert writer.again(others[0], "same") == others[0]


async def test_a_targeted_edit_makes_no_edit_that_no_operator_of_the_rubric_makes() -> None:
    writer = await opened(operators=(Operator(id="tighter", instruction="Cut."),))
    criterion = find("clarity").criteria[0]
    assert set(writer.improved(Draft(0, 2, "targeted-edit"), "A.", criterion, Random(1)).groups) <= {
        "mend",
        "tighten",
    }


async def test_marks_are_limited_to_those_that_the_model_can_keep_apart() -> None:
    text = " and ".join(["`x`"] * 40)
    spans = tuple(Span(start, start + 3, "code") for start in range(0, len(text), 8))
    with pytest.raises(PassageError, match="40 pieces of markup"):
        await opened(Passage(text=text, spans=spans))


async def test_a_rubric_without_an_operator_for_it_is_refused() -> None:
    with pytest.raises(ModelUnsupported, match="copy-edit"):
        await opened(operators=(Operator(id="my-own", instruction="Make it mine."),))
