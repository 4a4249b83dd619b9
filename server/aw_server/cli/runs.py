"""`aw-server runs`: the history of runs on this computer."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from aw_server.cli.exits import Exit
from aw_server.cli.failures import FileError

if TYPE_CHECKING:
    from aw_engine.journal.journal import Journal


@click.group(short_help="Past runs: list, show, report, export, replay, rm.")
def runs() -> None:
    """Past runs: what was asked, every rewrite, every comparison, what you did with them. They are kept on
    this computer, in one file that only you can read. An ID may be shortened.
    """


@runs.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> Exit:
    """The runs, newest first."""
    from aw_server.cli import listing, tables

    with _journal() as journal:
        found = journal.runs()
        path = journal.path
    if as_json:
        tables.print_json(found)
        return Exit.DONE
    listing.print_runs(found, path)
    return Exit.DONE


@runs.command(short_help="The ranking of a run.")
@click.argument("run", metavar="ID")
@click.option("--all", "everything", is_flag=True, help="Show every ranked rewrite.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def show(run: str, everything: bool, as_json: bool) -> Exit:
    """The ranking of a run; of one that was interrupted, the best so far."""
    from rich.console import Console

    from aw_engine.journal.recovery import outcome
    from aw_server.cli import listing, tables
    from aw_server.cli import show as shown
    from aw_server.runs.placing import Placement

    with _journal() as journal:
        found = journal.run(journal.find(run))
    result = outcome(found)
    if as_json:
        tables.print_json(Placement(found.frame).result(result) if found.frame else result)
        return Exit.DONE
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=shown.WIDTH)
    shown.ranking(console, result, everything=everything, title=listing.heading(found))
    for line in listing.user_actions(found):
        console.print(line, style="dim", markup=False)
    return Exit.DONE


@runs.command(short_help="A run as an HTML page.")
@click.argument("run", metavar="ID")
@click.option("--output", "-o", metavar="FILE", help="Default: aw-run-ID.html; - for stdout.")
def report(run: str, output: str | None) -> Exit:
    """A run as an HTML page that needs nothing else: family tree, ratings, judge, every rewrite."""
    from aw_server.cli import page

    with _journal() as journal:
        found = journal.run(journal.find(run))
    name = output or f"aw-run-{found.id}.html"
    page.write(found, name)
    if name != "-":
        click.echo(f"The report is {name}.", err=True)
    return Exit.DONE


@runs.command(short_help="All that is kept of a run, as JSON.")
@click.argument("run", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help="Every run.")
@click.option("--output", "-o", metavar="FILE", help="Default: stdout.")
def export(run: str | None, everything: bool, output: str | None) -> Exit:
    """All that is kept of a run as JSON, one line a run."""
    import msgspec

    if (run is None) != everything:
        raise click.UsageError("Name one run, or say --all.")
    with _journal() as journal:
        ids = [each.id for each in journal.runs()] if run is None else [journal.find(run)]
        lines = (msgspec.json.encode(journal.run(each)) + b"\n" for each in ids)
        if output is None or output == "-":
            for line in lines:
                sys.stdout.buffer.write(line)
            sys.stdout.flush()
            return Exit.DONE
        try:
            with open(output, "wb") as file:
                file.writelines(lines)
        except OSError as error:
            raise FileError(f"{output} cannot be written ({error.strerror}); name another place.") from error
    return Exit.DONE


@runs.command(short_help="Run again, and compare the outcomes.")
@click.argument("run", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison and the new result as JSON.")
@click.option("--offline", is_flag=True, help="Use no network, and refuse what would need it.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Another computer whose model server may be sent the text.",
)
def replay(run: str, as_json: bool, offline: bool, hosts: tuple[str, ...]) -> Exit:
    """Run again with the same text, rubric, plan, seed and models; says whether the outcome is the same.

    Exits with 1 if it is not. The new run is not kept.
    """
    from aw_server.cli import replaying

    with _journal() as journal:
        found = journal.run(journal.find(run))
    return replaying.replay(found, as_json=as_json, offline=offline, hosts=hosts)


@runs.command(short_help="Remove runs for good.")
@click.argument("run", metavar="ID...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every run.")
def rm(run: tuple[str, ...], everything: bool) -> Exit:
    """Remove runs for good, their texts included."""
    if bool(run) == everything:
        raise click.UsageError("Name runs, or say --all.")
    with _journal() as journal:
        ids = [each.id for each in journal.runs()] if everything else [journal.find(each) for each in run]
        gone = journal.remove(list(dict.fromkeys(ids)))
    click.echo(f"{gone:,} {'run' if gone == 1 else 'runs'} removed.", err=True)
    return Exit.DONE


@contextmanager
def _journal() -> "Iterator[Journal]":
    from aw_engine.journal.journal import Journal

    journal = Journal.open()
    try:
        yield journal
    finally:
        journal.close()
