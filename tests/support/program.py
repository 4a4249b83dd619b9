"""The program as a process of its own, and texts for it."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

EXAMPLE = Path(__file__).parents[2] / "examples" / "draft.md"
FAULTY = b"We recieved a very large number of of questions, and the answers was different each time.\n"

Arguments = tuple[str, ...]


class Program(Protocol):
    """Runs `aw-server` to its end; keyword arguments go to `subprocess.run`."""

    def __call__(self, *arguments: str, **how: Any) -> subprocess.CompletedProcess[bytes]: ...


def run_program(
    arguments: Arguments, folder: Path, environment: dict[str, str], how: dict[str, Any]
) -> subprocess.CompletedProcess[bytes]:
    """What became of `aw-server` with these arguments in this folder, without input unless `how` gives it."""
    options = {"capture_output": True, "cwd": folder, "env": environment, "timeout": 280, **how}
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    command = [sys.executable, "-m", "aw_server", *arguments]
    return subprocess.run(command, check=False, **options)
