"""The word list knows English, and little else."""

from importlib.resources import files
from time import perf_counter

from aw_engine.text import words
from aw_engine.text.words import lexicon


def test_words_of_both_spellings_are_known_and_errors_are_not() -> None:
    known = lexicon().known
    words = "colour color organise organize the The house house's dogs' don't London Tuesday"
    assert all(map(known, words.split()))
    assert not any(map(known, ["teh", "recieve", "definately", "occured", "seperate", "accomodate", "xqzt"]))


def test_common_words_are_in_higher_classes() -> None:
    frequency = lexicon().frequency
    assert frequency("the") > frequency("house") > frequency("teapot") > 0
    assert frequency("xqzt") == 0


def test_names_are_told_from_words() -> None:
    name = lexicon().name
    assert [name(word) for word in ("london", "Tuesday", "house", "the")] == [True, True, False, False]


def test_the_file_is_compact_and_quick_to_read() -> None:
    text = files(words).joinpath("words.txt").read_bytes()
    assert len(text) <= 450_000
    assert 40_000 <= text.count(b"\n") <= 60_000
    lexicon.cache_clear()
    begun = perf_counter()
    lexicon()
    assert perf_counter() - begun < 0.5  # usually 0.03; a slow machine is no failure
