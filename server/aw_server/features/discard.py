"""Forgetting a run's rewrites."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/discard` and `aw.server.discard`."""
    handlers.request(server, protocol.DISCARD, protocol.JobParams, discard)
    handlers.command(server, protocol.COMMAND_DISCARD, protocol.JobParams, discard)


def discard(ls: "AwServer", params: protocol.JobParams) -> protocol.Empty:
    """Forget the job, and stop it if it has not ended.

    :raises UnknownJob: if there is none of this id.
    """
    job = ls.jobs.get(params.job_id)
    ls.jobs.discard(job)
    ls.queue.stop(job, "cancelled")
    ls.queue.changed()
    return protocol.Empty()
