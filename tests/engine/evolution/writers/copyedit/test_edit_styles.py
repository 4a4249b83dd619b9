"""Styles for the slots of a generation."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aw_engine.evolution.writers.copyedit.edit_styles import EDIT_STYLES, deal
from aw_engine.text.edits import GROUPS, KINDS, Group

Groups = st.lists(st.sampled_from(GROUPS), max_size=4).map(tuple)


def test_styles_lean_to_kinds_that_there_are_and_never_to_mending() -> None:
    kinds = {kind for edit_style in EDIT_STYLES.values() for kind in edit_style.leaning}
    assert kinds <= KINDS.keys()
    assert all(KINDS[kind].group != "mend" for kind in kinds)


def test_slots_that_may_do_anything_all_have_a_style_of_their_own() -> None:
    dealt = deal([GROUPS] * len(EDIT_STYLES), Random(1))
    assert sorted(map(str, dealt)) == sorted(map(str, EDIT_STYLES.values()))
    assert deal([GROUPS] * 5, Random(2)) != deal([GROUPS] * 5, Random(3))


@given(st.lists(Groups, max_size=20), st.integers(0, 9))
def test_a_style_means_something_to_its_slot_where_one_can(slots: list[tuple[Group, ...]], seed: int) -> None:
    dealt = deal(slots, Random(seed))
    assert len(dealt) == len(slots)
    assert dealt == deal(slots, Random(seed))
    for groups, edit_style in zip(slots, dealt, strict=True):
        if set(groups) - {"mend"}:
            assert any(KINDS[kind].group in groups for kind in edit_style.leaning)
