"""A real editor in a home of its own, started here and ended here, that leaves no process behind."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from glob import glob
from pathlib import Path
from typing import Protocol

import psutil
import pytest

_MARK = "AW_TEST_EDITOR"  # inherited by all that the editor starts
_RUN_LIMIT = 100.0  # seconds
_END_LIMIT = 8.0  # seconds for server and worker to be gone after the editor


class RunEditor(Protocol):
    """Runs an editor's script to its end in a fresh folder and returns what it printed.

    Fails the test where the editor's exit code is not 0 or a process is left. `needs` are programs or files
    (patterns) by the Debian package that has them: where one is missing the test is skipped, or fails if `CI`
    is set.
    """

    def __call__(self, *command: str, needs: Mapping[str, str]) -> str: ...


def run_editor(command: tuple[str, ...], home: Path, mark: str, needs: Mapping[str, str]) -> str:
    """What the editor printed; see `RunEditor`."""
    _require(needs)
    with (home / "printed").open("w+b") as printed:
        with subprocess.Popen(
            command,
            cwd=home,
            env=_environment(home, mark),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                ended = f"ended with {process.wait(_RUN_LIMIT)}"
            except subprocess.TimeoutExpired:
                process.kill()
                ended = f"did not end within {_RUN_LIMIT:.0f} s"
        printed.seek(0)
        text = printed.read().decode(errors="replace")
    left = _left(mark)
    if ended != "ended with 0" or left:
        pytest.fail(f"{command[0]} {ended}; still running: {left or 'nothing'}\n{text}", pytrace=False)
    return text


def end_all(mark: str) -> None:
    """Kill what was started with this mark."""
    for process in _marked(mark):
        process.kill()


def _require(needs: Mapping[str, str]) -> None:
    missing = [package for package, needed in needs.items() if not shutil.which(needed) and not glob(needed)]
    if not missing:
        return
    sentence = f"An editor is missing; install the Debian packages: {', '.join(missing)}."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def _environment(home: Path, mark: str) -> dict[str, str]:
    """The server under test first on the path, and nothing of the user's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NVIM", "VIM"))}
    xdg = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return kept | xdg | {"HOME": str(home), "PATH": path, "TERM": "dumb", _MARK: mark}


def _left(mark: str) -> list[str]:
    """The command lines of what still runs after a moment of grace."""
    limit = time.monotonic() + _END_LIMIT
    while (found := _marked(mark)) and time.monotonic() < limit:
        psutil.wait_procs(found, timeout=0.1)
    return [" ".join(process.cmdline()) for process in found if process.is_running()]


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return found
