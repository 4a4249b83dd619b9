import pytest

from aw_engine.judging.meaning import meaning

ORIGINAL = "The committee decided to postpone the bridge repairs because the river had flooded two villages."


def test_the_same_text_keeps_everything() -> None:
    assert meaning(ORIGINAL, ORIGINAL).faithfulness == 1


def test_inflections_and_small_words_do_not_count() -> None:
    rewrite = "As the river flooded two villages, the committee is deciding to postpone repairing the bridge."
    assert meaning(ORIGINAL, rewrite).faithfulness == 1


def test_a_dropped_clause_lowers_what_is_kept() -> None:
    found = meaning(ORIGINAL, "The committee decided to postpone the bridge repairs.")
    assert found.kept < 0.7
    assert found.founded == 1


def test_an_added_claim_lowers_what_is_founded() -> None:
    found = meaning(ORIGINAL, f"{ORIGINAL} Angry farmers blocked every motorway and burned tyres.")
    assert found.kept == 1
    assert found.founded < 0.7


def test_mending_spelling_costs_nothing() -> None:
    assert (
        meaning("They recieved the seperate packages.", "They received the separate packages.").faithfulness
        == 1
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("allready", "already"),
        ("thier", "their"),
        ("becuase", "because"),
        ("wich", "which"),
        ("untill", "until"),
    ],
)
def test_mending_a_light_word_costs_nothing(wrong: str, right: str) -> None:
    assert meaning(f"Another task, that is {wrong} done.", f"Another task, {right} done.").faithfulness == 1
    assert meaning(f"Another task, that is {wrong} done.", "Another task is done.").kept < 1


@pytest.mark.parametrize(("one", "other"), [("increase", "decrease"), ("include", "exclude")])
def test_two_real_words_that_look_alike_are_two_words(one: str, other: str) -> None:
    assert meaning(f"Prices {one} tomorrow.", f"Prices {other} tomorrow.").faithfulness < 1


def test_british_and_american_spelling_are_one() -> None:
    assert meaning("We organise colours.", "We organize colors.").faithfulness == 1


def test_nothing_to_count_is_faithful() -> None:
    assert meaning("It is what it is.", "That is that.").faithfulness == 1
    assert meaning("", "").faithfulness == 1
