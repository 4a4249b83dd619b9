"""One run at a time: which jobs wait, which one works, and what follows when it ends."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from msgspec.structs import replace

from aw_engine.domain.events import Event
from aw_engine.domain.result import Status
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError
from aw_server import log, messages
from aw_server.jobs.job import Job
from aw_server.jobs.refusal import reason
from aw_server.jobs.runner import RunHandle, Runner
from aw_server.jobs.selection import resources
from aw_server.runs.failure import fails

if TYPE_CHECKING:
    from aw_server.session import Session

State = Literal["idle", "loading", "working", "failed"]

_FAREWELL: Final = 0.7  # seconds; twice this, and the worker's end, stay below two


class JobQueue:
    """Runs jobs in the order in which they stand here, each with the settings in force when it begins.

    `listeners` are called when `state`, the order or the model may have changed, `ended` with each job that
    has ended. `last_fault` is why a run last failed or was refused, as a sentence.
    """

    def __init__(self, session: "Session", runner: Runner) -> None:
        self.listeners: list[Callable[[], None]] = []
        self.ended: list[Callable[[Job], None]] = []
        self.last_fault: str | None = None
        self.closed = False
        self._session = session
        self._runner = runner
        self._waiting: list[Job] = []
        self._running: tuple[Job, RunHandle] | None = None
        self._task: asyncio.Task[None] | None = None
        self._failed = False
        runner.loading.append(self._loaded)

    @property
    def state(self) -> State:
        """What the models do; `failed` until the next run after one that has failed."""
        if self._running is not None:
            return "loading" if self._running[0].loading is not None else "working"
        return "failed" if self._failed else "idle"

    @property
    def waiting(self) -> Sequence[Job]:
        """The jobs that have not begun."""
        return self._waiting

    @property
    def unfinished(self) -> list[Job]:
        """The job that works, and those that wait."""
        return [*((self._running[0],) if self._running is not None else ()), *self._waiting]

    def join(self, jobs: Sequence[Job], rivals: Sequence[Job]) -> None:
        """Put the jobs in the place of their rivals, which end with what they have, or at the end."""
        if not self.unfinished:
            self._runner.backends.reset()
        place = self._place(rivals)
        self._waiting[place:place] = jobs
        for job in rivals:
            self.stop(job, "superseded")
        if self._running is None:
            self._next()
        self.changed()

    def stop(self, job: Job, status: Status) -> None:
        """End a waiting job now, a running one as soon as it has put its findings in order."""
        if job in self._waiting:
            self._waiting.remove(job)
            self._end(job, lambda: job.end_as(status))
        elif self._running is not None and self._running[0] is job:
            job.ending = job.ending or status
            self._running[1].cancel()

    def cancel(self, jobs: Iterable[Job]) -> list[Job]:
        """End these jobs, and those asked for with them, with what they have found; return those that end."""
        batches = {job.batch for job in jobs}
        ending = [job for job in self.unfinished if job.batch in batches]
        for job in ending:
            self.stop(job, "cancelled")
        self.changed()
        return ending

    def steer(self, job: Job, say: Callable[[Steering], None]) -> None:
        """Call `say` with the steering of the job's run, if that is under way."""
        if self._running is not None and self._running[0] is job:
            self._running[1].steer(say)

    def changed(self) -> None:
        """Tell those that wait how many are before them, and the listeners that something has changed."""
        batches = set()
        if self._running is not None and self._running[0].ending is None:
            batches.add(self._running[0].batch)
        for job in self._waiting:
            job.wait(len(batches - {job.batch}))
            batches.add(job.batch)
        for listener in self.listeners:
            listener()

    async def aclose(self) -> None:
        """End every job with what it has found, within a second and a half; begin no other."""
        self.closed = True
        for job in self.unfinished:
            self.stop(job, "cancelled")
        task = self._task
        if task is not None:
            await asyncio.wait({task}, timeout=_FAREWELL)
            task.cancel()
            await asyncio.wait({task}, timeout=_FAREWELL)
        for job in self.unfinished:
            if not job.done.is_set():
                job.end_as("cancelled")

    def _place(self, superseded: Sequence[Job]) -> int:
        """Where new jobs belong: in the place of those that they supersede, else at the end."""
        if self._running is not None and self._running[0] in superseded:
            return 0
        places = (self._waiting.index(job) for job in superseded if job in self._waiting)
        return min(places, default=len(self._waiting))

    def _next(self) -> None:
        """Begin the first of those that wait."""
        self._running = self._task = None
        if self._waiting:
            job = self._waiting.pop(0)
            self._failed = False
            settings = self._session.settings
            handle = self._runner.begin(
                job.id,
                job.request,
                resources(settings),
                partial(self._hear, job),
                history=settings.history,
            )
            self._running = (job, handle)
            job.begin()
            self._task = asyncio.get_running_loop().create_task(self._finish(job, handle))
        self.changed()

    async def _finish(self, job: Job, handle: RunHandle) -> None:
        try:
            outcome = await handle.outcome
        except AwError as error:
            why = reason(error)
            finish = partial(job.end_as, "failed" if fails(why) else "refused", why, str(error))
        except Exception as error:  # noqa: BLE001 - a job's boundary: the next one must not suffer
            log.record(error)
            finish = partial(job.end_as, "failed", "internal", messages.INTERNAL)
        else:
            if outcome.status == "cancelled":
                outcome = replace(outcome, status=job.ending or "cancelled")
            finish = partial(job.end, outcome)
        try:
            self._end(job, finish)
        finally:  # whoever listens may fail; those that wait must not wait for ever
            if job.status in ("failed", "refused"):
                self.last_fault = job.outcome.message
                self._failed = True
            self._next()

    def _end(self, job: Job, finish: Callable[[], None]) -> None:
        finish()
        for listener in self.ended:
            listener(job)

    def _hear(self, job: Job, event: Event, prose: dict[str, str]) -> None:
        was = job.loading
        job.hear(event, prose)
        if was is not None and job.loading is None:
            self.changed()

    def _loaded(self, share: float) -> None:
        if self._running is not None and self._running[0].started is None:
            first = self._running[0].loading is None
            self._running[0].load(share)
            if first:
                self.changed()
