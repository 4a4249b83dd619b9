"""How long a run should take, from what others took with the same models on this computer."""

import asyncio
import time
from collections.abc import Callable, Sequence

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Finished, Started
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.errors import AwError
from aw_server import log
from aw_server.runs.models import digest, examine

Seconds = tuple[float, float]


def forecast(brief: Brief) -> Seconds | None:
    """The least and the most seconds that the run should take with its models loaded; None if unknown.

    Takes some milliseconds a passage: in the server, for a thread of its own.
    """
    from aw_engine.inference import rates

    digests = [digest(ref) for ref in dict.fromkeys((brief.models.writer, brief.models.judge)) if ref]
    known = [each for each in digests if each is not None]
    if len(known) < len(digests):
        return None
    try:
        found = rates.seconds(_key(*known), _work(brief))
    except AwError:  # of a model that cannot be read: the run will say so
        return None
    limit = brief.plan.budget.seconds
    return found if found is None or limit is None else (min(found[0], limit), min(found[1], limit))


def calls(brief: Brief) -> int:
    """The most comparisons that the run makes, by its plan and what is known of its judge."""
    from aw_engine.judging.profile import expected
    from aw_engine.judging.tournament import planned_calls

    return planned_calls(brief.plan, expected(brief.models.judge).noise)


def of_all(briefs: Sequence[Brief]) -> "asyncio.Future[list[Seconds | None]]":
    """The forecast of each of these runs, worked out in a thread."""

    def work() -> list[Seconds | None]:
        return [forecast(each) for each in briefs]

    return asyncio.get_running_loop().run_in_executor(None, work)


def together(seconds: Sequence[Seconds | None]) -> Seconds | None:
    """What several runs take one after another; None if that is not known of each."""
    known = [each for each in seconds if each is not None]
    if not known or len(known) < len(seconds):
        return None
    return round(sum(low for low, _ in known), 1), round(sum(high for _, high in known), 1)


def remembering(brief: Brief) -> Callable[[Event], None]:
    """A listener that remembers how long the run took when it has ended, for later forecasts.

    Loading is not counted. A run that was stopped or has failed is not remembered.
    """
    began = 0.0

    def hear(event: Event) -> None:
        nonlocal began
        match event:
            case Started():
                began = time.monotonic()
            case Finished(result=result) if began and _ended_by_itself(result, brief.plan):
                seconds = time.monotonic() - began
                try:
                    _remember(result, _work(brief), seconds)
                except AwError:
                    pass  # the model's file is gone: its runs need no remembering
                except Exception as error:  # noqa: BLE001 - what has been found must not be lost for this
                    log.record(error)

    return hear


def _ended_by_itself(result: EvolveResult, plan: Plan) -> bool:
    limit = plan.budget.seconds
    return result.status == "done" and (limit is None or result.seconds < limit)


def _remember(result: EvolveResult, work: float, seconds: float) -> None:
    from aw_engine.evolution import effort
    from aw_engine.inference import rates

    digests = [each.digest for each in (result.model, result.judge) if each is not None]
    rates.record(
        _key(*digests), rates.TimedRun(expected=work, used=effort.used(result.usage), seconds=seconds)
    )


def _work(brief: Brief) -> float:
    from aw_engine.evolution import effort

    return effort.prompted(brief) if examine(brief.models.writer).free else effort.copy_edited(brief)


def _key(*digests: str) -> str:
    return " ".join(digests)
