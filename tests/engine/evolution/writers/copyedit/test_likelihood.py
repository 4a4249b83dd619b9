"""What is read to judge a change, and that nothing is read twice."""

from math import inf

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, Substitution, context_of
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.room import PRECEDING

LONG = "He saw teh dog in the garden behind the old house, where nobody had lived for a very long time."


def change(by: str, floor: float = -3.0) -> Substitution:
    return Substitution(Reading("It rained.", LONG), 7, 10, by, floor)


async def test_a_change_rises_by_the_difference_of_the_two_texts() -> None:
    backend = ScriptedBackend(score=lambda request: -5.0 * ("teh" in request.text))
    assert await LikelihoodTable(backend, ()).rises([change("the"), change("a")]) == [5.0, 5.0]
    assert {scoring.before for scoring in backend.scored} == {"It rained."}


async def test_a_hopeless_change_is_only_glanced_at() -> None:
    backend = ScriptedBackend(score=lambda request: -9.0 * ("xx" in request.text))
    assert await LikelihoodTable(backend, ()).rises([change("xx")]) == [-inf]
    assert max(len(scoring.text) for scoring in backend.scored) < len(LONG) / 3


async def test_a_hopeful_change_is_read_some_words_further_but_not_to_the_end() -> None:
    backend = ScriptedBackend(score=lambda request: 0.0)
    await LikelihoodTable(backend, ()).rises([change("the")])
    assert len(LONG) / 3 < max(len(scoring.text) for scoring in backend.scored) < 0.8 * len(LONG)


async def test_nothing_is_read_twice() -> None:
    backend = ScriptedBackend(score=lambda request: 0.0)
    table = LikelihoodTable(backend, ())
    for _ in range(2):
        await table.rises([change("the"), change("the"), change("a")])
        await table.whole([Reading("It rained.", LONG)])
    asked = [(scoring.before, scoring.text) for scoring in backend.scored]
    assert len(asked) == len(set(asked))


def test_a_sentence_is_read_after_what_preceded_it_when_it_was_met() -> None:
    table = LikelihoodTable(ScriptedBackend(), ())
    first = Reading("It rained.", LONG)
    assert table.as_met(first) == first
    assert table.as_met(Reading("It has rained.", LONG)) == first
    other = Reading("It has rained.", "He saw the dog.")
    assert table.as_met(other) == other


async def test_an_empty_text_has_likelihood_one() -> None:
    backend = ScriptedBackend(score=lambda request: -1.0)
    assert await LikelihoodTable(backend, ()).whole([Reading("", "")]) == [0.0]
    assert not backend.scored


def test_the_context_is_the_last_whole_sentences_within_reach() -> None:
    before = " ".join(f"This is sentence number {number}." for number in range(30))
    context = context_of(before)
    assert len(context) <= PRECEDING
    assert context.startswith("This is")
    assert before.endswith(context)
    assert context_of(" Short. ") == "Short."
