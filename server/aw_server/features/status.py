"""What the server is, has, and does."""

from typing import TYPE_CHECKING

from aw_engine.errors import AwError
from aw_server import __version__, log, protocol
from aw_server.features import handlers
from aw_server.jobs.models import digest, examine

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/status` and `aw.server.status`."""
    handlers.request(server, protocol.STATUS, protocol.Empty, status)
    handlers.command(server, protocol.COMMAND_STATUS, protocol.Empty, status)


def status(ls: "AwServer", params: protocol.Empty) -> protocol.StatusResult:
    """The server's state; nothing is loaded to find it out."""
    jobs = ls.jobs
    model, fault = jobs.models.writer, jobs.last_fault
    context = None
    try:
        limit = jobs.context
        trained = examine(model).context
        context = min(limit, trained) if trained else limit
    except AwError as error:
        fault = fault or str(error)
    pids = jobs.engine.worker_pids
    journal = jobs.engine.journal
    return protocol.StatusResult(
        state=jobs.state,
        server=__version__,
        protocol=protocol.VERSION,
        model=model,
        queue=jobs.queue,
        log=str(log.path()),
        history=str(journal.path) if journal else None,
        digest=digest(model),
        context_tokens=context,
        worker_pid=pids[0] if pids else None,
        worker_bytes=jobs.engine.worker_bytes() or None,
        last_fault=fault,
    )
