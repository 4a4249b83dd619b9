"""What is rehearsed without the model comes as near to what it would do as the look allows."""

from math import inf
from random import Random

import anyio
import pytest

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL
from aw_engine.evolution.assignment import assign
from aw_engine.evolution.copyedit import CopyEdit, copy_edits, survey
from aw_engine.evolution.likelihood import Change, Reading, Scores
from aw_engine.evolution.operators import first_generation
from aw_engine.evolution.rehearsal import Rehearsal
from aw_engine.evolution.slots import rehearse
from aw_engine.evolution.usage import Counted
from aw_engine.evolution.writing import Task, Writer
from aw_engine.inference.backend import Capabilities, Scoring
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics.load import DEFAULT, find
from aw_engine.text.edits import GROUPS

DRAFT = (
    "In order too be fair, teh committee basically met on thursday. A lot of it's members came by train, and "
    "they were all of them very tired when they finally arrived at the station."
)
DULL = {"teh", "too", "it's", "very", "basically", "finally"}
VERY = Change(Reading("", "It is very cold."), 6, 11, "", -9.0)


def word_by_word(request: Scoring) -> float:
    """Three nats less for a dull word, one for every other: no edit cares for its neighbours."""
    return -sum(3.0 if word.strip(".,").lower() in DULL else 1.0 for word in request.text.split())


def requests(text: str) -> list[CopyEdit]:
    return [
        CopyEdit(source=text, groups=GROUPS, temperature=temperature, seed=seed)
        for seed, temperature in enumerate((0.0, 0.6, 0.9, 1.2))
    ]


async def test_where_edits_do_not_care_for_their_neighbours_the_rewrites_are_the_same() -> None:
    scores = Scores(ScriptedBackend(score=word_by_word), ())
    rehearsal = Rehearsal(await survey(requests(DRAFT), "", scores))
    rehearsed = await copy_edits(requests(DRAFT), "", rehearsal)
    assert len({DRAFT, *rehearsed}) > 2
    assert rehearsed == await copy_edits(requests(DRAFT), "", scores)


async def test_what_the_look_has_read_is_not_counted_and_anything_else_once() -> None:
    found = await survey(requests(DRAFT), "", Scores(ScriptedBackend(score=word_by_word), ()))
    rehearsal = Rehearsal([(change, change.floor + 1) for change, _ in found])
    await rehearsal.rises([change for change, _ in found])
    assert rehearsal.unread == 0
    sentence = [Reading("", "It is cold.")]
    assert await rehearsal.whole(sentence) == [inf]
    once = rehearsal.unread
    await rehearsal.whole(sentence)
    assert rehearsal.unread == once > 0


async def test_where_nothing_gains_nothing_is_made_and_nothing_more_read() -> None:
    found = await survey(requests(DRAFT), "", Scores(ScriptedBackend(score=word_by_word), ()))
    rehearsal = Rehearsal([(change, -inf) for change, _ in found])
    assert set(await copy_edits(requests(DRAFT), "", rehearsal)) == {DRAFT}
    assert rehearsal.unread == 0
    assert Rehearsal([]).unread == 0


async def test_an_edit_is_worth_the_same_elsewhere_and_the_opposite_undone() -> None:
    also = Change(Reading("", "He was a very good man."), 9, 14, "", -9.0)
    elsewhere = Change(Reading("", "They say it is very late."), 15, 20, "", -9.0)
    bare = Reading("", "It is cold.")
    undone = Change(bare, 6, 6, "very ", -9.0)
    too_bad = Change(bare, 6, 6, "very ", -2.0)
    never_met = Change(bare, 6, 10, "hot", -9.0)
    for least in (0.5, -inf):
        rehearsal = Rehearsal([(VERY, 2.5), (also, least)])
        assert await rehearsal.rises([VERY, also, elsewhere]) == [2.5, least, least]
        assert await rehearsal.rises([undone, too_bad, never_met]) == [-2.5, -inf, -inf]


async def test_a_rehearsal_hears_that_the_run_is_cancelled() -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await Rehearsal([]).rises([])
    assert scope.cancelled_caught


async def test_tasks_that_repeat_others_are_tried_again_and_count_once() -> None:
    backend = ScriptedBackend(
        score=word_by_word, capabilities=Capabilities(instructions=False, copy_edit=True)
    )
    rubric = find(DEFAULT)
    assignment = await assign(Passage(text=DRAFT), rubric, NORMAL, await backend.info(), backend)
    drafts = first_generation(rubric, 4, Random(1), instructions=False, instruction=None)
    tasks = [Task(draft=draft, sources=(DRAFT,)) for draft in drafts]
    found = await Writer(assignment, backend).survey(tasks)
    rehearsal = Rehearsal(found)
    assert await rehearse([], Writer(assignment, backend, rehearsal), DRAFT) == 0
    once = await rehearse([tasks], Writer(assignment, backend, rehearsal), DRAFT)
    twice = await rehearse([tasks, tasks], Writer(assignment, backend, rehearsal), DRAFT)
    assert 1 < once <= len(tasks)
    assert once < twice < 2 * len(tasks)
    hopeless = Rehearsal([(change, -inf) for change, _ in found])
    assert await rehearse([tasks], Writer(assignment, backend, hopeless), DRAFT) == 0


@pytest.mark.parametrize(
    "text", [DRAFT, f"{DRAFT} The station was cold, and nobody had thought to bring a coat."]
)
async def test_about_as_much_is_rehearsed_as_the_model_then_reads(text: str, backend: WorkerBackend) -> None:
    counted = Counted(backend)
    scores = Scores(counted, ())
    asked = requests(text)
    rehearsal = Rehearsal(await survey(asked, "", scores))
    looked = counted.usage.prompt_tokens
    await copy_edits(asked, "", rehearsal)
    assert counted.usage.prompt_tokens == looked
    await copy_edits(asked, "", scores)
    read = counted.usage.prompt_tokens - looked
    assert read / 2 < rehearsal.unread * looked < read * 2
