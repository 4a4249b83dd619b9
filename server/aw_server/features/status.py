"""What the server is, has, and does."""

from contextlib import suppress
from typing import TYPE_CHECKING

from aw_engine.domain.brief import Models
from aw_engine.errors import AwError
from aw_engine.inference.served.address import server_address
from aw_server import __version__, log, protocol
from aw_server.features import handlers
from aw_server.jobs.selection import resources
from aw_server.runs.models import digest, examine

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/status` and `aw.server.status`."""
    handlers.request(server, protocol.STATUS, protocol.Empty, status)
    handlers.command(server, protocol.COMMAND_STATUS, protocol.Empty, status)


def status(ls: "AwServer", params: protocol.Empty) -> protocol.StatusResult:
    """The server's state; nothing is loaded to find it out."""
    model, fault = ls.models.in_force.writer, ls.queue.last_fault
    context = None
    try:
        limit = resources(ls.session.settings).context
        trained = examine(model).context
        context = min(limit, trained) if trained else limit
    except AwError as error:
        fault = fault or str(error)
    backends, journal = ls.runner.backends, ls.runner.history.journal
    pids = backends.worker_pids()
    return protocol.StatusResult(
        state=ls.queue.state,
        server=__version__,
        protocol=protocol.VERSION,
        model=model,
        queue=len(ls.queue.waiting),
        log=str(log.path()),
        history=str(journal.path) if journal else None,
        digest=digest(model),
        context_tokens=context,
        worker_pid=pids[0] if pids else None,
        worker_bytes=backends.worker_bytes() or None,
        last_fault=fault,
        text_goes_to=_elsewhere(ls.models.in_force),
    )


def _elsewhere(models: Models) -> str | None:
    """The other computer to which runs send the writer's text, if there is one."""
    hosts = set()
    for ref in (models.writer, models.judge):
        with suppress(AwError):  # of an address that is none: the run will say so
            address = server_address(ref)
            if address is not None and not address.loopback:
                hosts.add(address.host)
    return ", ".join(sorted(hosts)) or None
