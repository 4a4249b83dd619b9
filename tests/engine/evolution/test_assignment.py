import pytest
from msgspec.structs import replace

from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Operator, Rubric
from aw_engine.errors import ModelUnsupported, PassageError
from aw_engine.evolution.assignment import Assignment, assign, refuse_unjudgeable
from aw_engine.inference.backend import Capabilities
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

MINI = Capabilities(instructions=False, copy_edit=True, criteria=("fluency", "economy"), masks=True)


async def assigned(
    passage: Passage, capabilities: Capabilities | None = None, rubric: Rubric | None = None
) -> Assignment:
    backend = ScriptedBackend(capabilities=capabilities)
    return await assign(passage, rubric or find("clarity"), Plan(), await backend.info(), backend)


async def test_a_passage_that_two_versions_of_fit_may_be_too_long_for_a_crossover() -> None:
    assert (await assigned(Passage(text="word " * 300))).crosses
    assert not (await assigned(Passage(text="word " * 1000))).crosses
    with pytest.raises(PassageError, match="limit is about"):
        await assigned(Passage(text="word " * 1700))


async def judged(words: int, rubric: Rubric) -> None:
    backend = ScriptedBackend()
    await refuse_unjudgeable(Passage(text="word " * words), rubric, await backend.info(), backend)


async def test_both_orders_of_a_pair_must_fit_the_judge() -> None:
    await judged(1300, find("clarity"))
    with pytest.raises(PassageError, match="1,500 words; the limit is about"):
        await judged(1500, find("clarity"))


async def test_a_criterion_that_shows_the_original_needs_room_for_it() -> None:
    rubric = find("clarity")
    shown = replace(rubric, criteria=tuple(replace(each, reference=True) for each in rubric.criteria))
    await judged(1000, rubric)
    with pytest.raises(PassageError):
        await judged(1000, shown)


async def test_only_a_model_that_must_see_marks_is_limited_in_their_number() -> None:
    text = " and ".join(["`x`"] * 40)
    spans = tuple(Span(start, start + 3, "code") for start in range(0, len(text), 8))
    passage = Passage(text=text, spans=spans)
    assert len((await assigned(passage)).masked.marks) == 40
    with pytest.raises(PassageError, match="40 pieces of markup"):
        await assigned(passage, MINI)


async def test_a_rubric_without_an_operator_for_the_built_in_model_is_refused() -> None:
    rubric = replace(find("clarity"), operators=(Operator(id="my-own", instruction="Make it mine."),))
    assert (await assigned(Passage(text="A text."), rubric=rubric)).crosses
    with pytest.raises(ModelUnsupported, match="copy-edit"):
        await assigned(Passage(text="A text."), MINI, rubric)
