"""One `evolve` command from the file to the outcome: what is asked, and the runs that answer it."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import anyio
from msgspec import Struct
from msgspec.structs import replace as altered
from rich.console import Console

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.events import Event, Writing
from aw_engine.domain.passage import Format
from aw_engine.domain.plan import Budget, Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import AwError, ModelError, OutOfMemory
from aw_engine.journal.record import Record
from aw_engine.rubrics import load
from aw_engine.text.formats.format import recognise
from aw_server import log, messages
from aw_server.cli import output, page, replace
from aw_server.cli.backends import opened
from aw_server.cli.exits import Exit
from aw_server.cli.interrupt import Interrupt
from aw_server.cli.progress import ProgressLine, ProgressLog
from aw_server.cli.recording import Recording
from aw_server.cli.request import EvolveOptions
from aw_server.cli.selection import Piece, Selection, Skipped, choose, skip
from aw_server.cli.source import SourceFile, read
from aw_server.project import project_folder
from aw_server.runs import ability, service
from aw_server.runs.backends import Resources
from aw_server.runs.failure import reason
from aw_server.runs.forecast import forecast
from aw_server.runs.history import History
from aw_server.runs.models import settled
from aw_server.runs.placing import Placement


class Outcomes(Struct, frozen=True):
    """Results by paragraph, texts as prose; what was skipped; what the program ends with if asked to stop.

    `record` is that of the last run, if a report is wanted.
    """

    results: dict[int, EvolveResult]
    skipped: tuple[Skipped, ...]
    interrupted: Exit | None
    record: Record | None


def run(request: EvolveOptions) -> Exit:
    """The exit code, after the outcome was printed or put into the file.

    :raises AwError: if nothing came of it; the file is then as it was.
    """
    source = read(request.file)
    if request.backup is not None:
        replace.check(request.file)
    if request.report is not None:
        page.check(request.report, source)
    rubric = load.find(request.rubric or load.DEFAULT, project_folder(Path.cwd()))
    selection = choose(
        source,
        _format(request, source),
        lines=request.lines,
        paragraph=request.paragraph,
        split=request.split,
        language=request.language,
        english_only=ability.english_only(
            Models(request.model, request.judge_model or ""), request.plan, request.hosts
        ),
    )
    if not request.quiet:
        sys.stderr.writelines(f"{line}\n" for line in selection.left_out)
    for each in selection.skipped:
        output.skipped(request, each)
    warnings: list[str] = []
    history = History(lambda error: warnings.append(f"{error} This run is not kept."))
    uri = source.path.absolute().as_uri() if source.path else ""
    try:
        outcomes = anyio.run(_evolve_all, request, source, selection, rubric, history, uri)
        code = output.deliver(
            request,
            source,
            selection,
            outcomes.results,
            outcomes.skipped,
            interrupted=outcomes.interrupted,
        )
        for result in outcomes.results.values():
            if request.backup is not None and code in (Exit.DONE, Exit.SKIPPED) and result.original_rank > 1:
                history.applied(result.job_id, result.candidates[0].id)
        if request.report is not None and outcomes.record is not None:
            page.write(outcomes.record, request.report)
    finally:
        history.close()
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in warnings)
    return code


def _format(request: EvolveOptions, source: SourceFile) -> Format:
    """The markup that was asked for, or that of the file; it is said where that is not known.

    :raises PassageError: `notProse` for code, data and the like.
    """
    if request.format:
        return request.format
    found = recognise(source.path.name if source.path else "", source.text)
    if not found.known and not request.quiet:
        sys.stderr.write(f"{messages.unknown_markup(source.name)}\n")
    return found.format


async def _evolve_all(
    request: EvolveOptions,
    source: SourceFile,
    selection: Selection,
    rubric: Rubric,
    history: History,
    uri: str,
) -> Outcomes:
    models = Models(request.model, request.judge_model or "")
    interrupt = Interrupt()
    results: dict[int, EvolveResult] = {}
    skipped = list(selection.skipped)
    refused: list[Exception] = []
    recording: Recording | None = None
    progress = None if request.quiet else _progress()
    began = time.monotonic()
    stopping = progress.stopping if progress else _nothing
    async with opened() as backends:
        with interrupt.listening(stopping), progress or nullcontext():
            for done, piece in enumerate(selection.pieces):
                if interrupt.stopped and done:
                    break
                left = len(selection.pieces) - done
                plan = _share(request.plan, time.monotonic() - began, left)
                passage = piece.extract.passage
                brief = Brief(passage, rubric, plan, models=settled(models, passage.language))
                job_id, frame = secrets.token_hex(4), piece.extract.frame
                listeners = [history.keeping(job_id, brief, uri=uri, frame=frame)]
                if request.report is not None:
                    recording = Recording(job_id, brief, uri=uri, frame=frame)
                    listeners.append(recording.hear)
                if progress:
                    progress.begin(done + 1, len(selection.pieces), forecast(brief))
                    listeners.append(progress.follow)
                if request.as_events:
                    listeners.append(_printing(piece))
                try:
                    result = await service.run(
                        job_id,
                        brief,
                        backends,
                        interrupt.begin(),
                        listeners,
                        resources=Resources(hosts=request.hosts),
                    )
                    if not request.split or result.status != "failed":
                        results[piece.number] = result
                        continue
                    why = result.reason or "internal", result.message or ""
                except (OSError, ModelError, OutOfMemory):
                    raise  # the next paragraph would fare no better
                except Exception as error:  # whatever befell one paragraph, the others are still wanted
                    if not request.split:
                        raise
                    refused.append(error)
                    why = _why(error)
                skipped.append(skip(source, piece, *why))
                output.skipped(request, skipped[-1])
    if refused and not results:
        raise refused[0]  # one paragraph's reason stands for all
    return Outcomes(results, tuple(skipped), interrupt.stopped, recording.record() if recording else None)


def _why(error: Exception) -> tuple[str, str]:
    """The protocol's word and a sentence for a run that came to nothing; a defect is written to the log."""
    if isinstance(error, AwError):
        return reason(error) or "internal", str(error)
    where = log.record(error)
    noted = f"; details are in {where}" if where else ""
    return "internal", f"Internal error ({type(error).__name__}), a defect of aw{noted}."


def _progress() -> ProgressLine | ProgressLog:
    return ProgressLine(Console(stderr=True)) if sys.stderr.isatty() else ProgressLog(sys.stderr)


def _nothing() -> None:
    pass


def _printing(piece: Piece) -> Callable[[Event], None]:
    """What prints a run's events but `Writing`, texts as they would stand in the document."""
    placement = Placement(piece.extract.frame)

    def show(event: Event) -> None:
        if not isinstance(event, Writing):
            output.event(placement.event(event))

    return show


def _share(plan: Plan, spent: float, left: int) -> Plan:
    """The plan with an equal share of what is left of the time for each of the passages that are left."""
    seconds = plan.budget.seconds
    if seconds is None or (left == 1 and spent < 1):
        return plan
    return altered(plan, budget=Budget(seconds=max(0.1, round((seconds - spent) / left, 1))))
