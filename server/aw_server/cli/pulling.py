"""What a download shows on a terminal, or in a log."""

import sys
import threading
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from aw_engine.inference.models.reference import HubFile
from aw_server.cli.progress import EVERY
from aw_server.runs.download import Fetched, download


def pulled(ref: str, wanted: HubFile, *, quiet: bool) -> Path:
    """The file, fetched and checked; stderr shows how far it is, unless it is to be `quiet`.

    :raises DownloadFailed, ModelDamaged: as `download`.
    """
    if quiet:
        return download(wanted, lambda _: None, lambda _: None)
    if not sys.stderr.isatty():
        return _logged(ref, wanted)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(ref, total=None)

        def fetched(now: Fetched) -> None:
            shown.update(task, completed=now.done, total=now.total or None)

        def checked(share: float) -> None:
            shown.update(task, description=f"{ref}: checking", completed=share, total=1.0)

        return download(wanted, fetched, checked)


def _logged(ref: str, wanted: HubFile) -> Path:
    """A line now and then."""
    over = threading.Event()
    now = Fetched(0, 0)

    def fetched(latest: Fetched) -> None:
        nonlocal now
        now = latest

    def tell() -> None:
        while not over.wait(EVERY):
            of = f" of {now.total / 1e6:,.0f}" if now.total else ""
            click.echo(f"{ref}: {now.done / 1e6:,.0f}{of} MB", err=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        return download(wanted, fetched, lambda _: None)
    finally:
        over.set()
        thread.join()
