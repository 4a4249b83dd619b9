"""What is kept of a rewrite that a gate refuses: the sentences that are not to blame."""

from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.judging.gates import unblemished
from aw_engine.judging.salvage import salvaged
from aw_engine.rubrics.load import find
from aw_engine.text.extract import extract

TEXT = (
    "The canteen have served 4,300 meals in this quarter. "
    "The most of increase came from the vegetarian menu. We suggests to open a second counter at noon."
)
BRIEF = Brief(Passage(TEXT), find("clarity"))


def test_only_the_sentence_that_changes_a_number_stays_as_it_was() -> None:
    rewrite = (
        "The canteen served 4,800 meals this quarter. Most of the increase came from the vegetarian menu. "
        "We suggest opening a second counter at noon."
    )
    assert not unblemished(BRIEF, BRIEF.passage, rewrite)
    assert salvaged(BRIEF, rewrite) == (
        "The canteen have served 4,300 meals in this quarter. "
        "Most of the increase came from the vegetarian menu. We suggest opening a second counter at noon."
    )


def test_a_sentence_with_a_lost_link_stays_as_it_was() -> None:
    text = "Ask [the clerk](https://example.org/a) who have the key. The room are open on Mondays."
    brief = replace(BRIEF, passage=extract(text, 0, len(text), "markdown").passage)
    rewrite = "Ask the clerk who has the key. The room is open on Mondays."
    assert salvaged(brief, rewrite) == (
        "Ask [the clerk](https://example.org/a) who have the key. The room is open on Mondays."
    )


def test_sentences_that_were_added_or_left_out_are_not_taken_over() -> None:
    rewrite = (
        "Here is a summary of the canteen's quarter. The canteen have served 4,300 meals in this quarter. "
        "We suggest opening a second counter at noon."
    )
    kept = salvaged(BRIEF, rewrite)
    assert kept == TEXT.replace("We suggests to open", "We suggest opening")


def test_nothing_is_left_of_another_text() -> None:
    assert salvaged(BRIEF, "A quite different story about 12 bears and one fish.") is None
