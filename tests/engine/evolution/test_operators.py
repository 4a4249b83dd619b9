"""Shares of operators are kept in every size of run."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.evolution.operators import CROSS, FRESH, TARGETED, apportion, child_kinds, openings

RUBRIC = Rubric(
    id="test",
    title="Test",
    description="A rubric.",
    goal="be clear",
    criteria=(Criterion(id="clarity", question="Which is clearer?", edit="Make it clearer."),),
    operators=(
        Operator(id="full-rewrite", instruction="Rewrite it.", slots=2),
        Operator(id="copy-edit", instruction="Mend it.", temperature=0.7),
        Operator(id="lack-of-specificity", instruction="Be specific."),
    ),
    styles=("plain", "ornate", "dry"),
)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=9), st.integers(1, 64))
def test_seats_sum_up_and_stay_within_one_of_the_exact_share(shares: list[float], seats: int) -> None:
    given_seats = apportion(dict(enumerate(shares)), seats)
    assert sum(given_seats.values()) == seats
    for key, count in given_seats.items():
        assert abs(count - shares[key] * seats / sum(shares)) < 1 + 1e-9


def test_operators_are_drawn_by_their_slots() -> None:
    drawn = openings(RUBRIC, RUBRIC.operators, 8, Random(1))
    names = [opening.operator.id for opening in drawn]
    assert [names.count(op.id) for op in RUBRIC.operators] == [4, 2, 2]
    assert [opening.again for opening in drawn] == [0, 1, 2, 3, 0, 1, 0, 1]


def test_styles_are_used_evenly() -> None:
    styles = [opening.style for opening in openings(RUBRIC, RUBRIC.operators, 9, Random(1))]
    assert {style: styles.count(style) for style in RUBRIC.styles} == dict.fromkeys(RUBRIC.styles, 3)


@pytest.mark.parametrize(("children", "generations"), [(4, 2), (6, 3), (4, 6), (1, 2)])
def test_child_shares_hold_over_the_whole_run(children: int, generations: int) -> None:
    kinds = [kind for g in range(2, generations + 1) for kind in child_kinds(g, children, generations)]
    total = children * (generations - 1)
    assert len(kinds) == total
    assert all(len(child_kinds(g, children, generations)) == children for g in range(2, generations + 1))
    for kind, share in ((TARGETED, 0.6), (FRESH, 0.25), (CROSS, 0.15)):
        assert abs(kinds.count(kind) - share * total) <= 1
