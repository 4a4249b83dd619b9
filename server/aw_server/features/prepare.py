"""Loading the model while the writer still types what is to be done."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Take the notification `aw/prepare`; nothing is said if it cannot be done."""
    handlers.request(server, protocol.PREPARE, protocol.PrepareParams, prepare)


async def prepare(ls: "AwServer", params: protocol.PrepareParams) -> None:
    """Load the model, if there is no other work, and read a long document in advance."""
    ls.jobs.prepare()
    await ls.jobs.warm(protocol.EvolveParams(params.text_document))
