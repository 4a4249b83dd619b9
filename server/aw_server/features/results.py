"""What a run has found, also while it goes on."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/results` and `aw.server.results`."""
    handlers.request(server, protocol.RESULTS, protocol.JobParams, results)
    handlers.command(server, protocol.COMMAND_RESULTS, protocol.JobParams, results)


def results(ls: "AwServer", params: protocol.JobParams) -> protocol.EvolveResult:
    """The outcome, provisional while the run goes on."""
    return ls.jobs.get(params.job_id).result()
