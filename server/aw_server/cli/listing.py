"""The history as a table, and the lines about a run that are not its ranking."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from aw_engine.journal.record import Record, Summary, UserActionKind, document
from aw_engine.judging.verdict import percent
from aw_server.cli import tables

_DONE: dict[UserActionKind, str] = {
    "applied": "put into the text",
    "rejected": "rejected",
    "pinned": "pinned",
    "picked": "picked as the best",
}
_OPENING = 40  # characters of a passage on a terminal


def print_runs(found: Sequence[Summary], path: Path) -> None:
    """Print the runs, and on stderr of a terminal what they take in all."""
    if not found:
        click.echo("No runs are kept yet.", err=True)
        return
    now = time.time()
    terminal = sys.stdout.isatty()
    rows = [
        (
            each.id,
            age(now - each.began) if terminal else _stamp(each.began),
            _outcome(each),
            each.rubric,
            document(each.uri),
            _opening(each.opening) if terminal else each.opening,
            size(each.bytes) if terminal else str(each.bytes),
        )
        for each in found
    ]
    tables.print_table(("run", "when", "outcome", "rubric", "document", "text", "size"), rows, (6,), cut=5)
    if terminal:
        runs = "1 run" if len(found) == 1 else f"{len(found):,} runs"
        click.echo(f"{runs}, {size(sum(each.bytes for each in found))}, in {path}", err=True)


def heading(record: Record) -> str:
    """`draft.md · clarity · 21 November 2026, 05:14 · interrupted`"""
    when = time.strftime("%d %B %Y, %H:%M", time.localtime(record.began)).lstrip("0")
    parts = [document(record.uri), record.rubric.id, when]
    if record.status != "done":
        parts.append(record.status)
    return " · ".join(parts)


def user_actions(record: Record) -> Iterator[str]:
    """`c17 put into the text, 3 min ago`, one line for each thing that the writer did."""
    for action in record.user_actions:
        yield f"{action.candidate} {_DONE[action.kind]}, {age(time.time() - action.at)}"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits: `just now`, `5 min ago`, `3 h ago`, `12 days ago`."""
    for unit, length in (("day", 86_400), ("h", 3_600), ("min", 60)):
        count = int(seconds // length)
        if count:
            return f"{count:,} {unit}{'s' if unit == 'day' and count > 1 else ''} ago"
    return "just now"


def size(count: int) -> str:
    """Bytes, rounded: `15 kB`, `1.2 MB`."""
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3)):,} kB"


def _outcome(run: Summary) -> str:
    if run.best is None and run.status == "done":
        return "no rewrites"
    if run.best is None or run.status not in ("done", "cancelled", "superseded"):
        return run.status
    best = f"{percent(run.best)}%" if run.original_rank != 1 else "yours first"
    applied = ", applied" if run.applied else ""
    return f"{best}{applied}" if run.status == "done" else f"{best}{applied}, {run.status}"


def _opening(text: str) -> str:
    return text if len(text) <= _OPENING else text[: _OPENING - 1].rstrip() + "…"


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
