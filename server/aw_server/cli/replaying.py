"""A past run once more: same text, rubric, plan, seed and models; is the outcome the same?"""

import sys
from collections.abc import Iterator
from contextlib import nullcontext

import anyio
import click
from msgspec import Struct
from rich.console import Console

from aw_engine.domain.result import EvolveResult, ModelRef
from aw_engine.errors import SettingsError
from aw_engine.journal.record import Record
from aw_server.cli import tables
from aw_server.cli.backends import opened
from aw_server.cli.exits import Exit
from aw_server.cli.interrupt import Interrupt
from aw_server.cli.progress import ProgressLine
from aw_server.runs import service
from aw_server.runs.backends import Resources


class Replayed(Struct, frozen=True, rename="camel"):
    """Whether a run came out as before; `differences` are sentences: what differs, and what may be why."""

    run: str
    same: bool
    differences: tuple[str, ...]
    result: EvolveResult


def replay(record: Record, *, as_json: bool, offline: bool, hosts: tuple[str, ...]) -> Exit:
    """0 if the run comes out as it did, after that was said.

    :raises SettingsError: if the run has no result to compare with.
    :raises AwError: as `evolve` does.
    """
    before = record.result
    if before is None:
        raise SettingsError(f"Run {record.id} has no result to compare with; it was {record.status}.")
    if offline:
        from aw_server.cli.offline import enforce

        enforce(before.model.ref, before.judge.ref if before.judge else None)
    after, interrupted = anyio.run(_again, record, hosts)
    found = tuple(differences(before, after))
    why = tuple(reasons(record, before, after)) if found else ()
    if as_json:
        tables.print_json(Replayed(record.id, not found, (*found, *why), after))
    elif interrupted is not None:
        click.echo("Stopped before it could be compared.")
    elif found:
        click.echo(" ".join(("The outcome differs.", *found, *why)))
    else:
        texts = "1 rewrite" if len(after.candidates) == 2 else f"{len(after.candidates) - 1:,} rewrites"
        click.echo(f"The outcome is the same: {texts}, their ranks and their ratings.")
    if interrupted is not None:
        return interrupted
    return Exit.DIFFERENT if found else Exit.DONE


async def _again(record: Record, hosts: tuple[str, ...]) -> tuple[EvolveResult, Exit | None]:
    interrupt = Interrupt()
    progress = ProgressLine(Console(stderr=True)) if sys.stderr.isatty() else None
    stopping = progress.stopping if progress else _nothing
    listeners = [progress.follow] if progress else []
    async with opened() as backends:
        with interrupt.listening(stopping), progress or nullcontext():
            result = await service.run(
                record.id,
                record.brief,
                backends,
                interrupt.begin(),
                listeners,
                resources=Resources(hosts=hosts),
            )
    return result, interrupt.stopped


def _nothing() -> None:
    pass


def differences(before: EvolveResult, after: EvolveResult) -> Iterator[str]:
    """What came out otherwise, in sentences; none if rewrites, ranks and ratings are the same."""
    then = {each.id: each for each in before.candidates}
    now = {each.id: each for each in after.candidates}
    both = then.keys() & now.keys()
    other = sum(then[key].text != now[key].text for key in both) + len(then.keys() ^ now.keys())
    if other:
        yield f"{other:,} of {len(then.keys() | now.keys()):,} texts are others."
    elif [each.id for each in before.candidates] != [each.id for each in after.candidates]:
        yield "The texts are the same, in another order."
    apart = max((abs(then[key].rating.mean - now[key].rating.mean) for key in both), default=0.0)
    if apart > 0:
        yield f"Ratings differ by up to {apart:.2g}."
    if before.calls != after.calls:
        yield f"There were {after.calls:,} comparisons instead of {before.calls:,}."


def reasons(record: Record, before: EvolveResult, after: EvolveResult) -> Iterator[str]:
    """What may be why, in sentences."""
    if _digest(before.model) != _digest(after.model) or _digest(before.judge) != _digest(after.judge):
        yield "The model file is another one now."
    if before.settings != after.settings:
        yield "The engine's settings are others (threads, context length, version)."
    if before.status != "done":
        yield f"The first run did not come to its end: it was {before.status}."
    if record.plan.budget.seconds is not None:
        yield "The plan has a time limit, and time never repeats."
    if any(action.kind != "applied" for action in record.user_actions):
        yield "The first run was steered by what you pinned, picked or rejected."


def _digest(model: ModelRef | None) -> str:
    return "" if model is None else model.digest
