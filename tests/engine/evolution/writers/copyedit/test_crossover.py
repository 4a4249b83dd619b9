"""Sentence crossover takes whole stretches from either parent."""

from random import Random

from aw_engine.evolution.writers.copyedit.crossover import cross_sentences

ORIGINAL = "The cat sat on the the mat. It were happy. Nobody came to see it there."
FIRST = "The cat sat on the mat. It were happy. Nobody came to see it there."
SECOND = "The cat sat on the the mat. It was happy. Nobody came to see it."


def test_a_child_has_something_of_both_parents() -> None:
    children = {cross_sentences(ORIGINAL, FIRST, SECOND, Random(seed)) for seed in range(20)}
    assert "The cat sat on the mat. It was happy. Nobody came to see it." in children
    assert FIRST not in children
    assert SECOND not in children


def test_a_sentence_is_never_a_mixture() -> None:
    for seed in range(20):
        child = cross_sentences(ORIGINAL, FIRST, SECOND, Random(seed))
        for sentence in child.split(". "):
            assert any(sentence.rstrip(".") in parent for parent in (FIRST, SECOND))


def test_parents_that_differ_in_one_place_give_the_first() -> None:
    assert cross_sentences(ORIGINAL, FIRST, ORIGINAL, Random(1)) == FIRST


def test_joined_sentences_are_taken_as_one() -> None:
    original = "He ran. She sat down. They were tired."
    joined = "He ran, and she sat down. They were tired."
    other = "He ran. She sat. They were very tired."
    for seed in range(20):
        child = cross_sentences(original, joined, other, Random(seed))
        assert child in {
            "He ran, and she sat down. They were very tired.",
            "He ran. She sat. They were tired.",
        }


def test_the_same_generator_gives_the_same_child() -> None:
    assert cross_sentences(ORIGINAL, FIRST, SECOND, Random(7)) == cross_sentences(
        ORIGINAL, FIRST, SECOND, Random(7)
    )
