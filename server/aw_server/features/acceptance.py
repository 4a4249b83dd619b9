"""What the writer has taken, by whichever way the editor put it there: for the history."""

from weakref import WeakKeyDictionary

from aw_engine.domain.candidate import ORIGINAL
from aw_server.documents.document import Document
from aw_server.features.applied_text import text_in_place
from aw_server.jobs.job import Job
from aw_server.server import AwServer


def register(server: AwServer) -> None:
    """Note each rewrite as applied when it comes to stand in its passage's place."""
    before: WeakKeyDictionary[Job, str] = WeakKeyDictionary()

    def changed(document: Document) -> None:
        for job in server.jobs.of(document.uri):
            now = text_in_place(job)
            candidate_id = now.candidate_id if now is not None else ""
            if candidate_id != before.get(job, ORIGINAL):
                before[job] = candidate_id
                if candidate_id not in ("", ORIGINAL):
                    server.runner.history.applied(job.id, candidate_id)

    server.session.listeners.append(changed)
