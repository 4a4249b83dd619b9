"""The history of runs, as a run and the writer's actions reach it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Started
from aw_engine.errors import JournalError

if TYPE_CHECKING:
    from aw_engine.journal.journal import Journal
    from aw_engine.text.frame import Frame


class History:
    """The journal, opened for the first run that is to be kept.

    `on_trouble` hears why it cannot be used; runs go on without it. `journal` is None until it is open.
    """

    def __init__(self, on_trouble: Callable[[JournalError], None]) -> None:
        self.journal: Journal | None = None
        self._on_trouble = on_trouble
        self._tried = False

    def keeping(
        self, job_id: str, brief: Brief, *, uri: str = "", frame: "Frame | None" = None
    ) -> Callable[[Event], None]:
        """A listener that keeps a run with its events, as the engine emits them, once there is `Started`.

        So a run that is refused leaves nothing of the writer's text behind. `uri` is the document's, empty
        for stdin. Waits for the disk the first time.
        """
        journal = self._opened()
        held: list[Event] = []  # what is noticed of a model comes before `Started`
        begun = False

        def hear(event: Event) -> None:
            nonlocal begun
            if journal is None:
                return
            held.append(event)
            if isinstance(event, Started):
                journal.begin(job_id, brief, uri=uri, frame=frame)
                begun = True
            if begun:
                for each in held:
                    journal.record(job_id, each)
                held.clear()

        return hear

    def applied(self, job_id: str, candidate_id: str) -> None:
        """Keep that the writer's document has this rewrite now."""
        if self.journal is not None:
            self.journal.applied(job_id, candidate_id)

    def close(self) -> None:
        """Write what was told, or tell why that cannot be. Waits for the disk."""
        if self.journal is not None:
            self.journal.close()

    def _opened(self) -> "Journal | None":
        if not self._tried:
            self._tried = True
            from aw_engine.journal.journal import Journal  # heavy: an editor's `initialize` cannot wait

            try:
                self.journal = Journal.open(on_trouble=self._on_trouble)
            except JournalError as error:
                self._on_trouble(error)
        return self.journal
