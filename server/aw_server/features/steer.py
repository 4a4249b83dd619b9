"""The writer's own word on rewrites: pinned ones stay, vetoed ones go, a picked one is better."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/steer`."""
    handlers.request(server, protocol.STEER, protocol.SteerParams, steer)


def steer(ls: "AwServer", params: protocol.SteerParams) -> protocol.Empty:
    """Pass the writer's word on; a run under way heeds it from its next generation on."""
    ls.jobs.steer(params.job_id, pin=params.pin, veto=params.veto, pick=params.pick)
    return protocol.Empty()
