"""The jobs of one editor: what was asked, and what has come of it."""

from collections.abc import Iterable

from aw_server.jobs.job import Job
from aw_server.jobs.refusal import UnknownJob

KEPT = 100  # jobs that have ended and are remembered


class JobStore:
    """Remembers jobs in the order in which they were added. One that is discarded while it works still
    belongs to its document, until it ends."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._discarded: list[Job] = []

    def add(self, jobs: Iterable[Job]) -> None:
        """Remember these, and forget the oldest of those that have ended."""
        self._jobs |= {job.id: job for job in jobs}
        for job_id in [job.id for job in self._jobs.values() if job.done.is_set()][:-KEPT]:
            del self._jobs[job_id]

    def get(self, job_id: str) -> Job:
        """
        :raises UnknownJob: if there is none, or it was discarded.
        """
        if job_id not in self._jobs:
            raise UnknownJob("There is no such run, or its rewrites were discarded.")
        return self._jobs[job_id]

    def remembered(self) -> list[Job]:
        """All but the discarded ones, the newest last."""
        return [*self._jobs.values()]

    def at(self, uri: str, start: int, end: int) -> Job | None:
        """The newest job whose passage, or what has become of it, touches `[start, end]`."""
        for job in reversed(self._jobs.values()):
            first, last = job.location.last
            if job.uri == uri and not job.location.closed and first <= end and start <= last:
                return job
        return None

    def of(self, uri: str) -> list[Job]:
        """The document's jobs."""
        return [job for job in self._all() if job.uri == uri]

    def together(self, job: Job) -> list[Job]:
        """The jobs that were asked for together with this one, itself among them, in order."""
        jobs = {each.id: each for each in (*self._all(), job)}
        return [each for each in jobs.values() if each.batch == job.batch]

    def discard(self, job: Job) -> None:
        """Forget the job."""
        if self._jobs.pop(job.id, None) is not None:
            self._discarded.append(job)

    def _all(self) -> list[Job]:
        self._discarded = [job for job in self._discarded if not job.done.is_set()]
        return [*self._jobs.values(), *self._discarded]
