"""Where a defect is written down: which error, in which line of the program, never what the writer wrote."""

import os
import sys
import time
import traceback
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_log_path

LIMIT = 1_000_000  # bytes; a longer log is begun anew


def path() -> Path:
    """The log file, which need not exist."""
    return user_log_path("aw", appauthor=False) / "aw-server.log"


def record(error: BaseException) -> Path | None:
    """The log file that now holds the error's type and frames, None where it cannot be written.

    Messages and values are left out: they may hold the writer's text.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    python = ".".join(map(str, sys.version_info[:3]))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    head = f"{stamp} aw-server {version('aw-server')}, Python {python}, {sys.platform}: {_names(error)}"
    target = path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT
        if target.exists() and target.stat().st_size > LIMIT:
            flags |= os.O_TRUNC
        with os.fdopen(os.open(target, flags | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join([head, *lines]) + "\n")
    except OSError:
        return None
    return target


def _names(error: BaseException) -> str:
    """`ExceptionGroup(KeyError)`: the types inside groups matter more than the group's."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({', '.join(_names(each) for each in error.exceptions)})"
    return type(error).__name__
