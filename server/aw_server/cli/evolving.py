"""One `evolve` command from the file to the outcome: what is asked, and the runs that answer it."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import anyio
from msgspec.structs import replace as altered
from rich.console import Console

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.events import Event
from aw_engine.domain.plan import Budget, Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import PassageError
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics import load
from aw_engine.text.formats.format import guess
from aw_server import messages
from aw_server.cli import output, page, replace
from aw_server.cli.exits import Exit
from aw_server.cli.failures import InstructionError
from aw_server.cli.history import History
from aw_server.cli.interrupt import Interrupt
from aw_server.cli.progress import Progress
from aw_server.cli.request import Request
from aw_server.cli.selection import Piece, Selection, choose
from aw_server.cli.source import read
from aw_server.jobs.forecast import forecast, remembering
from aw_server.project import project_folder


def run(request: Request) -> Exit:
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
        request.format or guess(source.name if source.path else "", source.text),
        lines=request.lines,
        paragraph=request.paragraph,
        split=request.split,
        language=request.language,
    )
    if not request.quiet:
        sys.stderr.writelines(f"{line}\n" for line in selection.left_out)
    history = History(source.path.absolute().as_uri() if source.path else "")
    try:
        outcomes, interrupted = anyio.run(_evolve_all, request, selection, rubric, history)
        code = output.deliver(request, source, selection, outcomes, interrupted=interrupted)
        for result in outcomes.values():
            if request.backup is not None and code == Exit.DONE and result.original_rank > 1:
                history.applied(result.job_id, result.candidates[0].id)
            if request.report is not None:
                page.write(history.record(result.job_id), request.report)
    finally:
        history.close()
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in history.warnings)
    return code


async def _evolve_all(
    request: Request, selection: Selection, rubric: Rubric, history: History
) -> tuple[dict[int, EvolveResult], bool]:
    """Results by paragraph, texts as prose; and whether the writer has asked to stop."""
    interrupt = Interrupt()
    results: dict[int, EvolveResult] = {}
    progress = Progress(Console(stderr=True)) if sys.stderr.isatty() and not request.quiet else None
    backend = WorkerBackend(request.model)
    judge = None if request.judge_model is None else WorkerBackend(request.judge_model)
    models = Models(request.model, request.judge_model or "")
    began = time.monotonic()
    try:
        with interrupt.listening(progress.stopping if progress else _nothing), progress or nullcontext():
            with interrupt.begin():
                await _refuse_what_it_cannot(request, selection, backend)
            for done, piece in enumerate(selection.pieces):
                if interrupt.seen and done:
                    break
                left = len(selection.pieces) - done
                plan = _share(request.plan, time.monotonic() - began, left)
                brief = Brief(piece.extract.passage, rubric, plan, models=models)
                if progress:
                    progress.begin(done + 1, len(selection.pieces), forecast(brief))
                job_id = secrets.token_hex(4)
                history.begin(job_id, piece.extract, brief)
                results[piece.number] = await evolve(
                    brief,
                    Backends(backend, judge),
                    _listener(
                        request,
                        piece,
                        progress,
                        partial(history.follow, job_id),
                        remembering(brief),
                    ),
                    interrupt.begin(),
                    job_id,
                )
    finally:
        with anyio.CancelScope(shield=True):
            await backend.aclose()
            if judge is not None:
                await judge.aclose()
    return results, interrupt.seen


def _nothing() -> None:
    pass


def _listener(
    request: Request, piece: Piece, progress: Progress | None, *others: Callable[[Event], None]
) -> Callable[[Event], None]:
    def listen(event: Event) -> None:
        for each in others:
            each(event)
        if progress:
            progress.follow(event)
        if request.as_events:
            output.event(event, piece)

    return listen


def _share(plan: Plan, spent: float, left: int) -> Plan:
    """The plan with an equal share of what is left of the time for each of the passages that are left."""
    seconds = plan.budget.seconds
    if seconds is None or (left == 1 and spent < 1):
        return plan
    return altered(plan, budget=Budget(seconds=max(0.1, round((seconds - spent) / left, 1))))


async def _refuse_what_it_cannot(request: Request, selection: Selection, backend: Backend) -> None:
    """Asks the model only where something depends on it: loading then is not part of the time budget."""
    foreign = any(piece.extract.passage.language != "en" for piece in selection.pieces)
    if request.plan.instruction is None and not foreign:
        return
    model = await backend.info()
    if request.plan.instruction is not None and not model.capabilities.instructions:
        builtin = request.model == "builtin"
        raise InstructionError(messages.NO_INSTRUCTIONS_BUILTIN if builtin else messages.NO_INSTRUCTIONS)
    if foreign and model.dialect == "mini":
        raise PassageError("unsupportedLanguage", messages.ENGLISH_ONLY)
