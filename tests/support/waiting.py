"""Waiting for a condition: on news where there is any, else by asking again."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from aw_server.server import AwServer

PATIENCE = 60.0  # seconds; the machine may be busy
T = TypeVar("T")


class News:
    """Whoever waits for a condition asks again after each `tell`."""

    def __init__(self) -> None:
        self._told = asyncio.Event()

    def tell(self, *_: object) -> None:
        """Something has changed that a condition may depend on."""
        self._told.set()

    def follow(self, server: AwServer) -> None:
        """Tell every change of the server's jobs, present and future."""
        server.queue.listeners.append(self.tell)
        server.queue.ended.append(self.tell)
        server.admission.started.append(lambda job: job.listeners.append(self.tell))

    async def until(self, holds: Callable[[], T], limit: float = PATIENCE) -> T:
        """The first value of `holds` that is true.

        :raises TimeoutError: after `limit` seconds.
        """
        async with asyncio.timeout(limit):
            while not (value := holds()):
                self._told.clear()
                await self._told.wait()
        return value


def until(holds: Callable[[], object], what: str, *, limit: float = 30.0) -> None:
    """Return once `holds` is true, asked for every 50 ms: `eventually` for tests that have no loop."""
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, f"waited {limit} s for {what}"
        time.sleep(0.05)


async def eventually(holds: Callable[[], T], limit: float = PATIENCE) -> T:
    """The first value of `holds` that is true, asked for every 10 ms.

    Only for what tells nobody when it changes: another process, its files, another thread.

    :raises TimeoutError: after `limit` seconds.
    """
    async with asyncio.timeout(limit):
        while not (value := holds()):  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.01)
    return value
