"""How an outcome leaves the program: ranking, text, diff, JSON, or the replaced file."""

import sys
from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console

from aw_engine.domain.brief import BUILTIN
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event
from aw_engine.domain.result import EvolveResult
from aw_engine.text.frame import Frame
from aw_engine.text.reflow import restore
from aw_server import differences, messages
from aw_server.cli import changes, replace, show
from aw_server.cli.exits import Exit
from aw_server.cli.failures import FileError
from aw_server.cli.request import EvolveOptions
from aw_server.cli.selection import Piece, Selection, Skipped, put_back
from aw_server.cli.source import SourceFile
from aw_server.runs.placing import Placement
from aw_server.welcome import first_time


class Several(msgspec.Struct, frozen=True):
    """What `--json` prints with `--split`: one result a paragraph, and the paragraphs that were skipped."""

    results: tuple[EvolveResult, ...]
    skipped: tuple[Skipped, ...] = ()


class _SkippedEvent(Skipped, frozen=True, tag_field="type", tag="skipped"):
    """A skipped paragraph as a line of `--jsonl`."""


def event(happened: Event) -> None:
    """Print one event as a line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(happened) + b"\n")
    sys.stdout.flush()


def skipped(request: EvolveOptions, what: Skipped) -> None:
    """Say that a paragraph stays as it is: on stderr, and among the events."""
    sys.stderr.write(f"{what}\n")
    if request.as_events:
        line = _SkippedEvent(what.paragraph, what.line, what.reason, what.message)
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.flush()


def deliver(
    request: EvolveOptions,
    source: SourceFile,
    selection: Selection,
    results: Mapping[int, EvolveResult],
    skipped: Sequence[Skipped] = (),
    *,
    interrupted: Exit | None = None,
) -> Exit:
    """Print what was asked for and put the best in place; the exit code that says how it came out.

    :raises FileError: if the file could not be replaced; the best text has then been printed.
    """
    pieces = {piece.number: piece for piece in selection.pieces if piece.number in results}
    texts = [
        (frame.start, frame.end, _best(frame, results[number]))
        for number, frame in ((number, piece.extract.frame) for number, piece in pieces.items())
    ]
    after = put_back(source.text, texts, 0, len(source.text))
    part = put_back(source.text, texts, selection.start, selection.end)
    better = any(result.original_rank > 1 for result in results.values())
    failed = any(result.status == "failed" for result in results.values())
    whole_run = interrupted is None and not failed
    if request.as_json:
        placed = [Placement(piece.extract.frame).result(results[number]) for number, piece in pieces.items()]
        _json(request, placed, skipped)
    elif request.diff:
        _diff(source, after)
    elif request.as_events:
        pass
    elif sys.stdout.isatty() or request.everything:
        _rankings(request, pieces, results)
        if sys.stdout.isatty() and not request.quiet:
            _welcome(results)
    elif request.backup is None or not whole_run:
        _text(source, part, selection)
    if not (request.as_json or request.as_events or request.quiet):
        _summaries(request, results)
    if request.backup is not None:
        _in_place(request, source, after, part, selection, better=better, whole_run=whole_run)
    if interrupted is not None:
        return interrupted
    if failed:
        return Exit.MODEL
    if skipped:
        return Exit.SKIPPED
    return Exit.NOTHING_BETTER if request.fail_if_none and not better else Exit.DONE


def _best(frame: Frame, result: EvolveResult) -> str:
    """The first by rank as it would stand in the document; the original where nothing beats it."""
    first = result.candidates[0] if result.candidates else None
    # A text never becomes nothing, whatever went wrong before.
    if first is None or first.id == ORIGINAL or not first.text.strip():
        return frame.original
    return restore(frame, first.text)


def _json(request: EvolveOptions, results: list[EvolveResult], skipped: Sequence[Skipped]) -> None:
    shown = Several(tuple(results), tuple(skipped)) if request.split else results[0]
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(shown), indent=2) + b"\n")
    sys.stdout.flush()


def _diff(source: SourceFile, after: str) -> None:
    name = changes.label(source.name)
    if sys.stdout.isatty():
        Console(soft_wrap=True, highlight=False).print(changes.coloured(name, source.text, after), end="")
    else:
        _bytes(differences.unified(name, source.text, after).encode())


def _rankings(
    request: EvolveOptions, pieces: Mapping[int, Piece], results: Mapping[int, EvolveResult]
) -> None:
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=show.WIDTH)
    for at, number in enumerate(pieces):
        if at:
            console.print()
        title = f"paragraph {number}" if request.split else ""
        show.ranking(console, results[number], everything=request.everything, title=title)


def _text(source: SourceFile, part: str, selection: Selection) -> None:
    whole = selection.start == 0 and selection.end == len(source.text)
    _bytes(source.encode(part) if whole else part.encode())


def _welcome(results: Mapping[int, EvolveResult]) -> None:
    """Say, once on a computer, what the built-in model is, and how to use a bigger one."""
    if any(result.model.ref == BUILTIN for result in results.values()) and first_time():
        Console(stderr=True, highlight=False, markup=False).print(messages.FIRST_TIME)


def _summaries(request: EvolveOptions, results: Mapping[int, EvolveResult]) -> None:
    """Print on stderr how the runs came out, where stdout does not say it."""
    if not request.diff and (sys.stdout.isatty() or request.everything):
        return
    for number, result in results.items():
        where = f"Paragraph {number}: " if request.split else ""
        headline = messages.summary(result)
        lines = [headline, *(notice for notice in result.notices if notice != headline)]
        if result.message:
            lines.append(result.message)
        sys.stderr.writelines(f"{where}{line}\n" for line in lines)


def _in_place(
    request: EvolveOptions,
    source: SourceFile,
    after: str,
    part: str,
    selection: Selection,
    *,
    better: bool,
    whole_run: bool,
) -> None:
    if not whole_run:
        sys.stderr.write(f"{source.name} is as it was: the run did not end by itself.\n")
        return
    if not better:
        if not request.quiet:
            sys.stderr.write(f"{source.name} is as it was.\n")
        return
    try:
        backup = replace.replace(request.file, source.data, source.encode(after), request.backup or ".bak")
    except FileError:
        if not (request.as_json or request.as_events or request.diff or sys.stdout.isatty()):
            _text(source, part, selection)  # nothing that was worked for is lost
        raise
    if not request.quiet:
        sys.stderr.write(f"{source.name} has the best text; the old file is {backup.name}.\n")


def _bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
