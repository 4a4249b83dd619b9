"""One run at a time: which jobs wait, which one works, and what follows when it ends."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Literal

from msgspec.structs import replace

from aw_engine.domain.events import Event
from aw_engine.domain.result import Status
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError
from aw_server import log, messages
from aw_server.jobs import admission
from aw_server.jobs.engine import Engine, Options, Run
from aw_server.jobs.job import Job
from aw_server.jobs.refusal import fails, reason

State = Literal["idle", "loading", "working", "failed"]

_FAREWELL: Final = 0.7  # seconds; twice this, and the worker's end, stay below two


class Queue:
    """Jobs work in the order in which they stand here, with the `options` in force when their turn comes.

    `moved` is called when `state` or the order may have changed, `ended` with each job that has ended.
    """

    def __init__(
        self,
        engine: Engine,
        options: Callable[[], Options],
        moved: Callable[[], None],
        ended: Callable[[Job], None],
    ) -> None:
        self.last_fault: str | None = None
        self._engine = engine
        self._options = options
        self._moved = moved
        self._ended = ended
        self._waiting: list[Job] = []
        self._running: tuple[Job, Run] | None = None
        self._task: asyncio.Task[None] | None = None
        self._failed = False

    @property
    def state(self) -> State:
        """What the models do; `failed` until the next run after one that has failed."""
        if self._running is not None:
            return "loading" if self._running[0].loading is not None else "working"
        return "failed" if self._failed else "idle"

    @property
    def waiting(self) -> Sequence[Job]:
        """The jobs whose turn has not come."""
        return self._waiting

    @property
    def unfinished(self) -> list[Job]:
        """The job that works, and those that wait."""
        return [*((self._running[0],) if self._running is not None else ()), *self._waiting]

    def join(self, jobs: Sequence[Job], rivals: Sequence[Job]) -> None:
        """The jobs stand in the place of their rivals, which end with what they have, or at the end."""
        running = self._running[0] if self._running is not None else None
        place = admission.place(self._waiting, running, rivals)
        self._waiting[place:place] = jobs
        for job in rivals:
            self.stop(job, "superseded")
        if self._running is None:
            self._next()
        self.changed()

    def stop(self, job: Job, status: Status) -> None:
        """A waiting job ends now; a running one as soon as it has put its findings in order."""
        if job in self._waiting:
            self._waiting.remove(job)
            self._end(job, lambda: job.end_as(status))
        elif self._running is not None and self._running[0] is job:
            job.ending = job.ending or status
            self._running[1].cancel()

    def steer(self, job: Job, say: Callable[[Steering], None]) -> None:
        """Says it to the job's run, if that is under way."""
        if self._running is not None and self._running[0] is job:
            self._running[1].steer(say)

    def load(self, share: float) -> None:
        """This share of a model is loaded, 0..1."""
        if self._running is not None and self._running[0].started is None:
            first = self._running[0].loading is None
            self._running[0].load(share)
            if first:
                self.changed()

    def changed(self) -> None:
        """Those that wait hear how many are before them, and whoever listens that something has changed."""
        batches = set()
        if self._running is not None and self._running[0].ending is None:
            batches.add(self._running[0].batch)
        for job in self._waiting:
            job.wait(len(batches - {job.batch}))
            batches.add(job.batch)
        self._moved()

    async def aclose(self) -> None:
        """Every job has ended with what it has found, save one that could not within a second and a half."""
        for job in self.unfinished:
            self.stop(job, "cancelled")
        task = self._task
        if task is not None:
            await asyncio.wait({task}, timeout=_FAREWELL)
            task.cancel()
            await asyncio.wait({task}, timeout=_FAREWELL)

    def _next(self) -> None:
        """The first of those that wait begins."""
        self._running = self._task = None
        if self._waiting:
            job = self._waiting.pop(0)
            self._failed = False
            run = self._engine.begin(job.id, job.request, self._options(), partial(self._hear, job))
            self._running = (job, run)
            job.begin()
            self._task = asyncio.get_running_loop().create_task(self._finish(job, run))
        self.changed()

    async def _finish(self, job: Job, run: Run) -> None:
        try:
            outcome = await run.outcome
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
        self._ended(job)

    def _hear(self, job: Job, event: Event, prose: dict[str, str]) -> None:
        was = job.loading
        job.hear(event, prose)
        if was is not None and job.loading is None:
            self.changed()
