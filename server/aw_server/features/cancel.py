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
    """Stop the jobs; those that end because of this come back."""
    return protocol.Cancelled(tuple(ls.jobs.cancel(params.job_id, keep=params.keep)))
