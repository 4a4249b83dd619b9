import math

import pytest

from aw_engine.errors import BackendError
from aw_engine.inference.backend import Choice, Compare, Generation, Rewrite, Sampling, Scoring
from aw_engine.inference.scripted import ScriptedBackend

REQUEST = Generation(Rewrite("a b", "Shorten.", "goal", "all"), Sampling(seed=1, max_tokens=4))
CHOICE = Choice(Compare("a", "b", "fluency", "", "", ""), ("A", "B"))


async def test_texts_come_in_turn_until_the_script_ends() -> None:
    backend = ScriptedBackend(write=["one two", "three"])
    assert [c.text async for c in backend.generate([REQUEST, REQUEST])] == ["one two", "three"]
    with pytest.raises(BackendError):
        [c async for c in backend.generate([REQUEST])]


@pytest.mark.parametrize("odds", [-800.0, -2.0, 0.0, 2.0, 800.0])
async def test_log_odds_become_a_distribution(odds: float) -> None:
    (scores,) = await ScriptedBackend(judge=lambda _: odds).choose([CHOICE])
    assert scores.logprobs[0] - scores.logprobs[1] == pytest.approx(odds)
    assert sum(map(math.exp, scores.logprobs)) == pytest.approx(1)


async def test_what_was_asked_is_kept() -> None:
    backend = ScriptedBackend(score=lambda scoring: -float(len(scoring.text)))
    assert [s.logprob for s in await backend.score([Scoring("abc"), Scoring("a")])] == [-3, -1]
    assert [scoring.text for scoring in backend.scored] == ["abc", "a"]
