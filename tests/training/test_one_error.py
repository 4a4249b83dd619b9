"""The errors by which the copy-editor is calibrated and the judge is trained and measured."""

from random import Random

from aw_training import one_error

SENTENCES = (
    "There is an apple on the table, and the two children who live here were asked not to eat it.",
    "However, she doesn’t think that their plan, which cost a lot, has been received very well.",
    "We can’t separate the files; the government said on Tuesday that it was too late for us.",
    "If you don't read the instructions, you may lose your work, because the machine never waits.",
    "He and I have gone to the office every morning, and nobody has ever thanked us for all of it.",
    "In March, it takes fewer than three weeks to build a bigger house than the one they bought.",
    "She is responsible for the whole project, but I suggest that he do it himself and think about it.",
    "They do a lot of work in spite of the heat, and their advice is better than any information.",
    "Although it rained, the dog's owner ran quickly, caught the bus and thanked the driver politely.",
    "We had much less time than last year; the rest of the team was too busy writing letters to us.",
    "When it comes to implementing the plan, an hour is too short and any month would do.",
    "It is possible to understand the document, and the committee should be willing to accept it.",
)


def test_there_are_more_than_forty_kinds_and_each_spoils_some_sentence() -> None:
    kinds = one_error.damage_kinds()
    assert len(set(kinds)) == len(kinds) > 40
    for kind in kinds:
        assert any(one_error.damage(text, Random(1), (kind,)) for text in SENTENCES), kind


def test_an_error_is_one_place_that_differs() -> None:
    for kind in one_error.damage_kinds():
        for text in SENTENCES:
            made = one_error.damage(text, Random(2), (kind,))
            if made is None:
                continue
            assert made[0] == kind
            assert made[1] != text
            assert _alike(text, made[1]) >= len(text) - 40, (kind, made[1])


def _alike(one: str, other: str) -> int:
    """Length of the beginning and the end that both share."""
    shortest = min(len(one), len(other))
    start = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    end = next((at for at in range(shortest - start) if one[-1 - at] != other[-1 - at]), shortest - start)
    return start + end


def test_the_same_seed_makes_the_same_error() -> None:
    for seed in range(20):
        assert one_error.damage(SENTENCES[0], Random(seed)) == one_error.damage(SENTENCES[0], Random(seed))
    assert len({one_error.damage(SENTENCES[0], Random(seed)) for seed in range(20)}) > 10


def test_the_kinds_kept_apart_are_in_no_other_list() -> None:
    assert len(one_error.KINDS_OUTSIDE) == 8
    others = (*one_error._BY_EDIT, *one_error._BACKWARDS, *one_error.TYPING, *one_error.OTHERS)
    assert not set(one_error.KINDS_OUTSIDE) & set(others)


def test_protected_spans_are_never_spoilt() -> None:
    text = "You call ⟦1⟧ once, and then the result of ⟦2⟧ is written to the file."
    for kind in one_error.damage_kinds():
        made = one_error.damage(text, Random(3), (kind,))
        if made is not None:
            assert made[1].count("⟦1⟧") == made[1].count("⟦2⟧") == 1, kind
