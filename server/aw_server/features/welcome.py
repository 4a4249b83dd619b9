"""The first run with the built-in model says what that is, and the way to another."""

from typing import TYPE_CHECKING

from aw_engine.domain.brief import BUILTIN
from aw_server import messages
from aw_server.jobs.job import Job
from aw_server.welcome import first_time

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Show once, when a run with the built-in model starts, what that model is."""

    def started(job: Job) -> None:
        if job.request.brief.models.writer == BUILTIN and first_time():
            server.show(messages.FIRST_TIME_HERE)

    server.admission.started.append(started)
