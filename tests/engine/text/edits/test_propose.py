"""Each family proposes the edit that a careful reader would make, and leaves alone what is not its own."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.text.edits import GROUPS, KINDS, apply, kinds_of, own_words, propose
from aw_engine.text.edits.sentence import read
from support.examples import tables

EXAMPLES = tables("edits")


def outcomes(sentence: str, kinds: Iterable[str] = tuple(KINDS)) -> dict[str, str]:
    """What each proposed edit makes of the sentence, with its kind."""
    return {apply(sentence, [edit]): edit.kind for edit in propose(sentence, kinds)}


@pytest.mark.parametrize(("kind", "sentence", "wanted"), [*EXAMPLES["mended"], *EXAMPLES["reworded"]])
def test_the_right_edit_is_among_the_proposals(kind: str, sentence: str, wanted: str) -> None:
    assert outcomes(sentence, {kind}).get(wanted) == kind


@pytest.mark.parametrize(("sentence", "unsound"), EXAMPLES["unsound"])
def test_what_no_reader_would_write_is_not_proposed(sentence: str, unsound: str) -> None:
    assert unsound not in outcomes(sentence)


@pytest.mark.parametrize(("sentence", "other"), EXAMPLES["open"])
def test_a_number_that_may_be_right_is_not_surely_wrong(sentence: str, other: str) -> None:
    assert outcomes(sentence).get(other) not in ("agreement-subject", "agreement-head")


def test_every_kind_has_an_example() -> None:
    shown = {kind for kind, _, _ in EXAMPLES["mended"] + EXAMPLES["reworded"]}
    assert shown == set(KINDS)
    assert len(KINDS) >= 40


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("The ⟦1⟧ function calls ⟦2⟧ and ⟦3⟧.", ("⟦1⟧", "⟦2⟧", "⟦3⟧")),
        ("In 1984 there was 3 of them, or 12,500.", ("1984", "3", "12,500")),
        ("Mr Kowalsky met Anna in Gdansk with the IEEE.", ("Kowalsky", "Anna", "Gdansk", "IEEE")),
        ("He said “I dont know teh way” today.", ("“I dont know teh way”",)),
        ('He said "very very bad" to the man.', ('"very very bad"',)),
        ("Use foo_bar, a/b.c and myFunc here.", ("foo_bar", "a/b.c", "myFunc")),
    ],
)
def test_marks_numbers_names_quotations_and_code_are_left_alone(sentence: str, kept: tuple[str, ...]) -> None:
    for outcome in outcomes(sentence):
        for piece in kept:
            assert outcome.count(piece) == sentence.count(piece)


def test_the_documents_own_words_are_left_alone() -> None:
    assert "The kitchens are red." in outcomes("The kitchans are red.", {"spelling"})
    assert not propose("The kitchans are red.", {"spelling"}, own={"kitchans"})


def test_unknown_words_that_are_used_twice_are_the_documents_own() -> None:
    assert own_words("A frobb calls a Frobb, and recieve recieve a gribbel.") == {"frobb"}
    assert own_words("A frobb and a house recieve a gribbel.", ("frobb", "house", "recieve")) == {"frobb"}


@pytest.mark.parametrize("word", ["lambdas", "unmerged", "retagging", "refactorings", "counterexample"])
def test_forms_of_known_words_are_no_misspellings(word: str) -> None:
    assert not propose(f"We saw the {word} in the text.", {"spelling", "run-together"})


def test_an_article_follows_the_sound_of_a_new_word() -> None:
    assert "He is an important man." not in outcomes("He is a totally important man.", {"wordy"})
    assert "He is an important man." in outcomes("He is a totally important man.", {"filler"})


def test_a_wholly_clean_short_sentence_gets_no_table_edits() -> None:
    assert not propose("Birds sing.", {"misspelling", "doubled-word", "wordy", "opener", "spelling"})


PIECES = """the a an he they is was were have has go goes went teh recieve very “ ” " , ; . : — ⟦1⟧ ⟦2⟧ 42
Anna NASA foo_bar don't dont in on of to that which because due to the fact that make a decision
I i it's its' dogs dog's"""
TEXTS = st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=14).map(" ".join) | st.text(
    alphabet="abe ,.'’“”⟦1⟧-I\n", max_size=40
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_edits_change_the_text_lie_inside_it_and_are_in_order(text: str) -> None:
    edits = propose(text)
    assert list(edits) == sorted(edits)
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(text)
        outcome = apply(text, [edit])
        assert outcome == text[: edit.start] + edit.replacement + text[edit.end :] != text
        assert [mark for mark in ("⟦1⟧", "⟦2⟧") if mark in outcome] == [
            mark for mark in ("⟦1⟧", "⟦2⟧") if mark in text
        ]


def test_clashing_edits_are_refused() -> None:
    first, *rest = propose("Anna have two dog.", {"agreement-have"})
    with pytest.raises(ValueError):
        apply("Anna have two dog.", [first, rest[0]])


def test_the_groups_share_out_the_kinds() -> None:
    assert kinds_of(GROUPS) == frozenset(KINDS)
    assert "wordy" in kinds_of(("tighten",))
    assert "spelling" not in kinds_of(("tighten",))


def test_words_know_their_place() -> None:
    sentence = read("He left. Anna, too, went.")
    assert [word.first for word in sentence.words] == [True, False, True, False, False]
    assert [word.free for word in sentence.words] == [True, True, False, True, True]
