"""A real run with the shipped model, and what a journal is told of it."""

from pathlib import Path

import anyio
from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event
from aw_engine.domain.plan import Plan
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.journal.journal import Journal
from aw_engine.journal.record import KeptEvent, kept
from aw_engine.rubrics import load
from aw_engine.text.extract import Extract, extract

TEXT = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. They are kept in [one plain folder](https://a.org/log).\n"
)
PLAN = Plan(n=4, generations=2, children=3, keep=2, seed=7)


class Run(Struct, frozen=True):
    """What was asked for, and everything that happened."""

    extract: Extract
    brief: Brief
    events: tuple[Event, ...]

    @property
    def kept(self) -> list[KeptEvent]:
        """What a journal keeps of the events, in order."""
        return [event for event in map(kept, self.events) if event is not None]

    def keep(self, journal: Journal, job_id: str, events: int | None = None) -> None:
        """Tell the journal about the run, or about its beginning."""
        journal.begin(job_id, self.brief, uri="file:///a/draft.md", frame=self.extract.frame)
        for event in self.events[:events]:
            journal.record(job_id, event)


def make_run(model_path: Path) -> Run:
    """A run with this model."""
    found = extract(TEXT, 0, 0, "markdown")
    brief = Brief(found.passage, load.find(load.DEFAULT, None), PLAN)
    events: list[Event] = []

    async def work() -> None:
        backend = WorkerBackend(str(model_path), dialect="mini")
        try:
            await evolve(brief, Backends(backend), events.append, anyio.CancelScope(), "first")
        finally:
            await backend.aclose()

    anyio.run(work)
    return Run(extract=found, brief=brief, events=tuple(events))
