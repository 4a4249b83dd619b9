"""The tables hold what they promise, and can be run in both directions."""

from importlib.resources import files

import pytest

from aw_engine.text.edits import KINDS, tables
from aw_engine.text.edits.kinds import priors
from aw_engine.text.edits.morphology import inflect, other_number, verbs_of
from aw_engine.text.edits.padding import book, pairs
from aw_engine.text.edits.sound import article_for
from aw_engine.text.words import lexicon

NAMES = sorted(
    entry.name.removesuffix(".tsv") for entry in files(tables).iterdir() if entry.name.endswith(".tsv")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_two_sides_that_differ(name: str) -> None:
    for left, *rights in tables.rows(name):
        assert left
        assert left == left.strip()
        assert left not in rights or name == "irregular_verbs"


@pytest.mark.parametrize("name", ["misspellings", "run_together", "split_words", "apostrophes", "negations"])
def test_no_left_side_is_listed_twice(name: str) -> None:
    lefts = [row[0] for row in tables.rows(name)]
    assert len(lefts) == len(set(lefts))


def test_there_are_wordy_phrases_enough() -> None:
    assert len(tables.rows("wordy")) >= 250
    assert len(set(pairs("wordy"))) == sum(
        len(rights) for found in book("wordy").values() for _, rights in found
    )


def test_the_right_sides_of_the_misspellings_are_words() -> None:
    unknown = [
        right
        for _, *rights in tables.rows("misspellings")
        for right in rights
        if not all(lexicon().known(word) for word in right.split())
    ]
    assert not unknown


def test_verbs_are_inflected() -> None:
    assert inflect("decide").forms == ("decide", "decides", "decided", "decided", "deciding")
    assert (inflect("stop").past, inflect("visit").ing) == ("stopped", "visiting")
    assert (inflect("try").third, inflect("go").participle) == ("tries", "gone")
    assert {verb.base for verb in verbs_of("running")} == {"run"}
    assert not verbs_of("car") or all(verb.past != "cared" for verb in verbs_of("car"))
    assert not verbs_of("thing")


def test_nouns_change_number() -> None:
    assert (other_number("city"), other_number("boxes")) == (("cities",), ("box",))
    assert (other_number("children"), other_number("the")) == (("child",), ())


@pytest.mark.parametrize(
    ("word", "article"),
    [
        *[(word, "an") for word in ("hour", "uninteresting", "FBI", "umbrella", "honest", "SQL")],
        *[(word, "a") for word in ("user", "university", "NASA", "one", "European", "house")],
    ],
)
def test_articles_go_by_sound(word: str, article: str) -> None:
    assert article_for(word) == article


def test_every_kind_has_a_prior() -> None:
    assert set(priors()) == set(KINDS)
    assert all(-20 < prior <= 4 for prior in priors().values())
