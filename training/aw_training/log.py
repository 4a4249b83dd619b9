"""One line of JSON per event, on the terminal and in `log.jsonl`: all of a training's figures in one file."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["LOG", "note"]

LOG = "log.jsonl"


def note(out: Path, event: str, **figures: object) -> None:
    """Print an event with its figures, floats to four places, and append it to the log in `out`."""
    line = json.dumps({"event": event} | {name: _rounded(value) for name, value in figures.items()})
    print(line, flush=True)
    with (out / LOG).open("a", encoding="utf-8") as log:
        log.write(line + "\n")


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return round(value, 4) if isinstance(value, float) else value
