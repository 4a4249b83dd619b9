"""What people write who learn English: the mend is proposed, and what only looks like a mistake is left."""

import msgspec
import pytest

from aw_engine.text.edits import KINDS, apply, propose
from support.examples import examples


class Examples(msgspec.Struct):
    """What people write who learn English."""

    kinds: frozenset[str]
    mended: list[tuple[str, str, str]]
    right: list[str]
    endings: list[tuple[str, str]]


EXAMPLES = examples("learners", Examples)


@pytest.mark.parametrize(("kind", "wrong", "right"), EXAMPLES.mended)
def test_the_mend_is_proposed(kind: str, wrong: str, right: str) -> None:
    assert right in {apply(wrong, [edit]) for edit in propose(wrong, {kind})}


@pytest.mark.parametrize("sentence", EXAMPLES.right)
def test_what_is_right_is_left_alone(sentence: str) -> None:
    assert not [apply(sentence, [edit]) for edit in propose(sentence, EXAMPLES.kinds)]


@pytest.mark.parametrize(("kind", "wrong", "right"), EXAMPLES.mended)
def test_what_is_mended_is_left_alone(kind: str, wrong: str, right: str) -> None:
    assert wrong not in {apply(right, [edit]) for edit in propose(right, EXAMPLES.kinds)}


def test_every_kind_of_theirs_is_shown() -> None:
    assert {kind for kind, _, _ in EXAMPLES.mended} == EXAMPLES.kinds <= set(KINDS)


@pytest.mark.parametrize(("wrong", "right"), EXAMPLES.endings)
def test_a_wrong_ending_is_put_right(wrong: str, right: str) -> None:
    assert f"They {right} there." in {
        apply(f"They {wrong} there.", [edit]) for edit in propose(f"They {wrong} there.", {"misspelling"})
    }


@pytest.mark.parametrize("word", ["lambdas", "unmerged", "retagging", "buses", "played", "taller", "early"])
def test_a_right_ending_is_left_alone(word: str) -> None:
    assert not propose(f"They saw the {word} there.", {"misspelling"})


def test_the_owner_keeps_the_apostrophe() -> None:
    wrong = "We respect other peoples' opinions and the childrens toys."
    mended = {apply(wrong, [edit]) for edit in propose(wrong, {"noun-irregular"})}
    assert "We respect other people's opinions and the childrens toys." in mended
    assert "We respect other peoples' opinions and the children's toys." in mended


def test_two_whole_clauses_are_rather_parted_than_other_things() -> None:
    def likeliest(sentence: str) -> float:
        return max(edit.prior for edit in propose(sentence, {"splice"}))

    assert likeliest("I was tired, I went to bed.") > likeliest("In the hot summer, I went to bed.")


def test_a_stop_is_put_between_two_sentences_that_run_on() -> None:
    def stopped(text: str) -> set[str]:
        return {apply(text, [edit]) for edit in propose(text, {"final-stop"})}

    assert "We went to the shop. It was closed." in stopped("We went to the shop It was closed.")
    assert not stopped("He reads The Times in the shop.")
