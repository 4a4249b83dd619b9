"""Which passages a judge can compare rewrites of."""

import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import PassageError
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.referee import refuse_unjudgeable
from aw_engine.rubrics.load import find


async def judged(words: int, rubric: Rubric) -> None:
    backend = ScriptedBackend()
    await refuse_unjudgeable(Brief(Passage(text="word " * words), rubric), await backend.info(), backend)


async def test_both_orders_of_a_pair_must_fit_the_judge() -> None:
    await judged(1300, find("clarity"))
    with pytest.raises(PassageError, match="1,500 words; the limit is about"):
        await judged(1500, find("clarity"))


async def test_a_criterion_that_shows_the_original_needs_room_for_it() -> None:
    rubric = find("clarity")
    shown = replace(rubric, criteria=tuple(replace(each, reference=True) for each in rubric.criteria))
    await judged(1000, rubric)
    with pytest.raises(PassageError):
        await judged(1000, shown)
