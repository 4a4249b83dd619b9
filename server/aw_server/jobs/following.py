"""Jobs follow their documents as the editor opens, changes, closes and renames them."""

from aw_server.documents.document import Document
from aw_server.jobs.queue import JobQueue
from aw_server.jobs.store import JobStore


def opened(jobs: JobStore, document: Document) -> None:
    """Look for the passages of a document's jobs in it, which was closed before."""
    for job in jobs.of(document.uri):
        job.location.reopen(document)


def changed(jobs: JobStore, old: Document, new: Document) -> None:
    """Let the places of the document's jobs follow the change."""
    for job in jobs.of(old.uri):
        job.location.changed(old, new)


def closed(jobs: JobStore, queue: JobQueue, uri: str) -> None:
    """End the document's jobs with what they have found, which is kept until it is opened again."""
    for job in jobs.of(uri):
        job.location.close()
        queue.stop(job, "cancelled")
    queue.changed()


def renamed(jobs: JobStore, old_uri: str, new_uri: str, new: Document | None) -> None:
    """Let the document's jobs belong to the new name; `new` is the document if it is open under that."""
    for job in jobs.of(old_uri):
        was = job.location.document
        job.location.changed(was, Document(new_uri, was.language_id, was.version, was.text))
        if new is not None:
            job.location.reopen(new)
