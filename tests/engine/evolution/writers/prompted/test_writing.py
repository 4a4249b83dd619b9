from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage, Span
from aw_engine.evolution.writers.prompted.writer import PromptedWriter
from aw_engine.evolution.writers.prompted.writing import PromptedDraft
from aw_engine.inference.backend import Generation, Rewrite
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

PASSAGE = Passage(
    text="Call `stop()` and then `go()` at once.", spans=(Span(5, 13, "code"), Span(23, 29, "code"))
)
BRIEF = Brief(PASSAGE, find("clarity"))
DRAFT = PromptedDraft(0, 2, "targeted-edit", ("c1",), sources=("",), instruction="Shorten.")


def unheard(place: int, text: str) -> None:
    """Where nobody watches."""


async def written(source: str, answer: str) -> tuple[list[str | None], Generation]:
    scripted = ScriptedBackend(write=lambda _: answer)
    writer = await PromptedWriter.open(BRIEF, await scripted.info(), scripted)
    draft = writer.again(replace(DRAFT, sources=(source,)), "span")
    assert draft is not None
    return [text async for text in writer.write([draft], 1, unheard)], scripted.generated[0]


async def test_a_parent_is_masked_as_it_stands_and_what_comes_back_is_unmasked() -> None:
    texts, asked = await written("First call `stop()`, then `go()`.", "Call ⟦1⟧, then ⟦2⟧.")
    assert isinstance(asked.prompt, Rewrite)
    assert asked.prompt.text == "First call ⟦1⟧, then ⟦2⟧."
    assert (asked.prompt.marks, asked.marks_once) == (("⟦1⟧", "⟦2⟧"), True)
    assert texts == ["Call `stop()`, then `go()`."]


async def test_a_parent_with_its_spans_in_another_order_is_shown_as_it_is() -> None:
    source = "Do `go()` after `stop()`."
    texts, asked = await written(source, source)
    assert isinstance(asked.prompt, Rewrite)
    assert (asked.prompt.text, asked.marks_once) == (source, False)
    assert texts == [source]


async def test_a_lost_mark_is_left_for_the_gates_to_see() -> None:
    texts, _ = await written(PASSAGE.text, "Call ⟦1⟧ at once.")
    assert texts == ["Call ⟦1⟧ at once."]


async def test_a_crossover_is_never_masked() -> None:
    scripted = ScriptedBackend()
    writer = await PromptedWriter.open(BRIEF, await scripted.info(), scripted)
    draft = replace(DRAFT, parents=("c1", "c2"), sources=("One.", "Two."))
    again = writer.again(draft, "span")
    assert again is not None
    assert not again.masked


async def test_another_try_is_warmer_where_nothing_new_came_and_else_closer_to_the_text() -> None:
    scripted = ScriptedBackend()
    writer = await PromptedWriter.open(BRIEF, await scripted.info(), scripted)
    draft = replace(DRAFT, sources=(PASSAGE.text,))
    warmer, closer = writer.again(draft, "duplicate"), writer.again(draft, "meaning")
    assert warmer is not None
    assert closer is not None
    assert warmer.temperature > draft.temperature > closer.temperature
    assert (warmer.by_sentence, closer.by_sentence) == (False, True)
    assert writer.again(replace(draft, operator="copy-edit"), "same") is None


async def test_sentence_by_sentence_what_fails_stays_as_it_was() -> None:
    text = "The match were cancelled. They recieved 12 letters. Nobody complain about it."
    answers = {"match": "The match was cancelled.", "letters": "They received letters.", "Nobody": "x" * 9}

    def answer(request: Generation) -> str:
        assert isinstance(request.prompt, Rewrite)
        assert request.prompt.unit == "sentence"
        return next(said for word, said in answers.items() if word in request.prompt.text)

    scripted = ScriptedBackend(write=answer)
    brief = Brief(Passage(text), find("clarity"))
    writer = await PromptedWriter.open(brief, await scripted.info(), scripted)
    draft = PromptedDraft(0, 1, "full-rewrite", sources=(text,), by_sentence=True)
    told: list[str] = []
    (written,) = [written async for written in writer.write([draft], 0, lambda at, text: told.append(text))]
    assert written == "The match was cancelled. They recieved 12 letters. Nobody complain about it."
    assert len(scripted.generated) == 3
    assert told == ["The match wa", "The match was cancelled. They receiv", told[2]]
    assert told[2].startswith("The match was cancelled. They received letters. xxxx")
