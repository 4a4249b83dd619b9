"""Loading the model while the writer still types what is to be done."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """`aw/prepare`, a notification: nothing is answered, and nothing said if it cannot be done."""
    handlers.request(server, protocol.PREPARE, protocol.PrepareParams, prepare)


async def prepare(ls: "AwServer", params: protocol.PrepareParams) -> None:
    """The model is loaded, if nothing else is to be done, and a long document has been read."""
    ls.jobs.prepare()
    await ls.jobs.warm(protocol.EvolveParams(params.text_document))
