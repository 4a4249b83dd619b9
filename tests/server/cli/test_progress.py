"""The line that is shown while a run works."""

import re
import time
from io import StringIO

import pytest
from rich.console import Console

from aw_engine.domain.events import Leaderboard, Measuring, Started
from aw_engine.domain.result import ModelRef
from aw_server.cli.progress import ProgressLine, ProgressLog

STARTED = Started(job_id="a", model=ModelRef("builtin", "ab"), generations=2, calls_planned=42)


def line(progress: ProgressLine) -> str:
    console = Console(file=StringIO(), width=120)
    with console.capture() as captured:
        console.print(progress)
    return captured.get()


def board(seconds_left: float | None) -> Leaderboard:
    return Leaderboard(generation=1, calls=4, calls_planned=42, seconds_left=seconds_left, candidates=())


def test_what_the_run_should_take_is_said_until_it_is_known_better() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 1, (4.2, 15.1))
    assert "loading the model · about 4–15 s" in line(progress)
    progress.follow(STARTED)
    assert "writing · about 4–15 s" in line(progress)
    progress.follow(board(7.0))
    assert "7 s left" in line(progress)
    assert "about" not in line(progress)


def test_the_test_of_a_new_judge_is_named() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 1, None)
    progress.follow(Measuring(seconds=10.0))
    assert "testing how well this model judges" in line(progress)
    progress.follow(STARTED)
    assert "testing" not in line(progress)


def test_what_is_left_runs_down_between_events(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 1, (4.2, 15.1))
    progress.follow(STARTED)
    progress.follow(board(7.2))
    shown = []
    for clock[0] in (100.0, 103.0, 107.0, 190.0):
        shown.append(re.search(r"[0-9]+ s left", line(progress)))
    assert [found and found[0] for found in shown] == ["7 s left", "4 s left", None, None]
    assert "about" not in line(progress)


def test_the_next_paragraph_begins_with_its_own_forecast() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 2, (4.2, 15.1))
    progress.follow(board(9.0))
    progress.begin(2, 2, (1.2, 3.4))
    assert "paragraph 2/2 · writing · about 1–3 s" in line(progress)
    assert "left" not in line(progress)


def test_a_run_that_is_stopping_promises_nothing() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 1, (4.2, 15.1))
    progress.follow(board(9.0))
    progress.stopping()
    assert "left" not in line(progress)
    assert "about" not in line(progress)


def test_without_earlier_runs_nothing_is_guessed() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(2, 3, None)
    progress.follow(STARTED)
    assert "paragraph 2/3 · writing" in line(progress)
    assert "about" not in line(progress)


def test_no_seconds_are_left_is_not_said_of_a_run_that_goes_on() -> None:
    progress = ProgressLine(Console(file=StringIO()))
    progress.begin(1, 1, None)
    progress.follow(STARTED)
    for left in (0.0, None):
        progress.follow(board(left))
        assert "4 of 42 comparisons" in line(progress)
        assert "left" not in line(progress)


def test_without_a_terminal_a_line_is_printed_now_and_then() -> None:
    stream = StringIO()
    with ProgressLog(stream, every=0.02) as progress:
        progress.begin(1, 1, None)
        progress.follow(STARTED)
        while stream.getvalue().count("\n") < 2:
            time.sleep(0.01)
    assert stream.getvalue().splitlines()[-1] == "writing"


def test_a_run_that_ends_soon_prints_none() -> None:
    stream = StringIO()
    with ProgressLog(stream) as progress:
        progress.follow(STARTED)
    assert stream.getvalue() == ""
