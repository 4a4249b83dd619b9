"""Stopping runs: what they have found is kept, unless the writer does not want it."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/cancel` and `aw.server.cancel`."""
    handlers.request(server, protocol.CANCEL, protocol.CancelParams, cancel)
    handlers.command(server, protocol.COMMAND_CANCEL, protocol.CancelParams, cancel)


def cancel(ls: "AwServer", params: protocol.CancelParams) -> protocol.Cancelled:
    """Stop the jobs, and return those that end because of this.

    `all` means every one, and jobs asked for together end together. Without `keep` they are discarded, and so
    is one that has ended.

    :raises UnknownJob: if there is none of this id.
    """
    named = ls.queue.unfinished if params.job_id == "all" else [ls.jobs.get(params.job_id)]
    ending = ls.queue.cancel(named)
    if not params.keep:
        for job in {*named, *ending}:
            ls.jobs.discard(job)
        ls.queue.changed()
    return protocol.Cancelled(tuple(job.id for job in ending))
