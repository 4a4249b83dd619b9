"""What the runs of one command leave behind: their place in the journal, and the events for a report."""

import time

from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Started
from aw_engine.errors import JournalError
from aw_engine.journal.journal import Journal
from aw_engine.journal.record import Record, record
from aw_engine.text.extract import Extract


class _Run(Struct, frozen=True):
    extract: Extract
    brief: Brief
    began: float
    events: list[tuple[float, Event]]


class History:
    """Keeps runs until it is closed. A journal that cannot be used is one of the `warnings`, no failure."""

    def __init__(self, uri: str) -> None:
        self.warnings: list[str] = []
        self._uri = uri
        self._runs: dict[str, _Run] = {}
        try:
            self._journal = Journal.open(on_trouble=self._warn)
        except JournalError as error:
            self._journal = None
            self._warn(error)

    _journal: Journal | None

    def close(self) -> None:
        """What was told is kept, or a warning says why not."""
        if self._journal is not None:
            self._journal.close()

    def begin(self, job_id: str, extract: Extract, brief: Brief) -> None:
        """A run was asked for; it is kept once its model is loaded, so that refusals leave nothing behind."""
        self._runs[job_id] = _Run(extract, brief, time.time(), [])

    def follow(self, job_id: str, event: Event) -> None:
        """Keeps an event, as the engine emitted it."""
        run = self._runs[job_id]
        run.events.append((round(time.time() - run.began, 3), event))
        if self._journal is None:
            return
        if isinstance(event, Started):
            self._journal.begin(job_id, run.brief, uri=self._uri, frame=run.extract.frame)
        self._journal.record(job_id, event)

    def applied(self, job_id: str, candidate: str) -> None:
        """The writer's document has this rewrite now."""
        if self._journal is not None:
            self._journal.applied(job_id, candidate)

    def record(self, job_id: str) -> Record:
        """The run, whether or not there is a journal."""
        run = self._runs[job_id]
        return record(
            job_id,
            run.brief,
            run.events,
            began=run.began,
            uri=self._uri,
            frame=run.extract.frame,
        )

    def _warn(self, error: JournalError) -> None:
        self.warnings.append(f"{error} This run is not kept.")
