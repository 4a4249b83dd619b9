"""At most so many messages a second; the last one is always sent."""

import asyncio
from collections.abc import Callable

INTERVAL = 0.25  # seconds


class Pace:
    """Calls `send` when asked to, at once or, if it was called just now, when `interval` has passed."""

    def __init__(self, send: Callable[[], None], interval: float = INTERVAL) -> None:
        self._send = send
        self._interval = interval
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0

    def ask(self) -> None:
        """Have `send` called once more, within the interval."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._next - loop.time()
        if wait <= 0:
            self._go()
        else:
            self._timer = loop.call_later(wait, self._go)

    def stop(self) -> None:
        """Drop the call that is still to come."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go(self) -> None:
        self._timer = None
        self._next = asyncio.get_running_loop().time() + self._interval
        self._send()
