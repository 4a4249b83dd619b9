"""The writer's own word on rewrites: pinned ones stay, vetoed ones go, a picked one is better."""

from typing import TYPE_CHECKING

from aw_engine.domain.steering import Steering
from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/steer`."""
    handlers.request(server, protocol.STEER, protocol.SteerParams, steer)


def steer(ls: "AwServer", params: protocol.SteerParams) -> protocol.Empty:
    """Take in what the writer says; a run under way heeds it from its next generation on.

    :raises UnknownJob, UnknownCandidate: if there is none of this id.
    """
    job = ls.jobs.get(params.job_id)
    picked = (params.pick,) if params.pick else ()
    for candidate in (*params.pin, *params.veto, *picked):
        job.text_of(candidate)

    def say(steering: Steering) -> None:
        for candidate in params.pin:
            steering.pin(candidate)
        for candidate in params.veto:
            steering.veto(candidate)
        for candidate in picked:
            steering.pick(candidate)

    ls.queue.steer(job, say)
    job.veto(params.veto, params.pin)
    if journal := ls.runner.history.journal:
        for candidate in params.pin:
            journal.pinned(job.id, candidate)
        for candidate in params.veto:
            journal.rejected(job.id, candidate)
        for candidate in picked:
            journal.picked(job.id, candidate)
    return protocol.Empty()
