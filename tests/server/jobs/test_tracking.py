"""The place of a passage while its document changes."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from aw_server.jobs.tracking import TrackedRange, follow

PASSAGE = "The quick fox 🦊 ran.\r\nIt did not stop."
BEFORE, AFTER = "One line above.\n\n", "\n\nOne line below.\n"


def place_in(text: str) -> TrackedRange:
    start = text.index(PASSAGE)
    return TrackedRange(start, start + len(PASSAGE))


def test_an_edit_above_shifts_the_place_and_one_below_leaves_it() -> None:
    old = BEFORE + PASSAGE + AFTER
    above = "More.\n" + old
    assert follow(place_in(old), PASSAGE, old, above) == place_in(above)
    below = old + "More.\n"
    assert follow(place_in(old), PASSAGE, old, below) == place_in(old)


def test_text_typed_right_at_its_ends_is_not_the_passage() -> None:
    old = BEFORE + PASSAGE + AFTER
    for new in (BEFORE + "And: " + PASSAGE + AFTER, BEFORE + PASSAGE + " More." + AFTER):
        assert follow(place_in(old), PASSAGE, old, new) == place_in(new)


def test_an_edit_inside_loses_the_place_and_undo_finds_it_again() -> None:
    old = BEFORE + PASSAGE + AFTER
    new = old.replace("quick", "quick brown")
    lost = follow(place_in(old), PASSAGE, old, new)
    assert not lost.found
    assert new[lost.start : lost.end] == PASSAGE.replace("quick", "quick brown")
    assert follow(lost, PASSAGE, new, old) == place_in(old)


def test_a_deleted_passage_is_lost_even_if_its_double_stands_elsewhere() -> None:
    old = PASSAGE + AFTER + PASSAGE
    lost = follow(TrackedRange(0, len(PASSAGE)), PASSAGE, old, AFTER + PASSAGE)
    assert not lost.found
    assert follow(lost, PASSAGE, AFTER + PASSAGE, old) == TrackedRange(0, len(PASSAGE))


def test_two_edits_at_once_on_both_sides_leave_it_found() -> None:
    old = BEFORE + PASSAGE + AFTER
    new = "# Title\n" + old + "\nThe end.\n"
    assert follow(place_in(old), PASSAGE, old, new) == place_in(new)


def test_of_doubles_the_one_with_the_same_neighbours_is_taken() -> None:
    old = "a\n" + PASSAGE + "\nb\n" + PASSAGE + "\nc\n"
    second = old.rindex(PASSAGE)
    new = "A\n" + PASSAGE + "\nb\n" + PASSAGE + "\nc\nD\n"
    place = follow(TrackedRange(second, second + len(PASSAGE)), PASSAGE, old, new)
    assert place == TrackedRange(second, second + len(PASSAGE))


def test_of_doubles_with_other_neighbours_none_is_taken() -> None:
    old = "a\n" + PASSAGE + "\nb\n" + PASSAGE + "\nc\n"
    new = "x\n" + PASSAGE + "\ny\n" + PASSAGE + "\nz\n"
    assert not follow(TrackedRange(2, 2 + len(PASSAGE)), PASSAGE, old, new).found


def test_a_passage_cut_and_pasted_is_found_where_it_was_pasted() -> None:
    old = BEFORE + PASSAGE + AFTER
    without = BEFORE + AFTER
    pasted = without + PASSAGE
    lost = follow(place_in(old), PASSAGE, old, without)
    assert follow(lost, PASSAGE, without, pasted) == place_in(pasted)


@dataclass(frozen=True)
class Edit:
    """Replaces a part of the document, given by shares of its length, with a text."""

    at: float
    size: int
    text: str


_TEXTS = ["", *"a語\u2028ר", "e\u0301", "👩‍👩‍👧", "\r\n", "\n\n", "fox", "The quick", PASSAGE, PASSAGE[3:]]
_PIECES = st.sampled_from(_TEXTS)
_EDITS = st.builds(
    Edit,
    st.floats(0, 1),
    st.sampled_from([0, 0, 1, 2, 7, len(PASSAGE), 200]),
    st.lists(_PIECES, max_size=3).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(_PIECES, max_size=4).map("".join),
    st.lists(_PIECES, max_size=4).map("".join),
    st.lists(st.lists(_EDITS, min_size=1, max_size=2), min_size=1, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_whatever_is_edited_the_place_holds_the_original_or_is_lost(
    before: str, after: str, steps: list[list[Edit]], undone: list[bool]
) -> None:
    text = before + PASSAGE + after
    place = TrackedRange(len(before), len(before) + len(PASSAGE))
    history: list[str] = []
    doubled = text.count(PASSAGE) > 1
    for edits, undo in zip(steps, undone, strict=False):
        new = text
        if undo and history:
            new = history.pop()
        else:
            history.append(text)
            for edit in edits:
                at = int(edit.at * len(new))
                new = new[:at] + edit.text + new[at + edit.size :]
        place = follow(place, PASSAGE, text, new)
        text = new
        assert 0 <= place.start <= place.end <= len(new)
        if place.found:
            assert new[place.start : place.end] == PASSAGE
        # A double beside the passage cannot be told from it, by its text, ever after.
        doubled = doubled or new.count(PASSAGE) > 1
        if not doubled:
            assert place.found == (PASSAGE in new)
            assert not place.found or place == place_in(new)
