"""The log: what was done and what failed, in which line of the program, never what the writer wrote."""

import logging
import os
import sys
import time
import traceback
from pathlib import Path

from platformdirs import user_log_path

from aw_server import __version__

LIMIT = 1_000_000  # bytes; a longer log becomes `.log.1`, and the one before that goes

_OURS = ("aw_server", "aw_engine")


def path() -> Path:
    """The log file, which need not exist."""
    return user_log_path("aw", appauthor=False) / "aw-server.log"


def start(answered: type[BaseException]) -> None:
    """Send what is logged to the file; of other packages only warnings, without values.

    Failures of the kind `answered` are left out: who made them has been told.
    """
    root = logging.getLogger()
    root.handlers = [_LogFile(answered)]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def record(error: BaseException) -> Path | None:
    """Write the error's type and frames down; the log file, or None where it cannot be written.

    Messages and values are left out: they may hold the writer's text.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    head = f"aw-server {__version__}, Python {python}, {sys.platform}: {_told(error)}"
    return path() if _append(f"{_now()} {head}\n") else None


class _LogFile(logging.Handler):
    """Opens the file for each line: several servers share it, and any of them may have put it aside."""

    def __init__(self, answered: type[BaseException]) -> None:
        super().__init__()
        self._answered = answered

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], self._answered):
            return
        _append(f"{_now()} [{record.process}] {record.levelname} {_line(record)}\n")


def _line(record: logging.LogRecord) -> str:
    """The message; of another package's only its pattern, whose arguments may be the writer's text."""
    ours = record.name.split(".")[0] in _OURS
    said = record.getMessage() if ours else str(record.msg).partition("\n")[0]
    error = record.exc_info[1] if record.exc_info else None
    return f"{record.name}: {said}" if error is None else f"{record.name}: {said}: {_told(error)}"


def _told(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([_names(error), *lines])


def _names(error: BaseException) -> str:
    """`ExceptionGroup(KeyError)`: the types inside groups matter more than the group's."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({', '.join(_names(each) for each in error.exceptions)})"
    return type(error).__name__


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def _append(text: str) -> bool:
    target = path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.stat().st_size > LIMIT:
            os.replace(target, f"{target}.1")
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(target, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True
