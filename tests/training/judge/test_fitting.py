"""Heads fitted on states that are made up, so that what is to be found is known."""

import numpy as np

from aw_training.judge import calibration, fitting, human_edits, neutral
from aw_training.judge.fitting import Read
from aw_training.judge.pairs import Pair

WIDTH = 6


def reads(
    count: int, direction: int, *, kind: str = human_edits.KIND, better: str = "Short it is."
) -> list[Read]:
    """Pairs whose better text has more of state `direction`, others at random."""
    rng = np.random.default_rng(direction)
    found = []
    for _ in range(count):
        states = rng.normal(size=(2, WIDTH)).astype(np.float32)
        states[0, direction] = states[1, direction] + abs(rng.normal())
        found.append(Read(Pair(kind, ("clear",), better, "Long it is."), states, (40, 40)))
    return found


def test_the_direction_that_makes_texts_better_is_found() -> None:
    weights = fitting.fit(reads(400, 2), "clear")
    assert weights.argmax() == 2
    assert weights[2] > 4 * np.abs(np.delete(weights, 2)).max()


def test_worsened_prose_counts_less_than_human_edits_however_much_there_is() -> None:
    few, many = reads(200, 1), reads(4000, 4, kind="errors")
    weights = fitting.fit(few + many, "clear")
    assert weights[1] > weights[4] > 0


def test_what_a_marker_explains_is_left_to_it() -> None:
    """Where every better text has the quotation marks, a state that goes with them is hardly needed."""
    quoted = 'So "it" is, "they" said.'
    plain = fitting.fit(reads(400, 3), "clear")[3]
    marked = fitting.fit(reads(400, 3, better=quoted), "clear")[3]
    assert 0 < marked < plain / 2


def test_what_makes_no_text_better_is_given_less_weight() -> None:
    found = reads(400, 2)
    silent = [
        Read(
            Pair(neutral.KIND, ("clear",), "a b", 'a "b"'),
            np.diag([0, 0, 0, 1, 0, 0])[2:4].astype(np.float32),
            (40, 40),
        )
        for _ in range(40)
    ]
    lured = [each._replace(states=each.states + np.array([[0, 0, 0, 1, 0, 0], [0] * 6])) for each in found]
    assert 0 < fitting.fit(lured + silent, "clear")[3] < 0.9 * fitting.fit(lured, "clear")[3]


def test_other_qualities_pairs_are_not_fitted_on() -> None:
    of_craft = [
        Read(Pair("craft: rewritten", ("craft",), "a b", "b a"), each.states, each.tokens)
        for each in reads(200, 5)
    ]
    assert fitting.fit(reads(400, 2) + of_craft, "clear").argmax() == 2
    assert fitting.fit(reads(400, 2) + of_craft, "craft").argmax() == 5


def test_log_odds_of_a_kind_are_what_the_engine_would_say() -> None:
    weights = np.eye(WIDTH, dtype=np.float32)[0]
    states = np.array([[2.0] + [0.0] * 5, [1.0] + [0.0] * 5], dtype=np.float32)
    read = [Read(Pair("a", ("clear",), "x", "y"), states, (64, 64))]
    assert calibration.by_kind(read, "clear", weights, 0.0) == {"a": [8 * fitting.EVIDENCE]}
    assert calibration.by_kind(read, "craft", weights, 0.0) == {}
    assert calibration.right([1.0, 0.0, -2.0, 3.0]) == 0.625
