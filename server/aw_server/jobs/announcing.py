"""Telling jobs how long they should take."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aw_server import log
from aw_server.jobs.job import Job
from aw_server.runs.forecast import Seconds, of_all, together

AT_ONCE: Final = 0.05  # seconds in which a command wants its answer


async def announce(jobs: Sequence[Job]) -> Seconds | None:
    """Tell each job how long it should take; return what they should take together, or None if that is not
    found out at once: the jobs are then told later."""
    found = of_all([job.request.brief for job in jobs])

    def tell(found: "asyncio.Future[list[Seconds | None]]") -> None:
        error = None if found.cancelled() else found.exception()
        if isinstance(error, Exception):
            log.record(error)
        elif not found.cancelled():
            for job, seconds in zip(jobs, found.result(), strict=True):
                job.expect(seconds)

    found.add_done_callback(tell)
    await asyncio.wait({found}, timeout=AT_ONCE)
    return together(found.result()) if found.done() and found.exception() is None else None
