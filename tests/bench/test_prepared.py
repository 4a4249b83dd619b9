"""What is said in a stand-in's place: a model of random weights never has a rewrite ranked."""

from collections.abc import Callable
from types import ModuleType

import anyio
import pytest

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Leaderboard, Noticed
from aw_engine.domain.plan import Plan
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends, Critique
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find


@pytest.fixture(scope="module")
def prepared(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("prepared")


async def test_a_model_that_says_nothing_of_use_still_has_a_whole_run(prepared: ModuleType) -> None:
    babble = ScriptedBackend(
        write=lambda asked: "zzz", judge=lambda asked: (-1.0,) * len(asked.answers), score=lambda asked: -1.0
    )
    events: list[Event] = []
    result = await evolve(
        Brief(prepared.PASSAGE, find("clarity"), Plan(generations=2, seed=3)),
        Backends(prepared.Prepared(babble, 128)),
        events.append,
        anyio.CancelScope(),
        "bench",
    )
    assert len(result.candidates) == 1 + 8 + 4
    assert result.generations == 2
    assert any(isinstance(event, Leaderboard) for event in events)
    assert not [event for event in events if isinstance(event, Noticed) and "judgement" in event.text]
    rewrites = [asked for asked in babble.generated if not isinstance(asked.prompt, Critique)]
    assert {asked.sampling.max_tokens for asked in rewrites} == {128}
