"""A made-up run: three generations, a judge that answers in words and has a taste for what it reads first."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate, Flag, Lineage
from aw_engine.domain.comparison import Comparison, Readout
from aw_engine.domain.events import (
    Compared,
    Drafted,
    Event,
    Finished,
    GenerationClosed,
    Leaderboard,
    Rejected,
    Started,
)
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import (
    CriterionDelta,
    EvolveResult,
    GenerationMeters,
    ModelRef,
    Ranked,
    Rating,
    RejectedCount,
    Usage,
)
from aw_engine.journal.record import Record, UserAction, record
from aw_engine.judging.verdict import assessed
from aw_engine.rubrics import load

TEXT = (
    "In order to find out why the heating failed, we had to read through all of the reports that had been "
    "written by the engineers over the course of the winter, and it was found that nobody had looked at the "
    "valve."
)
_SWAPS = (
    ("In order to find out", "To find out"),
    ("we had to read through all of the reports", "we read every report"),
    ("that had been written by the engineers", "the engineers had written"),
    ("over the course of the winter", "that winter"),
    ("and it was found that nobody", "and found that nobody"),
    ("had looked at the valve", "had checked the valve"),
    ("why the heating failed", "what had stopped the heating"),
)
MODEL = ModelRef(ref="/home/somebody/models/Writer-4B.Q4_K_M.gguf", digest="ab" * 32)
JUDGE = ModelRef(ref="builtin", digest="cd" * 32)
ACTIONS = (UserAction("pinned", "c3", 1_780_000_030.0), UserAction("rejected", "c2", 1_780_000_031.0))
MakeRun = Callable[..., Record]


@pytest.fixture
def made_up() -> MakeRun:
    return make_run


def make_run(seed: int = 3, text: str = TEXT, first: int = 8, children: int = 4, **changes: object) -> Record:
    """A record; `changes` go to `record` (`uri`, `user_actions`, …)."""
    events = list(_events(Random(seed), text, first, children))
    timed = [(0.4 * at, event) for at, event in enumerate(events)]
    plan = Plan(n=first, generations=3, children=children, seed=seed)
    given = {
        "user_actions": ACTIONS,
        "began": 1_780_000_000.0,
        "uri": "file:///home/somebody/heating%20report.md",
        **changes,
    }
    return record("3f2a9c1b", Brief(Passage(text), load.find(load.DEFAULT, None), plan), timed, **given)  # type: ignore[arg-type]


def _events(rng: Random, text: str, first: int, children: int) -> Iterator[Event]:
    truth = {ORIGINAL: 0.0}
    born: list[Candidate] = []
    comparisons: list[Comparison] = []
    meters: list[GenerationMeters] = []
    yield Started("3f2a9c1b", MODEL, 3, 3 * first + 6, judge=JUDGE)
    for generation in (1, 2, 3):
        for slot in range(first if generation == 1 else children):
            parents: tuple[str, ...] = ()
            if generation > 1:
                elders = [c.id for c in born if c.lineage.generation < generation]
                best = sorted(elders, key=lambda key: -truth[key])[:4]
                parents = tuple(rng.sample(best, 2 if slot % 4 == 3 else 1))
            candidate = _candidate(rng, text, f"c{len(born) + 1}", parents, generation)
            truth[candidate.id] = rng.gauss(max((truth[p] for p in parents), default=-0.2), 0.7)
            born.append(candidate)
            yield Drafted(candidate)
            if rng.random() < 0.4:
                yield Rejected(rng.choice(["duplicate", "number", "span", "length"]), "fresh", generation)
        for _ in range(4):
            for _ in range(4):
                pair = rng.sample([ORIGINAL, *(c.id for c in born)], 2)
                comparison = _comparison(rng, pair[0], pair[1], truth)
                comparisons.append(comparison)
                yield Compared(comparison, len(comparisons))
            board = _ranking(rng, text, born, truth, len(comparisons))
            yield Leaderboard(generation, len(comparisons), 3 * first + 6, 4.0, board)
        best_mean = max(each.rating.mean for each in board)
        spread = GenerationMeters(best_mean, 0.8 - 0.2 * generation, 1 - 0.06 * generation, generation - 2.0)
        meters.append(spread)
        yield GenerationClosed(generation, spread)
    final = _ranking(rng, text, born, truth, len(comparisons))
    yield Finished(
        EvolveResult(
            status="done",
            job_id="3f2a9c1b",
            original=text,
            original_rank=next(each.rank for each in final if each.id == ORIGINAL),
            candidates=final,
            rejected=(RejectedCount("duplicate", 2),),
            notices=("2 rewrites were rejected: 2 changed a number.",),
            generations=3,
            calls=len(comparisons),
            seconds=41.5,
            seed=3,
            model=MODEL,
            usage=Usage(22, 96, 20_311, 3_104),
            per_generation=tuple(meters),
            settings={"threads": 2, "contextLength": 4096, "llama": "0.3.36"},
            judge=JUDGE,
        )
    )


def _candidate(rng: Random, text: str, name: str, parents: tuple[str, ...], generation: int) -> Candidate:
    for old, new in rng.sample(_SWAPS, 1 + rng.randrange(5)):
        text = text.replace(old, new)
    flags = (Flag("number", "12 %", "21 %"),) if rng.random() < 0.1 else ()
    operator = "fresh" if generation == 1 else "crossover" if len(parents) == 2 else "targeted:concise"
    return Candidate(name, text, Lineage(operator, parents, generation), len(text.split()), 0.2, flags=flags)


def _comparison(rng: Random, first: str, second: str, truth: dict[str, float]) -> Comparison:
    gap = truth[first] - truth[second] + 0.5
    readouts = tuple(
        Readout(name, max(-4.0, min(4.0, rng.gauss(gap, 1.2))), rng.uniform(0.4, 1.0))
        for name in ("clear", "concise", "voice")
    )
    return Comparison(first, second, sum(each.logit for each in readouts) / 3, 0.4, 0.1, readouts)


def _ranking(
    rng: Random, text: str, born: list[Candidate], truth: dict[str, float], calls: int
) -> tuple[Ranked, ...]:
    sd = 1.6 / (1 + calls / 12)
    means = {c.id: truth[c.id] + rng.gauss(0, sd / 3) for c in born} | {ORIGINAL: 0.0}
    by_id = {c.id: c for c in born}
    ranked = []
    for rank, key in enumerate(sorted(means, key=lambda key: -means[key]), start=1):
        each = by_id.get(key)
        mean = means[key]
        entry = Ranked(
            id=key,
            rank=rank,
            text=text if each is None else each.text,
            title=f"{rank} · {key}",
            wins=0.5 if each is None else max(0.01, min(0.99, 0.5 + mean / 3)),
            rating=Rating(mean, 0.0 if each is None else sd),
            provisional=False,
            words=len(text.split()) if each is None else each.words,
            words_delta=0 if each is None else each.words - len(text.split()),
            preferred=rank == 1,
            niche="medium",
            flags=() if each is None else each.flags,
            criteria=()
            if each is None
            else (
                CriterionDelta("clear", "Clear", mean + 0.4, 0.5),
                CriterionDelta("concise", "Concise", mean - 0.6, 0.3),
                CriterionDelta("voice", "Keeps the voice", -mean, 0.0),
            ),
            lineage=Lineage(ORIGINAL, (), 0) if each is None else each.lineage,
        )
        ranked.append(assessed(entry, trusted=True))
    return tuple(ranked)
