"""What becomes of a request among the jobs there are: joined to one, put before or behind the others."""

from collections.abc import Iterable, Sequence
from typing import Literal

from aw_server import messages
from aw_server.documents.lines import Encoding
from aw_server.jobs.job import Job
from aw_server.jobs.request import Request
from aw_server.protocol import Started


def same(jobs: Sequence[Job], uri: str, asked: Request) -> Job | None:
    """The newest job that does, or did to its end, what is asked, on the text as it stands.

    Nobody may join one that has been told to stop.
    """
    frame = asked.extract.frame
    for job in reversed(jobs):
        if job.uri == uri and job.place == (frame.start, frame.end) and job.request.asks_the_same(asked):
            going = job.status == "running" and job.ending is None
            return job if going or job.status == "done" else None
    return None


def rivals(unfinished: Iterable[Job], uri: str, new: Sequence[Request]) -> list[Job]:
    """The jobs whose passages overlap those of the requests: what is asked last counts."""
    return [job for job in unfinished if job.uri == uri and any(_overlap(job, each) for each in new)]


def place(queue: Sequence[Job], running: Job | None, superseded: Sequence[Job]) -> int:
    """Where in the queue new jobs belong: in the place of those that they supersede, else at its end."""
    if running in superseded:
        return 0
    return min((queue.index(job) for job in superseded if job in queue), default=len(queue))


def answer(state: Literal["running", "queued", "joined"], jobs: Sequence[Job], encoding: Encoding) -> Started:
    """What a command answers at once, of the jobs that it has asked for."""
    first = jobs[0]
    if state == "queued":
        message = messages.queued(first.waiting)
    elif state == "joined":
        message = messages.JOINED_DONE if first.done.is_set() else messages.JOINED
    else:
        message = messages.working(len(jobs))
    return Started(
        state=state,
        message=message,
        job_id=first.id,
        position=first.waiting if state == "queued" else None,
        range=first.document.lines.range(*first.last_place, encoding),
        also=tuple(job.id for job in jobs[1:]),
    )


def _overlap(job: Job, asked: Request) -> bool:
    start, end = job.last_place
    frame = asked.extract.frame
    return start < frame.end and frame.start < end
