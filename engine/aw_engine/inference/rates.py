"""How long runs take on this computer, by the runs with the same model file that it remembers.

Work is counted in tokens read; a token written counts as several that are read.
"""

import statistics
from contextlib import suppress
from math import exp, hypot, log
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from aw_engine.inference import cache_note

_KEPT: Final = 12
_LATEST: Final = 5  # by whose pace the next one is timed: what else the computer does changes
_SMALLEST: Final = 300  # tokens; less says more about the way there and back than about the model
_UNHEARD: Final = 4  # runs that went as expected and never were: a few others do not decide by themselves
# Logarithms. Four of five runs of the default model came so near to what their passages let expect
# (docs/experiments.md), and the pace of a run to that of one other.
_CHANCE, _ALONE = 0.46, 0.3


class TimedRun(Struct, frozen=True):
    """A run that came to its end: the tokens it was expected to need, those it needed, and seconds."""

    expected: Annotated[float, Meta(gt=0, lt=1e12)]
    used: Annotated[float, Meta(gt=0, lt=1e12)]
    seconds: Annotated[float, Meta(gt=0, lt=1e9)]


def record(model: str, run: TimedRun) -> None:
    """Remember a run of the model with this digest, unless it was too short to say anything.

    A full disk or a read-only home is no reason to fail: the run is then forgotten.
    """
    if run.used < _SMALLEST or min(run.seconds, run.expected) <= 0:
        return
    runs = [*_runs(model), run][-_KEPT:]
    with suppress(OSError):
        cache_note.write(_note(model), runs)


def seconds(model: str, work: float) -> tuple[float, float] | None:
    """The range of seconds in which four of five runs end that are expected to need `work` tokens.

    The likeliest value is the geometric mean of both ends. Loading is not counted. None if no run is
    remembered.
    """
    runs = _runs(model)
    if not runs:
        return None
    paces = [log(run.seconds / run.used) for run in runs[-_LATEST:]]
    pace = statistics.median(paces)
    habit = sum(log(run.used / run.expected) for run in runs) / (len(runs) + _UNHEARD)
    # One run beside a busy compiler is left out.
    differ = sorted(abs(each - pace) for each in paces)[-2] if len(paces) > 2 else _ALONE
    width = hypot(_CHANCE, differ)
    middle = log(work) + pace + habit
    return exp(middle - width), exp(middle + width)


def _runs(model: str) -> list[TimedRun]:
    return cache_note.read(_note(model), list[TimedRun]) or []


def _note(model: str) -> Path:
    return cache_note.path(cache_note.folder("rates"), model.encode())
