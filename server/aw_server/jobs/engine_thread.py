"""A thread with an event loop of its own, in which runs work while the server's loop answers the editor."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class EngineThread:
    """Gates, ratings and the reading of markup take the processor for tens of milliseconds at a time; in this
    thread they delay no answer to the editor. It begins with the first work, and never keeps the process up.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None

    def submit(self, work: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Future[T]":
        """The future, of the calling loop, of what the coroutine returns. Cancelling it cancels the work."""
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self._begun()))

    def soon(self, call: Callable[[], object]) -> None:
        """Call this in the thread, after what was asked for before; never if the thread has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call)

    def close(self) -> None:
        """End the thread within moments; what still works there is cancelled."""
        if self._over is not None:
            self.soon(self._over.set)
        self._loop = self._thread = self._over = None

    def _begun(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._over = asyncio.Event()
            sys.setswitchinterval(_TURN)
            self._thread = threading.Thread(
                target=_work, args=(self._loop, self._over), name="aw-runs", daemon=True
            )
            self._thread.start()
        return self._loop


# A tenth of Python's own: while this thread works, an answer waits for the interpreter twice, in the thread
# that reads and in the one that answers.
_TURN = 0.0005  # seconds


def _work(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    # `Runner` cancels what is left, and waits for it, when its block ends.
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_until(over))


async def _until(over: asyncio.Event) -> None:
    await over.wait()
