"""One run, whoever asked for it: its models are opened, and all that listen hear what happens."""

from collections.abc import Callable, Sequence

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event
from aw_engine.domain.result import EvolveResult
from aw_engine.domain.steering import Steering
from aw_engine.evolution.run import evolve
from aw_server.runs.backends import AUTOMATIC, OpenBackends, Resources
from aw_server.runs.forecast import remembering


async def run(
    job_id: str,
    brief: Brief,
    backends: OpenBackends,
    scope: anyio.CancelScope,
    listeners: Sequence[Callable[[Event], None]],
    *,
    resources: Resources = AUTOMATIC,
    steering: Steering | None = None,
) -> EvolveResult:
    """The outcome of the brief, texts as prose. Each of `listeners` hears every event, in their order.

    Cancelling `scope` ends the run with the best so far. How long it took is remembered for forecasts.

    :raises AwError: as `evolve` does.
    """
    hearing = (*listeners, remembering(brief))

    def emit(event: Event) -> None:
        for hear in hearing:
            hear(event)

    opened = await backends.open(brief.models, resources)
    return await evolve(brief, opened, emit, scope, job_id, steering=steering)
