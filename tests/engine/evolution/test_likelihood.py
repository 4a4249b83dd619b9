"""What is read to judge a change, and that nothing is read twice."""

from math import inf

from aw_engine.evolution.likelihood import CONTEXT, Change, Reading, Scores, context_of
from aw_engine.inference.scripted import ScriptedBackend

LONG = "He saw teh dog in the garden behind the old house, where nobody had lived for a very long time."


def change(by: str, floor: float = -3.0) -> Change:
    return Change(Reading("It rained.", LONG), 7, 10, by, floor)


async def test_a_change_rises_by_the_difference_of_the_two_texts() -> None:
    backend = ScriptedBackend(score=lambda request: -5.0 * ("teh" in request.text))
    assert await Scores(backend, ()).rises([change("the"), change("a")]) == [5.0, 5.0]
    assert {scoring.before for scoring in backend.scored} == {"It rained."}


async def test_a_hopeless_change_is_only_glanced_at() -> None:
    backend = ScriptedBackend(score=lambda request: -9.0 * ("xx" in request.text))
    assert await Scores(backend, ()).rises([change("xx")]) == [-inf]
    assert max(len(scoring.text) for scoring in backend.scored) < len(LONG) / 3


async def test_a_hopeful_change_is_read_some_words_further_but_not_to_the_end() -> None:
    backend = ScriptedBackend(score=lambda request: 0.0)
    await Scores(backend, ()).rises([change("the")])
    assert len(LONG) / 3 < max(len(scoring.text) for scoring in backend.scored) < 0.8 * len(LONG)


async def test_nothing_is_read_twice() -> None:
    backend = ScriptedBackend(score=lambda request: 0.0)
    scores = Scores(backend, ())
    for _ in range(2):
        await scores.rises([change("the"), change("the"), change("a")])
        await scores.whole([Reading("It rained.", LONG)])
    asked = [(scoring.before, scoring.text) for scoring in backend.scored]
    assert len(asked) == len(set(asked))


def test_a_sentence_is_read_after_what_preceded_it_when_it_was_met() -> None:
    scores = Scores(ScriptedBackend(), ())
    first = Reading("It rained.", LONG)
    assert scores.as_met(first) == first
    assert scores.as_met(Reading("It has rained.", LONG)) == first
    other = Reading("It has rained.", "He saw the dog.")
    assert scores.as_met(other) == other


async def test_an_empty_text_has_likelihood_one() -> None:
    backend = ScriptedBackend(score=lambda request: -1.0)
    assert await Scores(backend, ()).whole([Reading("", "")]) == [0.0]
    assert not backend.scored


def test_the_context_is_the_last_whole_sentences_within_reach() -> None:
    before = " ".join(f"This is sentence number {number}." for number in range(30))
    context = context_of(before)
    assert len(context) <= CONTEXT
    assert context.startswith("This is")
    assert before.endswith(context)
    assert context_of(" Short. ") == "Short."
