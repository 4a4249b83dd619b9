"""A report, put into a file."""

import os
import sys
from pathlib import Path

from aw_engine.journal.record import Record
from aw_server.cli.failures import FileError
from aw_server.cli.source import SourceFile


def check(name: str, source: SourceFile) -> None:
    """Asks before the work begins whether the report could be written.

    :raises FileError: if there is no such folder, or the document itself would be overwritten.
    """
    target = Path(name)
    if target.is_dir():
        raise FileError(f"{name} is a folder; name a file for the report.")
    if not target.absolute().parent.is_dir():
        raise FileError(f"There is no folder for the report {name}; make it first.")
    if source.path is not None and target.exists() and target.samefile(source.path):
        raise FileError(f"{name} is the text itself; name another file for the report.")


def write(record: Record, name: str) -> None:
    """The file `name` (`-` for stdout) holds the report of the run.

    :raises FileError: if it cannot be written.
    """
    from aw_server.report.page import render  # heavy, and most runs want none

    html = render(record).encode("utf-8", "replace")
    if name == "-":
        sys.stdout.buffer.write(html)
        sys.stdout.flush()
        return
    target = Path(name)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(html)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(
            f"The report {name} cannot be written ({error.strerror}); name another place."
        ) from error
