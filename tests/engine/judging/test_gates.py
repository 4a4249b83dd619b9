import re
from typing import Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.domain.candidate import FlagKind
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.rubric import Lift, Strictness
from aw_engine.judging.gate import ALWAYS
from aw_engine.judging.gates import GATES, Passed, Refused, check

TEXT = (
    "The committee decided to postpone the bridge repairs, because the river had flooded two villages. "
    "In 2019 the work had cost 12 million, and the mayor, John Harper, was not pleased about it."
)
PASSAGE = Passage(TEXT)
LEVELS: tuple[Strictness, ...] = ("strict", "normal", "relaxed")
MENDED = TEXT.replace("decided to postpone", "postponed")


@pytest.mark.parametrize("gates", LEVELS)
def test_a_light_faithful_edit_passes_everywhere(gates: Strictness) -> None:
    verdict = check(PASSAGE, MENDED, gates)
    assert isinstance(verdict, Passed)
    assert verdict.flags == ()
    assert verdict.words == 31
    assert 0 < verdict.changed < 0.15
    assert 0.8 < verdict.faithfulness < 1


FRENCH = (
    "Le comité a remis la réparation du pont, car la rivière avait inondé deux villages, et le maire, "
    "John Harper, ne fut pas content, car en 2019 les travaux avaient coûté 12 millions."
)
WORD_SALAD = MENDED.replace("committee", "glombardy").replace("bridge", "brizzle").replace("river", "quorft")


@pytest.mark.parametrize("gates", LEVELS)
@pytest.mark.parametrize(
    ("reason", "rewrite"),
    [
        ("shape", "  \n"),
        ("same", TEXT.replace(" two ", "  two ")),
        ("length", "The work was postponed."),
        ("language", MENDED.replace("John", "Джон")),
        ("language", FRENCH),
        ("gibberish", WORD_SALAD),
    ],
)
def test_what_no_strictness_lets_through(reason: str, rewrite: str, gates: Strictness) -> None:
    lift: tuple[Lift, ...] = ("length", "changed", "slop", "meaning") if reason != "length" else ()
    assert check(PASSAGE, rewrite, gates, lift=lift) == Refused(reason)


@pytest.mark.parametrize("gates", get_args(Strictness))
@pytest.mark.parametrize(
    ("kind", "rewrite"),
    [
        ("number", MENDED.replace("12 million", "21 million")),
        ("name", MENDED.replace("John Harper", "Peter Miller")),
    ],
)
def test_a_changed_number_or_name_is_refused_unless_that_is_lifted(
    kind: Literal["number", "name"], rewrite: str, gates: Strictness
) -> None:
    assert check(PASSAGE, rewrite, gates) == Refused(kind)
    assert isinstance(check(PASSAGE, rewrite, gates, lift=[kind]), Passed)


def test_a_changed_negation_is_refused_when_strict_else_flagged_and_free_when_lifted() -> None:
    rewrite = MENDED.replace("was not pleased", "was rather upset")
    assert check(PASSAGE, rewrite, "strict") == Refused("negation")
    for gates in ("normal", "relaxed"):
        verdict = check(PASSAGE, rewrite, gates)
        assert isinstance(verdict, Passed)
        assert "negation" in {flag.kind for flag in verdict.flags}
    lifted = check(PASSAGE, rewrite, "strict", lift=["negation"])
    assert isinstance(lifted, Passed)
    assert not lifted.flags


@pytest.mark.parametrize("gates", LEVELS)
def test_the_opposite_is_refused_unless_negation_is_lifted(gates: Strictness) -> None:
    rewrite = MENDED.replace("was not pleased", "was pleased")
    assert check(PASSAGE, rewrite, gates) == Refused("negation" if gates == "strict" else "opposite")
    assert isinstance(check(PASSAGE, rewrite, gates, lift=["negation"]), Passed)


def test_a_name_is_only_flagged_in_other_languages_where_nouns_may_have_capitals_too() -> None:
    passage = Passage("Am Abend kam Peter nach Hause, und das Haus war leer und kalt.", language="de")
    verdict = check(passage, passage.text.replace("Peter", "Paul"))
    assert isinstance(verdict, Passed)
    assert [flag.kind for flag in verdict.flags] == ["name"]


def test_a_changed_quotation_is_refused_when_strict() -> None:
    passage = Passage("The mayor said: “We will build it again next year.” Nobody answered her.")
    rewrite = "The mayor said: “We will build it again this year.” Nobody answered her."
    assert check(passage, rewrite, "strict") == Refused("quote")
    assert isinstance(check(passage, rewrite, "normal"), Passed)


def test_lost_markup_is_refused_and_never_lifted() -> None:
    text = "Call `open()` before you read the file, and close it when you have finished reading."
    passage = Passage(text, spans=(Span(5, 13, "code"),), format="markdown")
    lost = text.replace("`open()`", "open")
    assert check(passage, lost, "relaxed", lift=get_args(Lift)) == Refused("span")
    assert isinstance(check(passage, text.replace("finished reading", "finished")), Passed)


def test_the_rubrics_length_replaces_the_strictnesss_and_leaves_room_for_what_is_cut() -> None:
    short = "The committee postponed the bridge repairs: the river had flooded two villages."
    assert check(PASSAGE, short) == Refused("length")
    verdict = check(PASSAGE, short, length=(0.35, 0.95), lift=["number", "name"])
    assert isinstance(verdict, Passed)
    assert verdict.faithfulness < 0.6
    assert check(PASSAGE, MENDED, length=(0.3, 0.6)) == Refused("length")


def test_a_short_sentence_may_lose_one_word() -> None:
    assert isinstance(check(Passage("We really must leave."), "We must leave."), Passed)


def test_strict_is_a_copy_edit() -> None:
    rewrite = (
        "Since two villages had been flooded by the river, the committee has decided that the bridge repairs "
        "are to be postponed. John Harper, the mayor, was not pleased about it; in 2019 the work "
        "had cost 12 million."
    )
    assert check(PASSAGE, rewrite, "strict", length=(0.5, 2)) == Refused("changed")
    assert isinstance(check(PASSAGE, rewrite, length=(0.5, 2)), Passed)


def test_slop_counts_only_where_it_is_new() -> None:
    one = MENDED.replace("was not", "was, needless to say, not")
    two = one.replace("had cost", "had, a testament to it, cost")
    assert check(PASSAGE, one, "strict") == Refused("slop")
    assert isinstance(check(PASSAGE, one), Passed)
    assert check(PASSAGE, two) == Refused("slop")
    assert isinstance(check(PASSAGE, two, lift=["slop"]), Passed)
    assert isinstance(check(Passage(two), two.replace("two", "both"), "normal"), Passed)


def test_another_paragraph_is_refused_for_its_meaning_and_only_flagged_when_relaxed() -> None:
    other = (
        "Every summer the two children of the north coast collect shells and smooth stones along the beach. "
        "In 2019, after a mild winter of 12 million snowflakes, the teacher, John Harper, did not join them."
    )
    assert check(PASSAGE, other, length=(0.5, 2)) == Refused("meaning")
    relaxed = check(PASSAGE, other, "relaxed", length=(0.5, 2))
    assert isinstance(relaxed, Passed)
    assert "meaning" in {flag.kind for flag in relaxed.flags}


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(re.findall(r"\S+", TEXT)), max_size=45).map(" ".join), st.sampled_from(LEVELS)
)
def test_whatever_comes_is_passed_or_refused_and_measures_are_shares(rewrite: str, gates: Strictness) -> None:
    verdict = check(PASSAGE, rewrite, gates)
    if isinstance(verdict, Passed):
        assert 0 <= verdict.changed <= 1
        assert 0 <= verdict.faithfulness <= 1


def test_the_types_of_what_is_lifted_and_flagged_say_what_the_records_say() -> None:
    assert get_args(Lift) == tuple(gate.name for gate in GATES if gate.liftable)
    assert set(get_args(FlagKind)) == {gate.flag for gate in GATES if gate.flag}
    assert all(gate.flag in (None, gate.name) for gate in GATES)


def test_whatever_is_flagged_has_a_kind_of_flag() -> None:
    flagging = [gate for gate in GATES if any(rule.outcome == "flagged" for rule in gate.rules.values())]
    assert all(gate.flag for gate in flagging)


def test_relaxed_gates_ease_what_a_rubric_may_lift_and_nothing_that_always_refuses() -> None:
    assert all(gate.eases for gate in GATES if gate.liftable and gate.rules != ALWAYS)
    assert not any(gate.eases for gate in GATES if gate.rules == ALWAYS)
