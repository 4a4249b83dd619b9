"""How long a run should take: unknown at first, known from the first run to its end on, and to whom."""

import shutil
import threading

import platformdirs
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Models
from aw_engine.domain.events import Started
from aw_engine.domain.result import ModelRef
from aw_engine.inference import rates
from aw_server import messages
from aw_server.jobs import announcing
from aw_server.jobs.job import Job
from aw_server.progress import doing
from aw_server.protocol import Limits
from aw_server.runs import forecast
from aw_server.runs.models import digest
from support.desk import Desk
from support.editor import ENDLESS
from support.letter import LAST, NOTES


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    shutil.rmtree(platformdirs.user_cache_path("aw", appauthor=False) / "rates", ignore_errors=True)


async def seconds(job: Job) -> forecast.Seconds | None:
    (found,) = await forecast.of_all([job.request.brief])
    return found


async def test_after_a_run_to_its_end_the_next_one_is_foreseen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 30.0)
    _, job = desk.start(n=8, generations=2)
    assert await announcing.announce([job]) is None
    assert job.estimate is None
    await desk.ended(job)
    _, following = desk.start(NOTES, n=8, generations=2)
    told = await announcing.announce([following])
    assert told is not None
    assert 0 < told[0] < told[1] < 600
    assert following.estimate == pytest.approx(told, abs=0.1)


async def test_what_takes_too_long_to_find_out_is_told_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = threading.Event()

    def forecast_late(*_: object) -> forecast.Seconds:
        known.wait(30)
        return 1.0, 2.0

    monkeypatch.setattr(forecast, "forecast", forecast_late)
    _, job = desk.start()
    assert await announcing.announce([job]) is None
    assert job.estimate is None
    known.set()
    await desk.until(lambda: job.estimate == (1.0, 2.0))
    await desk.ended(job)


async def test_a_run_that_works_says_what_is_left(desk: Desk) -> None:
    _, job = desk.start(**ENDLESS)
    said: list[str] = []
    job.listeners.append(lambda job, _: said.append(doing(job)))
    await desk.ranked(job)
    desk.cancel(job.id)
    await desk.ended(job)
    assert any(each.startswith("generation 1/") and each.endswith(" left") for each in said)


async def test_what_the_run_should_take_is_said_until_it_is_known_better(desk: Desk) -> None:
    _, job = desk.start()
    job.hear(Started(job_id=job.id, model=ModelRef("builtin", ""), generations=2, calls_planned=9), {})
    job.begin()
    job.expect((4.0, 9.0))
    assert doing(job) == "writing the first rewrites · about 4–9 s in all"
    desk.cancel(job.id)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, ""), (7.3, "7 s left"), (119.0, "119 s left"), (300.0, "5 min left")]
)
def test_the_time_left_is_said_in_round_numbers(seconds: float, said: str) -> None:
    assert messages.left(seconds) == said


async def test_a_run_that_was_stopped_says_nothing_of_the_next(desk: Desk) -> None:
    _, job = desk.start(**ENDLESS)
    await desk.ranked(job)
    desk.cancel(job.id)
    assert (await desk.ended(job)).status == "cancelled"
    assert await seconds(job) is None


async def test_a_run_that_a_time_limit_ended_says_nothing_of_the_next(desk: Desk) -> None:
    _, first = desk.start(LAST)
    await desk.ended(first)  # loads the model, which a limit would count
    shutil.rmtree(platformdirs.user_cache_path("aw", appauthor=False) / "rates", ignore_errors=True)
    _, job = desk.start(**ENDLESS, budget=Limits(seconds=0.2))
    result = await desk.ended(job)
    assert result.status == "done"
    assert any("Stopped after" in notice for notice in result.notices)
    assert await seconds(job) is None


async def test_no_more_is_foreseen_than_the_time_limit_allows(desk: Desk) -> None:
    _, job = desk.start(budget=Limits(seconds=3.0))
    rates.record(
        f"{digest('builtin')} {digest('trained')}",
        rates.TimedRun(expected=1000.0, used=1000.0, seconds=1000.0),
    )
    assert await seconds(job) == (3.0, 3.0)
    await desk.ended(job)


async def test_models_that_work_together_have_a_pace_of_their_own(desk: Desk) -> None:
    _, job = desk.start()
    known = digest("builtin")
    assert known is not None
    rates.record(known, rates.TimedRun(expected=1000.0, used=1000.0, seconds=10.0))
    brief = job.request.brief
    assert forecast.forecast(replace(brief, models=Models("builtin", ""))) is not None
    assert forecast.forecast(replace(brief, models=Models("builtin", "builtin"))) is not None
    assert forecast.forecast(replace(brief, models=Models("builtin", "/nowhere.gguf"))) is None
    assert forecast.forecast(replace(brief, models=Models("/nowhere.gguf", ""))) is None
    desk.cancel(job.id)


async def test_a_fault_in_foreseeing_or_remembering_costs_no_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(forecast, "_work", fail)
    known = digest("builtin")
    assert known is not None
    _, job = desk.start(LAST, n=8, generations=2)
    assert await announcing.announce([job]) is None
    assert (await desk.ended(job)).status == "done"
    assert rates.seconds(known, 1000.0) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ((4.2, 15.1), "about 4–15 s"),
        ((0.1, 0.4), "about 1 s"),
        ((59.6, 119.0), "about 60–119 s"),
        ((40.0, 150.0), "about 1–2 min"),
        ((3000.0, 9000.0), "about 50–150 min"),
    ],
)
def test_seconds_are_said_in_round_numbers(seconds: forecast.Seconds, said: str) -> None:
    assert messages.about(seconds) == said


def test_several_runs_take_as_long_as_all_of_them_and_nobody_guesses_at_one() -> None:
    assert forecast.together([(1.0, 2.0), (0.5, 4.0)]) == (1.5, 6.0)
    assert forecast.together([(1.0, 2.0), None]) is None
    assert forecast.together([]) is None
