"""Ctrl-C and SIGTERM: the first ends the run with the best so far, the second ends the program."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import anyio

from aw_server.cli.exits import Exit


class Interrupt:
    """`stopped` is what the program ends with once it has been asked to stop, None before; `scope` is what
    then gets cancelled."""

    def __init__(self) -> None:
        self.stopped: Exit | None = None
        self.scope = anyio.CancelScope()

    def begin(self) -> anyio.CancelScope:
        """A scope for the next run, cancelled already if the writer has asked to stop."""
        self.scope = anyio.CancelScope()
        if self.stopped is not None:
            self.scope.cancel()
        return self.scope

    @contextmanager
    def listening(self, stopping: Callable[[], None]) -> Iterator[None]:
        """Listen to SIGINT and SIGTERM while the block runs; for the main thread, inside a running loop.

        `stopping` is called at the first of them.
        """
        loop = asyncio.get_running_loop()

        def stop(number: int, frame: FrameType | None) -> None:
            if self.stopped is not None:
                _leave(self.stopped)
            self.stopped = Exit(128 + number)
            stopping()
            loop.call_soon_threadsafe(lambda: self.scope.cancel())

        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        for each in before:
            # The loop then wakes for a signal that comes just as it goes to sleep. `stop` does not wait
            # for the loop, so that a second Ctrl-C also ends a program that is busy.
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(each, _nothing)
            signal.signal(each, stop)
        try:
            yield
        finally:
            for each, handler in before.items():
                with suppress(NotImplementedError):
                    loop.remove_signal_handler(each)
                signal.signal(each, handler)


def _nothing() -> None:
    pass


def _leave(code: Exit) -> None:
    """End the process at once; the worker ends by itself when its pipe closes."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), b"\r\x1b[K\x1b[?25h")  # the progress line hides the cursor
    os._exit(code)
