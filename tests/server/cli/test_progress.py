"""The line that is shown while a run works."""

from io import StringIO

from rich.console import Console

from aw_engine.domain.events import Leaderboard, Started
from aw_engine.domain.result import ModelRef
from aw_server.cli.progress import Progress

STARTED = Started(job_id="a", model=ModelRef("builtin", "ab"), generations=2, calls_planned=42)


def line(progress: Progress) -> str:
    console = Console(file=StringIO(), width=120)
    with console.capture() as captured:
        console.print(progress)
    return captured.get()


def board(seconds_left: float | None) -> Leaderboard:
    return Leaderboard(generation=1, calls=4, calls_planned=42, seconds_left=seconds_left, candidates=())


def test_what_the_run_should_take_is_said_until_it_is_known_better() -> None:
    progress = Progress(Console(file=StringIO()))
    progress.begin(1, 1, (4.2, 15.1))
    assert "loading the model · about 4–15 s" in line(progress)
    progress.follow(STARTED)
    assert "writing · about 4–15 s" in line(progress)
    progress.follow(board(7.0))
    assert "7 s left" in line(progress)
    assert "about" not in line(progress)


def test_without_earlier_runs_nothing_is_guessed() -> None:
    progress = Progress(Console(file=StringIO()))
    progress.begin(2, 3, None)
    progress.follow(STARTED)
    assert "paragraph 2/3 · writing" in line(progress)
    assert "about" not in line(progress)


def test_no_seconds_are_left_is_not_said_of_a_run_that_goes_on() -> None:
    progress = Progress(Console(file=StringIO()))
    progress.begin(1, 1, None)
    progress.follow(STARTED)
    for left in (0.0, None):
        progress.follow(board(left))
        assert "4 of 42 comparisons" in line(progress)
        assert "left" not in line(progress)
