from importlib.resources import files

from aw_engine.text import slop


def test_worn_phrases_are_counted_in_any_form_and_case() -> None:
    found = slop.hits("In today’s fast-paced world, we delve into data. She delves into data, too.")
    assert found["in today's fast-paced world"] == 1
    assert found["delve/delves/delved/delving into"] == 2
    assert found.total() == 3


def test_a_phrase_inside_another_is_counted_once() -> None:
    assert slop.hits("It was a rich tapestry of cultures.").total() == 1


def test_what_the_writer_said_already_is_not_new() -> None:
    assert slop.new_hits("We delve into it.", "We delve into it.") == 0
    assert slop.new_hits("We delve into it.", "This is a testament to it; we delve into it.") == 1


def test_plain_prose_has_none() -> None:
    assert slop.hits("The bus was late, so we walked along the river and talked about work.").total() == 0
    assert slop.per_thousand("") == 0


def test_the_list_is_long_and_has_no_doubles() -> None:
    lines = files("aw_engine.text").joinpath("slop-en.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    assert len(phrases) >= 120
    assert len(set(phrases)) == len(phrases)
    assert all(phrase == phrase.lower().strip() for phrase in phrases)
