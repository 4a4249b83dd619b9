from msgspec.structs import replace

from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import Plan
from aw_engine.evolution.assignment import assign
from aw_engine.evolution.operators import Draft
from aw_engine.evolution.writing import Task, Writer
from aw_engine.inference.backend import Generation, Rewrite
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

PASSAGE = Passage(
    text="Call `stop()` and then `go()` at once.", spans=(Span(5, 13, "code"), Span(23, 29, "code"))
)
DRAFT = Draft(slot=0, generation=2, operator="targeted-edit", instruction="Shorten.", parents=("c1",))


async def written(source: str, answer: str) -> tuple[list[str | None], Generation]:
    scripted = ScriptedBackend(write=lambda _: answer)
    assignment = await assign(PASSAGE, find("clarity"), Plan(), await scripted.info(), scripted)
    task = Task(draft=DRAFT, sources=(source,)).after_refusal("span")
    return await Writer(assignment, scripted).write([task], 1), scripted.generated[0]


async def test_a_parent_is_masked_as_it_stands_and_what_comes_back_is_unmasked() -> None:
    texts, asked = await written("First call `stop()`, then `go()`.", "Call ⟦1⟧, then ⟦2⟧.</rewrite>")
    assert isinstance(asked.prompt, Rewrite)
    assert asked.prompt.text == "First call ⟦1⟧, then ⟦2⟧."
    assert (asked.prompt.marks, asked.marks_once) == (("⟦1⟧", "⟦2⟧"), True)
    assert texts == ["Call `stop()`, then `go()`."]


async def test_a_parent_with_its_spans_in_another_order_is_shown_as_it_is() -> None:
    source = "Do `go()` after `stop()`."
    texts, asked = await written(source, f"{source}</rewrite>")
    assert isinstance(asked.prompt, Rewrite)
    assert (asked.prompt.text, asked.marks_once) == (source, False)
    assert texts == [source]


async def test_a_lost_mark_is_left_for_the_gates_to_see() -> None:
    texts, _ = await written(PASSAGE.text, "Call ⟦1⟧ at once.</rewrite>")
    assert texts == ["Call ⟦1⟧ at once."]


def test_a_crossover_is_never_masked() -> None:
    task = Task(draft=replace(DRAFT, parents=("c1", "c2")), sources=("One.", "Two."))
    assert task.after_refusal("span") == task
