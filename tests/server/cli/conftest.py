"""A hand-made outcome for what is only drawn, and the program as a process of its own."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aw_engine.domain.result import EvolveResult
from support.outcome import outcome
from support.program import Arguments, Program, run_program


@pytest.fixture
def result() -> EvolveResult:
    return outcome()


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
    """Runs `aw-server` in `tmp_path`."""

    def run(*arguments: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
        return run_program(arguments, tmp_path, environment, how)

    return run


@pytest.fixture
def quick(model_path: Path) -> Arguments:
    """The shortest run with the model under test."""
    return ("--model", str(model_path), "--plan", "quick")
