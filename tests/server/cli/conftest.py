"""A hand-made outcome for what is only drawn, and the program as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aw_engine.domain.candidate import ORIGINAL, Flag, Lineage
from aw_engine.domain.result import (
    CriterionDelta,
    EvolveResult,
    GenerationMeters,
    ModelRef,
    Ranked,
    Rating,
    RejectedCount,
    Usage,
)
from aw_engine.judging.verdict import assessed

Program = Callable[..., subprocess.CompletedProcess[bytes]]

TEXT = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. They are kept in [one plain folder](https://a.org/log)."
)
MENDED = TEXT.replace("recieved", "received").replace("and and", "and").replace("was very", "were very")
SHORTER = MENDED.replace("Due to the fact that", "Because").replace(" very", "")
TWO = MENDED.replace("one", "two")


def _ranked(
    name: str, rank: int, text: str, mean: float, wins: float, flags: tuple[Flag, ...] = ()
) -> Ranked:
    original = name == ORIGINAL
    why = (CriterionDelta("clear", "Clear", 1.6, 0.3), CriterionDelta("correct", "Correct", -0.2, 0.0))
    ranked = Ranked(
        id=name,
        rank=rank,
        text=text,
        title=f"{rank} · {name}",
        wins=wins,
        rating=Rating(mean, 0.0 if original else 0.5),
        provisional=False,
        words=len(text.split()),
        words_delta=len(text.split()) - len(TEXT.split()),
        preferred=wins >= 0.8,
        niche="light",
        flags=flags,
        criteria=() if original else why,
        lineage=Lineage("copy-edit", (ORIGINAL,), 0 if original else 1),
    )
    return assessed(ranked, trusted=True)


@pytest.fixture
def result() -> EvolveResult:
    """Two rewrites above the original, one flagged below it."""
    candidates = (
        _ranked("c3", 1, SHORTER, 1.2, 0.93),
        _ranked("c1", 2, MENDED, 0.3, 0.71),
        _ranked(ORIGINAL, 3, TEXT, 0.0, 0.5),
        _ranked("c2", 4, TWO, -0.4, 0.3, (Flag("number", "one", "two"),)),
    )
    return EvolveResult(
        status="done",
        job_id="j1",
        original=TEXT,
        original_rank=3,
        candidates=candidates,
        rejected=(RejectedCount("number", 2), RejectedCount("duplicate", 3), RejectedCount("gibberish", 1)),
        notices=("3 rewrites were rejected: 2 changed a number, 1 rambled.",),
        generations=2,
        calls=31,
        seconds=12.3,
        seed=0,
        model=ModelRef("builtin", "ab" * 32),
        usage=Usage(),
        per_generation=(GenerationMeters(1.0, 0.2, 0.9, 0.0),),
        settings={},
    )


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all tests: a model is measured as a judge once."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture
def environment(tmp_path: Path, caches: Path) -> dict[str, str]:
    """A home of its own, so that no setting or log of this computer plays a part."""
    home = tmp_path / "home"
    home.mkdir()
    ours = ("XDG_", "AW_", "NO_COLOR")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    places = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"), str(home))
    return {**kept, **places, "XDG_CACHE_HOME": str(caches)}


@pytest.fixture
def program(environment: dict[str, str], tmp_path: Path) -> Program:
    """Runs `aw-server` in `tmp_path`; keyword arguments go to `subprocess.run`."""

    def run(*arguments: str, **how: object) -> subprocess.CompletedProcess[bytes]:
        options = {"capture_output": True, "cwd": tmp_path, "env": environment, "timeout": 280, **how}
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        command = [sys.executable, "-m", "aw_server", *arguments]
        return subprocess.run(command, check=False, **options)  # type: ignore[call-overload, no-any-return]

    return run
