"""`$/aw/update` and `$/aw/status`: what our own clients show while runs go on."""

from typing import TYPE_CHECKING

from aw_engine.domain.events import Event, Leaderboard, Writing
from aw_server import protocol
from aw_server.jobs.job import Job
from aw_server.pace import Pace

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Tell clients that have asked for it of leaderboards and of the server's state."""
    told: list[protocol.StatusChanged] = []

    def status() -> None:
        if not server.session.client.status:
            return
        now = status_now(server)
        if told != [now]:
            told[:] = [now]
            server.tell(protocol.STATUS_CHANGED, now)

    pace = Pace(status)
    server.queue.listeners.append(pace.ask)
    server.admission.started.append(lambda job: _follow(server, job))


def status_now(ls: "AwServer") -> protocol.StatusChanged:
    """What a status line shows."""
    return protocol.StatusChanged(
        state=ls.queue.state, model=ls.models.in_force.writer, queue=len(ls.queue.waiting)
    )


def _follow(ls: "AwServer", job: Job) -> None:
    if not ls.session.client.updates:
        return

    def send() -> None:
        board, started = job.progress, job.started
        if started is not None and (board is not None or job.writing):
            update = protocol.Update(
                job_id=job.id,
                uri=job.uri,
                range=job.location.range(ls.session.encoding),
                generation=1 if board is None else board.generation,
                generations=started.generations,
                calls_done=0 if board is None else board.calls,
                calls_total=started.calls_planned if board is None else board.calls_planned,
                leaderboard=() if board is None else board.candidates,
                writing=job.writing,
            )
            ls.tell(protocol.UPDATE, update)

    pace = Pace(send)

    def heard(_: Job, event: Event | None) -> None:
        if job.done.is_set():
            pace.stop()  # the result says it all
        elif isinstance(event, Leaderboard | Writing):
            pace.ask()

    job.listeners.append(heard)
