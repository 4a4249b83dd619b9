"""A run in which one model writes and another compares."""

from math import log

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event, Started
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.errors import PassageError
from aw_engine.evolution.run import evolve
from aw_engine.evolution.team import CountedBackends, gather
from aw_engine.inference.backend import Backends, Choice, Compare, Generation
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging import selftest
from aw_engine.rubrics.load import find
from support.short_run import CODE, with_code

TEXT = "The the match were cancelled by `referee.stop()` at noon, and they recieved there money back."
BRIEF = Brief(with_code(TEXT), find("clarity"), Plan(n=4, generations=2, children=2, keep=2, seed=3))


def write(request: Generation) -> str:
    """Mends, with a word that depends on the seed; the code sometimes goes first."""
    word = ("calmly", "plainly", "briskly", "frankly")[request.sampling.seed % 4]
    if request.sampling.seed % 3:
        return f"The match was {word} cancelled by {CODE} at noon, and they received their money back."
    return f"By {CODE} the match was {word} cancelled at noon, and they received all their money back."


def undecided(choice: Choice) -> tuple[float, ...]:
    """Every answer is as likely as the others."""
    return tuple(log(1 / len(choice.answers)) for _ in choice.answers)


def shortest(choice: Choice) -> float:
    """Right about the self-test, and then fond of short texts."""
    prompt = choice.prompt
    assert isinstance(prompt, Compare)
    better = {pair.better for pair in selftest.load_pairs()}
    if prompt.first in better or prompt.second in better:
        return 2.0 if prompt.first in better else -2.0
    return 0.1 * (len(prompt.second) - len(prompt.first))


async def test_a_separate_judge_compares_in_its_own_form_and_by_its_own_criteria(
    backend: WorkerBackend,
) -> None:
    writer = ScriptedBackend(write=write, judge=undecided, score=lambda scoring: -float(len(scoring.text)))
    events: list[Event] = []
    result = await evolve(BRIEF, Backends(writer, backend), events.append, anyio.CancelScope(), "job")
    assert result.status == "done"
    assert not writer.chosen, "it only writes"
    judging = await backend.info()
    assert result.model.ref == "scripted"
    assert result.judge is not None
    assert result.judge.digest == judging.digest
    started = next(event for event in events if isinstance(event, Started))
    assert started.judge == result.judge
    assert {delta.id for entry in result.candidates for delta in entry.criteria} <= {"fluency", "economy"}
    assert result.original_rank > 1, "the real model sees that the errors are gone"
    assert all(CODE in entry.text for entry in result.candidates)
    assert result.usage.judge > 0
    assert "judge.threads" in result.settings


async def test_the_built_in_model_may_write_for_a_judge_that_reads_verbatim(backend: WorkerBackend) -> None:
    judge = ScriptedBackend(judge=shortest)
    result = await evolve(BRIEF, Backends(backend, judge), lambda event: None, anyio.CancelScope(), "job")
    assert result.status == "done"
    shown = [each.prompt for each in judge.chosen if isinstance(each.prompt, Compare)]
    known = {text for pair in selftest.load_pairs() for text in (pair.better, pair.worse)}
    shown = [prompt for prompt in shown if prompt.first not in known]
    assert shown
    assert all(CODE in prompt.first and CODE in prompt.second and not prompt.marks for prompt in shown)
    assert result.candidates[0].id != ORIGINAL


async def test_the_result_names_no_judge_where_the_writer_compares(backend: WorkerBackend) -> None:
    result = await evolve(BRIEF, Backends(backend), lambda event: None, anyio.CancelScope(), "job")
    assert result.judge is None


async def test_a_pair_must_fit_the_judge_too(backend: WorkerBackend) -> None:
    long = Passage(
        text="Nothing happened on that long day. " * 260
    )  # 1,560 words, 4,096 tokens in a scripted model
    with pytest.raises(PassageError, match="limit is about"):
        await gather(
            replace(BRIEF, passage=long),
            CountedBackends(Backends(backend, ScriptedBackend(judge=shortest))),
            lambda event: None,
        )
