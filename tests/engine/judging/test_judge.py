from math import inf, log, nan
from typing import Literal

import pytest

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.errors import BackendError, ModelUnsupported
from aw_engine.inference.backend import Capabilities, Compare
from aw_engine.judging.judge import Entry, judge, questions
from support.known_judge import KnownJudge

FREE = Capabilities(instructions=True, copy_edit=False)
FIXED = Capabilities(
    instructions=False, copy_edit=True, criteria=("fluency", "economy"), masks=True, judging="likelihood"
)
ENTRIES = {
    ORIGINAL: Entry(text="The writer's own words here.", words=5),
    "a": Entry(text="Better words.", words=2),
    "b": Entry(text="Other words that are longer than before.", words=7),
}


def criterion(
    key: str,
    weight: float = 1.0,
    basis: Literal["fluency", "economy"] = "fluency",
    *,
    reference: bool = False,
) -> Criterion:
    return Criterion(
        id=key,
        question=f"Which has more {key} for {{goal}}?",
        edit="Edit.",
        weight=weight,
        basis=basis,
        reference=reference,
    )


def rubric(*criteria: Criterion) -> Rubric:
    return Rubric(
        id="test",
        title="Test",
        description="For tests.",
        goal="plain prose",
        criteria=criteria,
        operators=(Operator(id="rewrite", instruction="Rewrite."),),
    )


def test_free_criteria_are_asked_as_they_stand_with_weights_that_sum_to_one() -> None:
    asked = questions(rubric(criterion("clarity", 3.0), criterion("wit")), FREE)
    assert [(q.criterion, q.weight) for q in asked] == [("clarity", 0.75), ("wit", 0.25)]
    assert asked[0].question == "Which has more clarity for plain prose?"


def test_criteria_that_share_a_basis_become_one_question() -> None:
    mixed = rubric(criterion("clarity"), criterion("brevity", 1.0, "economy"), criterion("wit", 2.0))
    asked = questions(mixed, FIXED)
    assert [(q.criterion, q.weight) for q in asked] == [("fluency", 0.75), ("economy", 0.25)]
    only = Capabilities(instructions=False, copy_edit=True, criteria=("economy",), judging="likelihood")
    assert [(q.criterion, q.weight) for q in questions(mixed, only)] == [("economy", 1.0)]


def test_a_model_that_knows_none_of_the_criteria_is_refused() -> None:
    none = Capabilities(instructions=False, copy_edit=True, criteria=("rhyme",), judging="likelihood")
    with pytest.raises(ModelUnsupported):
        questions(rubric(criterion("clarity")), none)


async def test_logits_are_clipped_tempered_and_weighted() -> None:
    odds = {"clarity": 9.0, "wit": -1.0}
    backend = KnownJudge(lambda prompt: odds[prompt.criterion], mass=0.9)
    asked = rubric(criterion("clarity", 3.0), criterion("wit"))
    (comparison,) = await judge(backend, asked, FREE, [("a", "b")], ENTRIES, temperature=2.0)
    assert (comparison.first, comparison.second) == ("a", "b")
    assert [(r.criterion, r.mass) for r in comparison.readouts] == [("clarity", 0.9), ("wit", 0.9)]
    assert [r.logit for r in comparison.readouts] == pytest.approx([4.0, -0.5])
    assert comparison.logit == pytest.approx(0.75 * 4.0 - 0.25 * 0.5)
    assert comparison.spread == pytest.approx(0.75 * 0.25 * 4.5**2)
    assert comparison.length == pytest.approx(log(2 / 7))


async def test_pairs_are_answered_in_order_and_asked_criterion_by_criterion() -> None:
    seen: list[Compare] = []

    def odds(prompt: Compare) -> float:
        seen.append(prompt)
        return float(len(prompt.first) - len(prompt.second)) / 100

    pairs = [("a", "b"), ("b", "a"), (ORIGINAL, "a")]
    own = rubric(criterion("clarity"), criterion("voice", reference=True))
    found = await judge(KnownJudge(odds), own, FREE, pairs, ENTRIES)
    assert [(c.first, c.second) for c in found] == pairs
    assert found[0].logit == pytest.approx(-found[1].logit)
    assert [(p.first, p.criterion) for p in seen[:2]] == [
        ("Better words.", "clarity"),
        ("Better words.", "voice"),
    ]
    assert [p.original for p in seen[:2]] == [None, ENTRIES[ORIGINAL].text]
    assert await judge(KnownJudge(odds), own, FREE, [], ENTRIES) == []


@pytest.mark.parametrize("bad", [nan, inf, -inf])
async def test_there_is_no_default_winner(bad: float) -> None:
    with pytest.raises(BackendError):
        await judge(KnownJudge(lambda _: bad), rubric(criterion("clarity")), FREE, [("a", "b")], ENTRIES)
