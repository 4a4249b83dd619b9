"""The process that started the server: when it is gone, the server must not stay."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

_EVERY = 1.0  # seconds; the end of stdin usually says it sooner


async def wait_for_end(pid: int, stop: Callable[[], None]) -> None:
    """Call `stop` when the process is gone. One that is not visible (a container's) is not waited for."""
    process = _visible(pid)
    if process is None:
        return
    while _lives(process):  # noqa: ASYNC110 - nothing tells of the end of a process that is not ours
        await asyncio.sleep(_EVERY)
    stop()


def _visible(pid: int) -> "psutil.Process | None":
    import psutil  # only now: the answer to `initialize` must not wait for it

    try:
        return psutil.Process(pid) if pid > 0 else None
    except (psutil.Error, OverflowError):
        return None


def _lives(process: "psutil.Process") -> bool:
    """False also for a zombie, and for another process that has got the same number."""
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False
