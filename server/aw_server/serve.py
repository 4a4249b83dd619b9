"""The server on a pair of streams, from the first message to the exit code."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from typing import Any

from aw_server import framing, log
from aw_server.server import AwServer

Read = Callable[[int], bytes]
Write = Callable[[bytes], object]

_FAREWELL = 2.0  # seconds; an editor waits no longer before it kills


async def serve(server: AwServer, read: Read, write: Write) -> int:
    """Answer until `exit`, a signal, or the end of the stream or the parent; no work and no worker is left.

    The exit code is 0 after `shutdown`, else 1, as the protocol wants it. `read` is called in a thread, which
    may still wait in it afterwards.
    """
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_record)
    writer = _Output(write, server.stop)
    server.protocol.set_writer(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError):  # Windows; not the main thread
            loop.add_signal_handler(number, server.stop)
    listener = threading.Thread(target=_listen, args=(loop, server, read), name="listener", daemon=True)
    listener.start()
    await server.ended.wait()
    writer.close()  # what is cancelled now has nobody to answer to
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.aclose(), _FAREWELL)
    return 0 if server.protocol.leaving else 1


def _listen(loop: asyncio.AbstractEventLoop, server: AwServer, read: Read) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
        with contextlib.suppress(OSError):
            for body in framing.bodies(read):
                loop.call_soon_threadsafe(server.protocol.receive, body)
        loop.call_soon_threadsafe(server.stop)


class _Output:
    """What pygls writes to: whole messages, until the editor is gone."""

    def __init__(self, write: Write, gone: Callable[[], None]) -> None:
        self._write: Write | None = write
        self._gone = gone

    def write(self, data: bytes) -> None:
        if self._write is None:
            return
        try:
            self._write(data)
        except OSError:
            self.close()
            self._gone()

    def close(self) -> None:
        self._write = None


def _record(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the error alone: asyncio's own words would quote the failed call with its arguments."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.record(error)
