"""What one run did, for its report, whether or not a journal keeps it."""

import time

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event
from aw_engine.journal.record import Record, record
from aw_engine.text.frame import Frame


class Recording:
    """Hears a run's events and makes a record of them. `uri` is the document's, empty for stdin."""

    def __init__(self, job_id: str, brief: Brief, *, uri: str, frame: Frame) -> None:
        self._job_id = job_id
        self._brief = brief
        self._uri = uri
        self._frame = frame
        self._began = time.time()
        self._events: list[tuple[float, Event]] = []

    def hear(self, event: Event) -> None:
        """Take in an event, as the engine emitted it."""
        self._events.append((round(time.time() - self._began, 3), event))

    def record(self) -> Record:
        """The run so far."""
        return record(
            self._job_id, self._brief, self._events, began=self._began, uri=self._uri, frame=self._frame
        )
