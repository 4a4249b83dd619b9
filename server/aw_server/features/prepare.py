"""Loading the model while the writer still types what is to be done."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers
from aw_server.jobs import warmup
from aw_server.jobs.selection import resources

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Take the notification `aw/prepare`; nothing is said if it cannot be done."""
    handlers.request(server, protocol.PREPARE, protocol.PrepareParams, prepare)


async def prepare(ls: "AwServer", params: protocol.PrepareParams) -> None:
    """Load the model, if nothing else is to be done, and read a long document."""
    if not ls.queue.unfinished and not ls.queue.closed:
        ls.runner.prepare(ls.models.in_force, resources(ls.session.settings))
    await warmup.parsed(protocol.EvolveParams(params.text_document), ls.session)
