"""The last run's rubric, instruction and plan on another passage."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from aw_server import protocol
from aw_server.features import evolve, handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw.server.repeat`."""
    handlers.command(server, protocol.COMMAND_REPEAT, protocol.RepeatParams, repeat)


async def repeat(ls: "AwServer", params: protocol.RepeatParams) -> protocol.StartResult:
    """Start a run as `aw.server.evolve` does, like the last one, or by the settings where there was none."""
    last = ls.admission.last or protocol.EvolveParams(params.text_document)
    return await evolve.command(
        ls,
        replace(
            last,
            text_document=params.text_document,
            range=params.range,
            position=params.position,
            origin=None,
            work_done_token=None,
        ),
    )
