"""Three-way merges by sentence: clean, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from aw_server.documents.merge import merge

BASE = "The rain fell. The match was off. Nobody was glad. We went home."


def test_changes_of_different_sentences_are_joined() -> None:
    mine = BASE.replace("We went home.", "We went home by bus.")
    theirs = BASE.replace("The match was off.", "The match was cancelled.")
    assert merge(BASE, mine, theirs) == (
        "The rain fell. The match was cancelled. Nobody was glad. We went home by bus."
    )


def test_both_changing_a_sentence_is_a_conflict() -> None:
    assert merge(BASE, BASE.replace("off", "on"), BASE.replace("off", "cancelled")) is None


def test_the_same_change_is_no_conflict() -> None:
    both = BASE.replace("off", "cancelled")
    assert merge(BASE, both, both) == both


def test_a_sentence_that_one_side_removes_and_the_other_changes_is_a_conflict() -> None:
    assert merge(BASE, BASE.replace("Nobody was glad. ", ""), BASE.replace("glad", "happy")) is None


def test_a_sentence_written_in_between_stays() -> None:
    mine = BASE.replace("We went", "It got dark. We went")
    theirs = BASE.replace("The rain fell.", "It rained.")
    assert merge(BASE, mine, theirs) == (
        "It rained. The match was off. Nobody was glad. It got dark. We went home."
    )


def test_two_sentences_put_at_the_same_place_are_a_conflict() -> None:
    assert merge(BASE, f"{BASE} One.", f"{BASE} Another.") is None


def test_chinese_sentences_get_no_spaces() -> None:
    assert merge("下雨了。比赛取消了。", "下雪了。比赛取消了。", "下雨了。比赛停了。") == "下雪了。比赛停了。"


SENTENCES = st.lists(st.sampled_from(["A one.", "B two.", "C three.", "D four.", "E five."]), max_size=5)


@given(SENTENCES, SENTENCES)
def test_an_unchanged_side_never_conflicts(base: list[str], other: list[str]) -> None:
    original, changed = " ".join(base), " ".join(other)
    assert merge(original, original, changed) == changed
    assert merge(original, changed, original) == changed
