"""What becomes of what a client asks: it joins a job that there is, begins, waits, or is refused."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from aw_server import messages
from aw_server.documents.lines import Encoding
from aw_server.jobs import request as requests
from aw_server.jobs.job import Job
from aw_server.jobs.queue import JobQueue
from aw_server.jobs.refusal import Refusal, UnknownCandidate
from aw_server.jobs.request import EvolveRequest
from aw_server.jobs.selection import ModelSelection
from aw_server.jobs.store import JobStore
from aw_server.protocol import EvolveParams, StartResult

if TYPE_CHECKING:
    from aw_server.session import Session

LIMIT = 8  # runs that may wait; one that is asked of several paragraphs counts once


class Admission:
    """Makes jobs of what is asked. `last` is what was asked last; `started` hear each job that is new, and
    `left_alone` a sentence about paragraphs that are not evolved for their language."""

    def __init__(self, session: "Session", models: ModelSelection, jobs: JobStore, queue: JobQueue) -> None:
        self.last: EvolveParams | None = None
        self.started: list[Callable[[Job], None]] = []
        self.left_alone: list[Callable[[str], None]] = []
        self._session = session
        self._models = models
        self._jobs = jobs
        self._queue = queue

    def start(self, params: EvolveParams) -> tuple[StartResult, Job | None]:
        """What a command answers at once, and the job: a new one, or one that does the same already.

        A run on a passage that overlaps another's ends that one with what it has. A refusal has no job.

        :raises UnknownJob, UnknownCandidate: if `from` names what is not there.
        """
        try:
            if self._queue.closed:
                raise Refusal("internal", "The server is shutting down.")
            asked = requests.read(params, self._session, self._models.in_force, self._origin(params))
            answer = self._admit(params, asked.runs)
        except Refusal as refusal:
            return StartResult(state="refused", message=str(refusal), reason=refusal.reason), None
        if asked.left_alone:
            for listener in self.left_alone:
                listener(asked.left_alone)
        return answer

    def _admit(self, params: EvolveParams, found: tuple[EvolveRequest, ...]) -> tuple[StartResult, Job]:
        uri, encoding = params.text_document.uri, self._session.encoding
        known = self._jobs.remembered()
        same = [_same(known, uri, each) for each in found]
        new = [each for each, job in zip(found, same, strict=True) if job is None]
        joined = [job for job in same if job is not None]
        self.last = params
        if not new:
            return _answer("joined", joined, encoding), joined[0]
        rivals = _rivals(self._queue.unfinished, uri, new)
        if not rivals and len({job.batch for job in self._queue.waiting}) >= LIMIT:
            raise Refusal("queueFull", f"{LIMIT} runs are waiting already. Cancel one, or wait.")
        jobs = self._made(params, new)
        self._jobs.add(jobs)
        self._queue.join(jobs, rivals)
        before = jobs[0].waiting
        for job in jobs:
            for listener in self.started:
                listener(job)
        fresh = iter(jobs)
        every = [job or next(fresh) for job in same]
        return _answer("queued" if before else "running", every, encoding), every[0]

    def _made(self, params: EvolveParams, new: Sequence[EvolveRequest]) -> list[Job]:
        document = requests.document_of(params, self._session)
        ids = [secrets.token_hex(4) for _ in new]
        jobs = [
            Job(job_id, each, document, self._session.encoding, batch=ids[0])
            for job_id, each in zip(ids, new, strict=True)
        ]
        jobs[0].also = tuple(ids[1:])
        return jobs

    def _origin(self, params: EvolveParams) -> tuple[str, ...]:
        if params.origin is None:
            return ()
        job = self._jobs.get(params.origin.job_id)
        if job.uri != params.text_document.uri:
            raise UnknownCandidate("That rewrite belongs to another document.")
        return (job.prose_of(params.origin.candidate_id),)


def _same(jobs: Sequence[Job], uri: str, asked: EvolveRequest) -> Job | None:
    """The newest job that does, or did to its end, what is asked, on the text as it stands.

    Nobody may join one that has been told to stop.
    """
    frame = asked.extract.frame
    for job in reversed(jobs):
        there = job.uri == uri and job.location.exact == (frame.start, frame.end)
        if there and job.request.asks_the_same(asked):
            going = job.status == "running" and job.ending is None
            return job if going or job.status == "done" else None
    return None


def _rivals(unfinished: Iterable[Job], uri: str, new: Sequence[EvolveRequest]) -> list[Job]:
    """The jobs whose passages overlap those of the requests: what is asked last counts."""
    return [job for job in unfinished if job.uri == uri and any(_overlap(job, each) for each in new)]


def _overlap(job: Job, asked: EvolveRequest) -> bool:
    start, end = job.location.last
    frame = asked.extract.frame
    return start < frame.end and frame.start < end


def _answer(
    state: Literal["running", "queued", "joined"], jobs: Sequence[Job], encoding: Encoding
) -> StartResult:
    """What a command answers at once, of the jobs that it has asked for."""
    first = jobs[0]
    if state == "queued":
        message = messages.queued(first.waiting)
    elif state == "joined":
        message = messages.JOINED_DONE if first.done.is_set() else messages.JOINED
    else:
        message = messages.working(len(jobs))
    return StartResult(
        state=state,
        message=message,
        job_id=first.id,
        position=first.waiting if state == "queued" else None,
        range=first.location.range(encoding),
        also=tuple(job.id for job in jobs[1:]),
    )
