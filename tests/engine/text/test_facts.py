import pytest

from aw_engine.domain.candidate import Flag
from aw_engine.text.facts import compare


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("It cost 1,000 euros on 1 May 2024.", "On May 1, 2024 it cost €1000."),
        (
            "Ada Lovelace met Babbage in London. They talked.",
            "In London, Ada Lovelace met Babbage; they talked.",
        ),
        ("We met Ada. Her book was read.", "We met Ada, and Ada's book was read."),
        ("However, we met. Then we left.", "We met, however. We then left."),
        ("The dog barked and the cat ran.", "The dog barked. The cat ran."),
        ("She said “go away,” and left.", 'She said "go away", and left.'),
        ("He does not have any.", "He doesn't have any."),
        ("There is one of them here, first of all.", "There it is, above all."),
        ("I know that I'm here.", "That I'm here, I know."),
        ("On Monday we saw the Germans.", "We saw the Germans on Monday."),
    ],
)
def test_a_rewrite_with_the_same_facts_has_no_flags(original: str, rewrite: str) -> None:
    assert compare(original, rewrite) == ()


@pytest.mark.parametrize(
    ("original", "rewrite", "flag"),
    [
        ("It rose 12 % in a year.", "It rose 21 % in a year.", Flag("number", "12 %", "21 %")),
        ("It rose by 12 in a year.", "It rose in a year.", Flag("number", "12")),
        ("It rose in a year.", "It rose by 3 in a year.", Flag("number", None, "3")),
        ("They went with Bob.", "They went with Rob.", Flag("name", "Bob", "Rob")),
        ("The NASA probe flew.", "The probe flew.", Flag("name", "NASA")),
        ("She said “go” to him.", "She said “leave” to him.", Flag("quote", "go", "leave")),
        ("He does not know.", "He does know.", Flag("negation", "not")),
        ("You may go.", "You go.", Flag("negation", "may")),
        ("It dont work.", "It works.", Flag("negation", "not")),
        ("It works only here.", "It works here.", Flag("negation", "only")),
    ],
)
def test_a_changed_fact_is_flagged_with_what_it_was(original: str, rewrite: str, flag: Flag) -> None:
    assert compare(original, rewrite) == (flag,)


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("It was not not there.", "It was not there."),
        ("They don't have no time.", "They have no time."),
        ("It should be noted that it rained.", "It rained."),
        ("She doesn't have a key.", "She lacks a key."),
        ("It dont work and cant be mended.", "It doesn't work and cannot be mended."),
        ("You mustnt, and wont.", "You must not, and won’t."),
    ],
)
def test_negations_and_modals_that_say_nothing_may_go(original: str, rewrite: str) -> None:
    assert compare(original, rewrite) == ()


@pytest.mark.parametrize(
    ("original", "mended"),
    [
        ("We checked in two see what worked.", "We checked in to see what worked."),
        ("It was the olny way.", "It was the only way."),
        ("It was nto there, and shoud be.", "It was not there, and should be."),
        ("Tehre were three three of them.", "There were three of them."),
        ("On December 31 2016 it ended.", "On December 31, 2016 it ended."),
        ("On December 31 , 2016 it ended.", "On December 31, 2016 it ended."),
        ("I no the way.", "I know the way."),
    ],
)
def test_mended_slips_change_no_fact(original: str, mended: str) -> None:
    assert compare(original, mended) == ()


@pytest.mark.parametrize(
    ("original", "rewrite", "kind"),
    [
        ("We saw two of them.", "We saw ten of them.", "number"),
        ("It was 15 or 16.", "It was 15, or 17.", "number"),
        ("We met Jon there.", "We met John there.", "name"),
        ("It was olny there.", "It was there, and not only there.", "negation"),
        ("We now see it.", "We can not see it.", "negation"),
        ("She said so twice, two times.", "She said so twice, times.", "number"),
    ],
)
def test_what_is_no_slip_is_a_change_still(original: str, rewrite: str, kind: str) -> None:
    assert kind in {flag.kind for flag in compare(original, rewrite)}


@pytest.mark.parametrize(
    ("quoted", "mended"),
    [
        ("I recieved the the letter .", "I received the letter."),
        ("We saw alot of it", "We saw a lot of it"),
        ("yes sir, I dont", "Yes, sir, I don't"),
    ],
)
def test_slips_may_be_mended_within_a_quotation(quoted: str, mended: str) -> None:
    assert compare(f"He said, “{quoted}” to us.", f"He said, “{mended}” to us.") == ()


@pytest.mark.parametrize(
    ("quoted", "changed"),
    [
        ("I was there", "I were there"),
        ("I received it", "I got it"),
        ("It was very very cold", "It was cold"),
        ("Go", "Go home"),
        ("I teh letter", "I wrote the letter"),
    ],
)
def test_a_quotation_with_other_words_is_flagged(quoted: str, changed: str) -> None:
    (flag,) = compare(f"He said, “{quoted}” to us.", f"He said, “{changed}” to us.")
    assert flag.kind == "quote"


def test_a_name_at_a_sentence_start_counts_if_the_document_uses_it() -> None:
    assert compare("Bob went home.", "He went home.") == ()
    assert compare("Bob went home.", "He went home.", around="We saw Bob there.") == (Flag("name", "Bob"),)
