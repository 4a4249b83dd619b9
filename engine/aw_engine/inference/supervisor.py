"""`WorkerBackend`: the model in a process of its own, started by the first request and ended when idle.

Requests are numbered. The worker serves them in the order in which they came; a reading thread hands each
reply to the caller who waits for it. When the worker crashes, only the open requests are lost.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, Literal

import anyio
import anyio.to_thread

from aw_engine.domain.brief import BUILTIN
from aw_engine.errors import AwError, WorkerDied
from aw_engine.inference import wire
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Completion,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)
from aw_engine.inference.inbox import Inbox, unexpected
from aw_engine.inference.process import WorkerProcess, worker_command
from aw_engine.inference.sizes import CONTEXT_LIMIT
from aw_engine.inference.tuning import Tuned

_ACKNOWLEDGED_WITHIN: Final = 1.0
_ENDS_WITHIN: Final = 2.0
_RESTART_WINDOW: Final = 180.0

_Receive = Callable[[], Awaitable[wire.Reply]]


class WorkerBackend:
    """A `Backend` that supervises one worker. Not tied to an event loop; close it with `aclose`.

    `ref` is a model reference, `dialect` overrides what the file says, `threads` 0 means as many as fit. The
    worker is ended after `idle` seconds without a request and started again by the next. If it dies twice
    within three minutes it is not started again before `reset`. `on_loading` is told the share loaded, 0..1.
    """

    def __init__(
        self,
        ref: str = BUILTIN,
        *,
        dialect: Literal["chat", "mini"] | None = None,
        threads: int = 0,
        context: int = CONTEXT_LIMIT,
        idle: float = 300.0,
        on_loading: Callable[[float], None] | None = None,
        command: Sequence[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = partial(wire.Load, ref=ref, dialect=dialect, threads=threads, context=context)
        self._idle = idle
        self._on_loading = on_loading
        self._command = list(command or worker_command())
        self._clock = clock
        self._starting = anyio.Lock()
        # The state below is shared with the reading threads of workers.
        self._state = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._info: ModelInfo | None = None
        self._open: dict[int, Inbox] = {}
        self._deaths: list[float] = []
        self._last = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id, None while there is no worker."""
        worker = self._worker
        return worker.pid if worker is not None else None

    async def info(self) -> ModelInfo:
        """The model, loaded if it was not."""
        _, info = await self._ready()
        self._rest()
        return info

    async def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions, each as it finishes. Leaving the iteration aborts the others."""
        if not requests:
            return
        ask = partial(wire.Generate, requests=tuple(requests), told=written is not None)
        async with self._ask(ask) as receive:
            while isinstance(reply := await receive(), wire.Completed | wire.Wrote):
                if isinstance(reply, wire.Completed):
                    yield reply.completion
                elif written is not None:
                    written(reply.index, reply.text)
            if not isinstance(reply, wire.Ended):
                raise unexpected(reply)

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        if not requests:
            return []
        async with self._ask(partial(wire.Choose, requests=tuple(requests))) as receive:
            reply = await receive()
        if not isinstance(reply, wire.Chosen) or len(reply.scores) != len(requests):
            raise unexpected(reply)
        return list(reply.scores)

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""
        if not requests:
            return []
        async with self._ask(partial(wire.Score, requests=tuple(requests))) as receive:
            reply = await receive()
        if not isinstance(reply, wire.Scored) or len(reply.likelihoods) != len(requests):
            raise unexpected(reply)
        return list(reply.likelihoods)

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""
        if not texts:
            return []
        async with self._ask(partial(wire.Count, texts=tuple(texts))) as receive:
            reply = await receive()
        if not isinstance(reply, wire.CountedTokens) or len(reply.counts) != len(texts):
            raise unexpected(reply)
        return list(reply.counts)

    async def tune(self, on_progress: Callable[[float], None]) -> tuple[Tuned, ModelInfo]:
        """Try settings on this machine, use and remember the quickest; return them and what the model now is.

        Takes up to a minute; `on_progress` is told the share done, 0..1.
        """
        worker, _ = await self._ready()
        async with self._exchange(worker, wire.Tune) as receive:
            while isinstance(reply := await receive(), wire.Progressed):
                on_progress(reply.share)
        if not isinstance(reply, wire.Settled):
            raise unexpected(reply)
        with self._state:
            if self._worker is worker:
                self._info = reply.info
        return reply.tuned, reply.info

    async def aclose(self) -> None:
        """End the worker, if there is one; open requests fail. The next request would start a new one."""
        worker = self._detach()
        if worker is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(worker.wait, _ENDS_WITHIN)

    def reset(self) -> None:
        """Forget past deaths: the worker may be started again."""
        with self._state:
            self._deaths.clear()

    @asynccontextmanager
    async def _ask(self, build: Callable[[int], wire.Request]) -> AsyncIterator[_Receive]:
        worker, _ = await self._ready()
        async with self._exchange(worker, build) as receive:
            yield receive

    async def _ready(self) -> tuple[WorkerProcess, ModelInfo]:
        """A worker that has loaded the model. One caller starts it; the others wait."""
        self._keep()
        async with self._starting:
            with self._state:
                worker, info = self._worker, self._info
            if worker is not None and info is not None:
                return worker, info
            if worker is None:
                self._check_deaths()
                worker = await anyio.to_thread.run_sync(self._start)
            async with self._exchange(worker, self._load) as receive:
                while isinstance(reply := await receive(), wire.Progressed):
                    if self._on_loading is not None:
                        self._on_loading(reply.share)
            if not isinstance(reply, wire.Loaded):
                raise unexpected(reply)
            with self._state:
                if self._worker is worker:
                    self._info = reply.info
            return worker, reply.info

    def _start(self) -> WorkerProcess:
        with self._state:
            worker = WorkerProcess(self._command, self._deliver, self._bury)
            self._worker = worker
            return worker

    @asynccontextmanager
    async def _exchange(
        self, worker: WorkerProcess, build: Callable[[int], wire.Request]
    ) -> AsyncIterator[_Receive]:
        """Send a request; the yielded function waits for its next reply and raises what went wrong."""
        inbox, sent = Inbox(), False
        self._keep()  # loading, or another caller, may have begun to count the idle time
        with self._state:
            self._last += 1
            number = self._last
            frame = wire.encode(build(number))
            if self._worker is not worker:
                raise WorkerDied(
                    "The model process ended. Your text is unchanged; it restarts with the next run."
                )
            self._open[number] = inbox
        try:
            await anyio.to_thread.run_sync(worker.send, frame)
            sent = True
            yield inbox.receive
        finally:
            if sent and not inbox.ended:  # cancelled before it was sent, nobody would acknowledge that
                await self._give_up(worker, number, inbox)
            with self._state:
                self._open.pop(number, None)
            self._rest()

    async def _give_up(self, worker: WorkerProcess, number: int, inbox: Inbox) -> None:
        with anyio.move_on_after(_ACKNOWLEDGED_WITHIN, shield=True):
            await anyio.to_thread.run_sync(worker.send, wire.encode(wire.Abort(number)))
            while not inbox.ended:
                try:
                    await inbox.receive()
                except AwError:
                    return

    def _deliver(self, reply: wire.Reply) -> None:
        with self._state:
            inbox = self._open.get(reply.id)
        if inbox is not None:  # else given up, and its acknowledgement came late
            inbox.put(reply)

    def _bury(self, worker: WorkerProcess, cause: AwError) -> None:
        """Fail all open requests of a worker that has ended without being told to, and count its death."""
        with self._state:
            if self._worker is not worker:
                return
            self._worker = self._info = None
            self._deaths.append(self._clock())
            lost = list(self._open.values())
        for inbox in lost:
            inbox.put(cause)

    def _check_deaths(self) -> None:
        with self._state:
            recent = self._deaths[-2:]
        if len(recent) == 2 and recent[1] - recent[0] < _RESTART_WINDOW:
            raise WorkerDied(
                "The model process ended twice within three minutes, so it is not started again by itself. "
                "Choose a smaller model, or try again by hand."
            )

    def _detach(self) -> WorkerProcess | None:
        """Kill the worker on purpose. It has no state to save."""
        self._keep()
        with self._state:
            worker, self._worker, self._info = self._worker, None, None
            lost = list(self._open.values())
        if worker is not None:
            worker.kill()
        for inbox in lost:
            inbox.put(WorkerDied("The model was closed while it was working."))
        return worker

    def _keep(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rest(self) -> None:
        """If nothing is open, count the idle time from now."""
        self._keep()
        with self._state:
            busy = bool(self._open) or self._worker is None
        if not busy:
            self._timer = asyncio.get_running_loop().call_later(self._idle, self._detach)
