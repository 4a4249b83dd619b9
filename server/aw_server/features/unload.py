"""Giving the model's memory back."""

from typing import TYPE_CHECKING

from aw_server import messages, protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw.server.unload`."""
    handlers.command(server, protocol.COMMAND_UNLOAD, protocol.Empty, unload)


async def unload(ls: "AwServer", params: protocol.Empty) -> protocol.Unloaded:
    """End the workers, and say how much memory that freed; do nothing while a run goes on or waits."""
    if ls.queue.unfinished:
        return protocol.Unloaded(freed_bytes=0, message=messages.BUSY)
    return protocol.Unloaded(freed_bytes=await ls.runner.unload())
