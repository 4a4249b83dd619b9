"""A run as one HTML page, drawn from the history."""

import asyncio
from typing import TYPE_CHECKING

from aw_engine.errors import JournalError, UnknownRun
from aw_server import messages, protocol
from aw_server.features import handlers
from aw_server.rpc import RequestFailed

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/report`."""
    handlers.request(server, protocol.REPORT, protocol.JobParams, report)


async def report(ls: "AwServer", params: protocol.JobParams) -> protocol.ReportResult:
    """The page, without script; also of a run that goes on, as far as it has come.

    :raises JsonRpcException: RequestFailed, if the run is not in the history.
    """
    job = ls.jobs.get(params.job_id)
    journal = ls.runner.history.journal
    if journal is None:
        raise RequestFailed(messages.NO_REPORT, data={"kind": "noHistory"})

    def draw() -> str:
        from aw_server.report.page import render

        return render(journal.run(job.id))

    try:
        # The file is read and the page drawn beside the loop: it goes on answering meanwhile.
        return protocol.ReportResult(await asyncio.to_thread(draw))
    except (JournalError, UnknownRun) as error:
        raise RequestFailed(str(error), data={"kind": "noHistory"}) from None
