"""Replies on their way from the thread that reads the worker's pipe to the event loop of the caller."""

import asyncio
from typing import Final

from anyio.lowlevel import checkpoint

from aw_engine import errors
from aw_engine.errors import AwError, BackendError, PassageError
from aw_engine.inference import wire

_REASONS: Final[dict[str, errors.PassageReason]] = {"tooLong": "tooLong", "unencodable": "unencodable"}


class Inbox:
    """Replies to one request: put by the reading thread, received on the event loop where it was made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[wire.Reply | AwError] = asyncio.Queue()
        self.ended = False

    def put(self, reply: wire.Reply | AwError) -> None:
        """Hand over a reply, or the error that takes its place. May be called from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, reply)
        except RuntimeError:  # the loop is closed, and with it whoever waited
            return

    async def receive(self) -> wire.Reply:
        """The next reply.

        :raises AwError: what the worker reports, or its death.
        """
        await checkpoint()  # replies that are there already must not keep a cancelled caller going
        reply = await self._queue.get()
        if isinstance(reply, AwError):
            self.ended = True
            raise reply
        self.ended = not isinstance(reply, wire.Progressed | wire.Completed | wire.Wrote)
        if isinstance(reply, wire.Failed):
            raise _error(reply)
        return reply


def _error(failed: wire.Failed) -> AwError:
    if failed.reason in _REASONS:
        return PassageError(_REASONS[failed.reason], failed.message)
    kind = getattr(errors, failed.kind, None)
    if isinstance(kind, type) and issubclass(kind, AwError) and not issubclass(kind, PassageError):
        return kind(failed.message)
    return BackendError(failed.message)


def unexpected(reply: wire.Reply) -> BackendError:
    """The error for a reply that does not belong to the request."""
    return BackendError(f"The model's process gave an answer of the wrong kind ({type(reply).__name__}).")
