"""Runs, models and history in the engine's thread: what the server asks of the engine, and hears of it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.events import Event
from aw_engine.domain.passage import ENGLISH
from aw_engine.domain.result import EvolveResult, Ranked
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError, JournalError
from aw_server.jobs.engine_thread import EngineThread
from aw_server.jobs.request import EvolveRequest
from aw_server.runs.backends import BackendFactory, OpenBackends, Resources, worker
from aw_server.runs.history import History
from aw_server.runs.models import settled
from aw_server.runs.placing import Placement, texts

if TYPE_CHECKING:
    from aw_engine.judging.gates import Refused

Hear = Callable[[Event, dict[str, str]], None]
"""Takes an event with texts as they would stand in the document, and the prose of its candidates by id."""


class RunHandle:
    """A run in the engine's thread. `outcome` is its result, texts as they would stand in the document."""

    def __init__(self, thread: EngineThread) -> None:
        self.scope = anyio.CancelScope()
        self.steering = Steering()
        self.outcome: asyncio.Future[EvolveResult]
        self._thread = thread

    def cancel(self) -> None:
        """End the run with the best so far."""
        self._thread.soon(self.scope.cancel)

    def steer(self, say: Callable[[Steering], None]) -> None:
        """Call `say` with the run's steering, in the engine's thread."""
        self._thread.soon(lambda: say(self.steering))


class Runner:
    """Works in the engine's thread, with models and a history that are opened when they are first needed.

    `loading` hear the share of a model that is loaded, 0..1, and `troubles` a sentence when the history
    cannot be kept; both are called in the server's loop.
    """

    def __init__(self, make: BackendFactory = worker) -> None:
        self.loading: list[Callable[[float], None]] = []
        self.troubles: list[Callable[[str], None]] = []
        self.backends = OpenBackends(make, lambda share: self._tell(self._loaded, share))
        self.history = History(lambda error: self._tell(self._failed, error))
        self._thread = EngineThread()
        self._here: asyncio.AbstractEventLoop | None = None
        self._preparing: asyncio.Future[None] | None = None
        self._measuring: asyncio.Future[None] | None = None

    def begin(
        self, job_id: str, request: EvolveRequest, resources: Resources, hear: Hear, *, history: bool
    ) -> RunHandle:
        """Begin a run, and return its handle. `hear` is called with each event in the calling loop, in order.

        With `history` the run is kept.
        """
        self._here = asyncio.get_running_loop()
        self._interrupt()
        handle = RunHandle(self._thread)

        async def work() -> EvolveResult:
            from aw_server.runs.service import run  # heavy: the engine's own modules

            frame, uri = request.extract.frame, request.params.text_document.uri
            placement = Placement(frame)
            listeners: list[Callable[[Event], None]] = []
            if history:
                listeners.append(self.history.keeping(job_id, request.brief, uri=uri, frame=frame))
            listeners.append(lambda event: self._tell(hear, placement.event(event), texts(event)))
            outcome = await run(
                job_id,
                request.brief,
                self.backends,
                handle.scope,
                listeners,
                resources=resources,
                steering=handle.steering,
            )
            return placement.result(outcome)

        handle.outcome = self._thread.submit(work)
        handle.outcome.add_done_callback(lambda _: self._measure(request.brief.models, resources))
        return handle

    def appraise(
        self, text: str, candidate_id: str, parents: Sequence[str], brief: Brief, resources: Resources
    ) -> "asyncio.Future[Ranked | Refused]":
        """The writer's own text (prose) compared with the passage, or the gate that refused it."""
        self._here = asyncio.get_running_loop()
        self._interrupt()

        async def work() -> "Ranked | Refused":
            from aw_engine.evolution.appraise import appraise

            opened = await self.backends.open(brief.models, resources)
            return await appraise(text, candidate_id, parents, brief, opened)

        return self._thread.submit(work)

    def prepare(self, models: Models, resources: Resources) -> None:
        """Load the models in the meantime, if they are not; whether that works shows in the run."""
        self._here = asyncio.get_running_loop()
        self._interrupt()  # of models that may now be closed

        async def work() -> None:
            with suppress(AwError):
                opened = await self.backends.open(settled(models, ENGLISH), resources)
                for backend in (opened.writer, opened.judge):
                    if backend is not None:
                        await backend.info()

        self._preparing = self._thread.submit(work)

    async def unload(self) -> int:
        """End the workers; return how many bytes they held, which are free now."""
        self._interrupt()
        held = self.backends.worker_bytes()
        if self.backends.any_open():
            await self._thread.submit(self.backends.aclose)
        return held

    async def aclose(self) -> None:
        """End the workers, keep what was told to the history, and end the thread."""
        await self.unload()
        await asyncio.get_running_loop().run_in_executor(None, self.history.close)
        self._thread.close()

    def _measure(self, models: Models, resources: Resources) -> None:
        """Ask a judge what its self-test has left open, until somebody wants something else of it."""
        if not self.backends.any_open():
            return

        async def work() -> None:
            from aw_engine.judging import selftest

            with suppress(AwError):
                opened = await self.backends.open(models, resources)
                await selftest.finish(opened.judge or opened.writer)

        self._measuring = self._thread.submit(work)

    def _interrupt(self) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
            self._measuring = None

    def _loaded(self, share: float) -> None:
        for listener in self.loading:
            listener(share)

    def _failed(self, error: JournalError) -> None:
        for listener in self.troubles:
            listener(str(error))

    def _tell(self, call: Callable[..., None], *arguments: object) -> None:
        if self._here is not None:
            with suppress(RuntimeError):  # the server's loop is closed: nobody listens any more
                self._here.call_soon_threadsafe(call, *arguments)
