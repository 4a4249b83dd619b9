"""What a chat model is asked to write, and for which passages there is room."""

from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import NORMAL, Plan
from aw_engine.domain.rubric import Operator
from aw_engine.errors import PassageError
from aw_engine.evolution.writers.prompted.writer import PromptedWriter, strengths_by_criterion
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find


async def opened(passage: Passage, plan: Plan = NORMAL, **changes: object) -> PromptedWriter:
    backend = ScriptedBackend()
    brief = Brief(passage, replace(find("clarity"), **changes), plan)
    return await PromptedWriter.open(brief, await backend.info(), backend)


async def test_a_passage_that_two_versions_of_fit_may_be_too_long_for_a_crossover() -> None:
    assert (await opened(Passage(text="word " * 300))).crosses
    assert not (await opened(Passage(text="word " * 1000))).crosses
    with pytest.raises(PassageError, match="limit is about"):
        await opened(Passage(text="word " * 1700))


async def test_marks_are_not_limited_in_their_number() -> None:
    text = " and ".join(["`x`"] * 40)
    spans = tuple(Span(start, start + 3, "code") for start in range(0, len(text), 8))
    assert len((await opened(Passage(text=text, spans=spans))).form.masked.marks) == 40


async def test_any_operator_of_a_rubric_will_do() -> None:
    operators = (Operator(id="my-own", instruction="Make it mine."),)
    writer = await opened(Passage(text="A text."), operators=operators)
    drafts = await writer.first_drafts(Random(1))
    assert {draft.instruction for draft in drafts} == {"Make it mine."}


async def test_a_writers_instruction_replaces_the_operators() -> None:
    writer = await opened(Passage(text="A text."), Plan(n=3, instruction="Make it rhyme."))
    drafts = await writer.first_drafts(Random(1))
    assert [draft.slot for draft in drafts] == [0, 1, 2]
    assert {draft.instruction for draft in drafts} == {"Make it rhyme."}


def test_what_each_parent_does_better_is_said_in_the_rubrics_words() -> None:
    rubric = find("clarity")
    first, second = rubric.criteria[:2]
    assert strengths_by_criterion({first.id: 1.0, second.id: -1.0}, rubric) == (
        first.label or first.id,
        second.label or second.id,
    )
    assert strengths_by_criterion({}, rubric) == ("flow", "wording")
