"""A writer's own mixture of rewrites, gated and rated for real."""

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import Ranked
from aw_engine.evolution.appraise import appraise, joined
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.gates import Refused
from aw_engine.rubrics.load import find
from support.short_run import CODE, with_code

TEXT = (
    "The the match were cancelled by `referee.stop()` at noon. In order to be fair, they recieved there "
    "money back, and nobody complained about it."
)
MENDED = (
    "The match was cancelled by `referee.stop()` at noon. To be fair, they received their money back, and "
    "nobody complained about it."
)
HALF = MENDED.partition(". ")[0] + ". " + TEXT.partition(". ")[2]
BRIEF = Brief(with_code(TEXT), find("clarity"), Plan(n=4, generations=1, keep=2, seed=3))


async def rated(backend: WorkerBackend, text: str) -> Ranked | Refused:
    return await appraise(text, "m1", ("c1", "c2"), BRIEF, Backends(backend))


async def test_a_mixture_is_rated_against_the_original(backend: WorkerBackend) -> None:
    mix, half = await rated(backend, MENDED), await rated(backend, HALF)
    assert isinstance(mix, Ranked)
    assert isinstance(half, Ranked)
    assert (mix.id, mix.text) == ("m1", MENDED)
    assert (mix.lineage.operator, mix.lineage.parents) == ("mix", ("c1", "c2"))
    assert mix.rating.mean > half.rating.mean > 0
    assert mix.wins > 0.5
    assert mix.criteria
    assert not mix.provisional
    assert await rated(backend, MENDED) == mix


async def test_a_mixture_that_fails_a_gate_says_which(backend: WorkerBackend) -> None:
    assert await rated(backend, MENDED.replace(CODE, "the referee")) == Refused("span")
    assert await rated(backend, TEXT) == Refused("same")
    assert await rated(backend, "") == Refused("span")
    assert await rated(backend, f"{CODE} stopped it.") == Refused("length")


async def test_a_mixture_takes_its_place_in_a_result(backend: WorkerBackend) -> None:
    scope = anyio.CancelScope()
    result = await evolve(BRIEF, Backends(backend), lambda event: None, scope, "job")
    half = await rated(backend, HALF)
    assert isinstance(half, Ranked)
    both = joined(result, half)
    assert len(both.candidates) == len(result.candidates) + 1
    assert [entry.rank for entry in both.candidates] == list(range(1, len(both.candidates) + 1))
    assert all(entry.title.startswith(f"{entry.rank} · ") for entry in both.candidates)
    assert both.candidates[both.original_rank - 1].id == ORIGINAL
    unflagged = [entry.rating.mean for entry in both.candidates if not entry.flags]
    assert unflagged == sorted(unflagged, reverse=True)
    assert sum(entry.preferred for entry in both.candidates) <= 1
    assert joined(both, half) == both
