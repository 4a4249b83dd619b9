"""The phases of a run, observed: what writing, comparing and a whole run take of clock and processor."""

import time
from pathlib import Path
from random import Random
from typing import NamedTuple

import anyio
import psutil
from msgspec.structs import replace

import observed
from aw_engine.domain.brief import Brief
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.events import Event, Leaderboard
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL
from aw_engine.evolution.run import evolve
from aw_engine.evolution.usage import Counted
from aw_engine.inference.backend import Backend, Backends, Generation, Rewrite, Sampling
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.profile import UNMEASURED
from aw_engine.judging.tournament import open_tournament
from aw_engine.rubrics import load
from machine import processor_seconds
from native import Pace, added, scaled
from prepared import PASSAGE, rewrite

PAIRS = 12


class Subject(NamedTuple):
    """A worker under observation, and where its notes are."""

    path: Path
    worker: WorkerBackend
    notes: Path

    def spent(self) -> Pace:
        """What the clock shows, and what worker and engine have used of the processor."""
        worker = self.worker.worker_pid
        used = processor_seconds(worker) if worker is not None else 0.0
        return Pace(time.perf_counter(), used + time.process_time())

    def resident(self) -> float:
        """Bytes of the worker in memory."""
        worker = self.worker.worker_pid
        return float(psutil.Process(worker).memory_info().rss) if worker is not None else 0.0


class ObservedRun(NamedTuple):
    """A run: what it took until the first ranking was shown and in all, its comparisons and tokens read."""

    first: Pace
    all: Pace
    inside: Pace
    calls: int
    rewrites: int
    tokens: int


def since(subject: Subject, before: Pace) -> Pace:
    return added(subject.spent(), scaled(before, -1))


async def run(subject: Subject, backend: Backend, passage: Passage, seed: int) -> ObservedRun:
    """One run of the normal plan, its model loaded before.

    :raises SystemExit: if no ranking was shown.
    """
    _, line = observed.read(subject.notes)
    shown: list[Pace] = []
    before = subject.spent()

    def listen(event: Event) -> None:
        if isinstance(event, Leaderboard) and not shown:
            shown.append(since(subject, before))

    brief = Brief(passage, load.find(load.DEFAULT), replace(NORMAL, seed=seed))
    result = await evolve(brief, Backends(backend), listen, anyio.CancelScope(), "bench")
    whole = since(subject, before)
    if not shown:
        raise SystemExit(f"No rewrite passed the gates: {result.rejected}")
    notes, _ = observed.read(subject.notes, line)
    return ObservedRun(
        first=shown[0],
        all=whole,
        inside=Pace(notes.seconds, notes.processor),
        calls=result.calls,
        rewrites=len(result.candidates) - 1,
        tokens=result.usage.prompt_tokens,
    )


async def write_phase(subject: Subject, texts: int, length: int) -> tuple[Pace, int, int]:
    """What writing takes; tokens evaluated, and written."""
    requests = [
        Generation(
            Rewrite(PASSAGE.text, f"Rewrite it, manner {at}.", "clear prose", "a general reader"),
            Sampling(seed=at, max_tokens=length),
        )
        for at in range(texts)
    ]
    before = subject.spent()
    done = [each async for each in subject.worker.generate(requests)]
    taken = since(subject, before)
    return taken, sum(each.prompt_tokens for each in done), sum(each.tokens for each in done)


async def judge_phase(subject: Subject, field: int) -> tuple[Pace, Pace, int]:
    """What a comparison takes in the middle of a tournament of `field` texts: in all, and of it pairing and
    rating; and tokens evaluated for it. The answers that count are simulated."""
    rng = Random(1)
    texts = {f"c{at}": rewrite(at) for at in range(field)}
    entries = {name: Entry(text=text, words=len(text.split())) for name, text in texts.items()}
    tournament = open_tournament("gaussian", UNMEASURED.noise, rng)
    for name in texts:
        tournament.add(name)
    tournament.begin(tuple(texts), 3, 3 * field)

    def answered(pairs: list[tuple[str, str]]) -> list[Comparison]:
        return [
            Comparison(first=one, second=two, logit=rng.gauss(0, 1), spread=0.0, length=0.0, readouts=())
            for one, two in pairs
        ]

    tournament.record(answered(tournament.next_pairs(field // 2)))  # first round: everybody meets one
    backend = Counted(subject.worker)
    able = (await backend.info()).capabilities
    rubric = load.find(load.DEFAULT)
    whole = thought = Pace(0.0, 0.0)
    done = 0
    while done < PAIRS:
        began = subject.spent()
        pairs = tournament.next_pairs(min(4, PAIRS - done))
        if not pairs:
            raise SystemExit(f"The tournament of {field} texts ended too early.")
        chosen = since(subject, began)
        await judge(backend, rubric, able, pairs, entries)
        asked = subject.spent()
        tournament.record(answered(pairs))
        thought = added(thought, chosen, since(subject, asked))
        whole = added(whole, since(subject, began))
        done += len(pairs)
    return scaled(whole, 1 / PAIRS), scaled(thought, 1 / PAIRS), backend.usage.prompt_tokens // PAIRS
