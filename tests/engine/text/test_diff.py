import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.text.diff import SentenceDiff, apply, compare

SENTENCES = st.lists(
    st.sampled_from(
        [
            "It rained. ",
            "It rained all day. ",
            "Nobody came! ",
            "Why?\n",
            "“So be it,” he said. ",
            "Café\u2028é 🙂 ",
            "x",
        ]
    ),
    max_size=6,
).map("".join)


@given(SENTENCES | st.text(max_size=40), SENTENCES | st.text(max_size=40))
def test_applying_all_parts_gives_the_rewrite_and_none_the_original(original: str, rewrite: str) -> None:
    parts = compare(original, rewrite)
    assert apply(original, parts) == rewrite
    assert apply(original, parts, ()) == original


@given(SENTENCES, SENTENCES)
def test_runs_and_ranges_agree_with_the_texts(original: str, rewrite: str) -> None:
    for part in compare(original, rewrite):
        assert original[part.start : part.end] == part.before
        assert "".join(run.text for run in part.words if run.kind != "added") == part.before
        assert "".join(run.text for run in part.words if run.kind != "removed") == part.after


def test_a_sentence_that_stayed_is_one_part_and_a_changed_word_one_run() -> None:
    parts = compare("It rained. The cat sat there.", "It rained. The dog sat there.")
    assert [part.kind for part in parts] == ["same", "changed"]
    assert [(run.kind, run.text) for run in parts[1].words if run.kind != "same"] == [
        ("removed", "cat"),
        ("added", "dog"),
    ]


def test_a_split_sentence_is_one_part() -> None:
    original = "We met on Monday and we agreed on the plan. Then lunch came."
    rewrite = "We met on Monday. We agreed on the plan. Then lunch came."
    parts = compare(original, rewrite)
    assert [part.kind for part in parts] == ["changed", "same"]


def test_a_new_last_sentence_taken_alone_keeps_its_space() -> None:
    parts = compare("It rained all day.", "It rained all night. Nobody came.")
    added = [part.index for part in parts if part.kind == "added"]
    assert apply("It rained all day.", parts, added) == "It rained all day. Nobody came."


def test_a_removed_last_sentence_leaves_no_space_behind() -> None:
    original = "It rained all day. Nobody came."
    assert apply(original, compare(original, "It rained all day.")) == "It rained all day."


def test_parts_of_another_text_are_refused() -> None:
    with pytest.raises(ValueError, match="another text"):
        apply("Another.", compare("One.", "Two."))


def test_two_empty_texts_have_no_parts() -> None:
    assert compare("", "") == ()
    assert compare("", "New.")[0] == SentenceDiff(0, "added", 0, 0, "", "New.", compare("", "New.")[0].words)
