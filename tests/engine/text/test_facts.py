import pytest

from aw_engine.domain.candidate import Flag
from aw_engine.text.facts import compare
from support.examples import tables

EXAMPLES = tables("facts")


@pytest.mark.parametrize(("original", "rewrite"), EXAMPLES["same"])
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


@pytest.mark.parametrize(("original", "rewrite"), EXAMPLES["idle"])
def test_negations_and_modals_that_say_nothing_may_go(original: str, rewrite: str) -> None:
    assert compare(original, rewrite) == ()


@pytest.mark.parametrize(("original", "mended"), EXAMPLES["slips"])
def test_mended_slips_change_no_fact(original: str, mended: str) -> None:
    assert compare(original, mended) == ()


@pytest.mark.parametrize(("original", "rewrite", "kind"), EXAMPLES["other"])
def test_what_is_no_slip_is_a_change_still(original: str, rewrite: str, kind: str) -> None:
    assert kind in {flag.kind for flag in compare(original, rewrite)}


@pytest.mark.parametrize(("quoted", "mended"), EXAMPLES["quoted"])
def test_slips_may_be_mended_within_a_quotation(quoted: str, mended: str) -> None:
    assert compare(f"He said, “{quoted}” to us.", f"He said, “{mended}” to us.") == ()


@pytest.mark.parametrize(("quoted", "changed"), EXAMPLES["misquoted"])
def test_a_quotation_with_other_words_is_flagged(quoted: str, changed: str) -> None:
    (flag,) = compare(f"He said, “{quoted}” to us.", f"He said, “{changed}” to us.")
    assert flag.kind == "quote"


def test_a_name_at_a_sentence_start_counts_if_the_document_uses_it() -> None:
    assert compare("Grace came.", "She came.") == ()
    assert compare("Grace came.", "She came.", around="We saw Grace there.") == (Flag("name", "Grace"),)


@pytest.mark.parametrize(
    ("original", "rewrite", "flag"),
    [
        ("Mara opened the door.", "Marara opened the door.", Flag("name", "Mara", "Marara")),
        ("Priya sent it.", "She sent it.", Flag("name", "Priya")),
        ("He left. Lindqvist stayed.", "He left. Linquist stayed.", Flag("name", "Lindqvist", "Linquist")),
        ("Rust eats iron.", "It eats iron.", Flag("name", "Rust")),
    ],
)
def test_what_no_dictionary_has_is_a_name_wherever_it_stands(original: str, rewrite: str, flag: Flag) -> None:
    assert compare(original, rewrite) == (flag,)


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("Wich is why it works.", "Which is why it works."),
        ("It ran. Definately it works.", "It ran. Definitely, it works."),
        ("Lindqvist's dog barks.", "The dog of Lindqvist barks."),
    ],
)
def test_a_mended_first_word_was_no_name(original: str, rewrite: str) -> None:
    assert compare(original, rewrite) == ()


def test_in_other_languages_no_word_list_says_what_a_name_is() -> None:
    assert compare("Häuser sind rot.", "Sie sind rot.", language="de") == ()
