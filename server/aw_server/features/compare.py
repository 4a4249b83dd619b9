"""`aw.server.compare`: a run's rewrites side by side, in a file that goes when the run is forgotten."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import finalize

from lsprotocol import types
from platformdirs import user_cache_path
from pygls.exceptions import JsonRpcException

from aw_server import messages, protocol
from aw_server.features import handlers
from aw_server.jobs.refusal import UnknownJob

if TYPE_CHECKING:
    from aw_server.server import AwServer

_OLD: Final = 86_400.0  # seconds; what a server that was killed has left is removed after a day


def register(server: "AwServer") -> "Callable[[AwServer, protocol.JobParams], protocol.CompareResult]":
    """Answer `aw.server.compare`; return its handler."""
    files = _Files()
    server.queue.listeners.append(lambda: files.keep(lambda job_id: _known(server, job_id)))

    def compare(ls: "AwServer", params: protocol.JobParams) -> protocol.CompareResult:
        from aw_server.features.comparison import comparison

        job = ls.jobs.get(params.job_id)
        path = files.write(job.id, comparison(job.result()))
        _show(ls, path)
        return protocol.CompareResult(path.as_uri())

    handlers.command(server, protocol.COMMAND_COMPARE, protocol.JobParams, compare)
    return compare


class _Files:
    """The comparisons of this server, readable by the writer alone; all are gone when it ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._written: dict[str, Path] = {}

    def write(self, job_id: str, text: str) -> Path:
        """Write the text into the job's file, and return its path."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = _own_folder()
            finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = self._folder / f"rewrites-{job_id}.md"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        self._written[job_id] = path
        return path

    def keep(self, known: Callable[[str], bool]) -> None:
        """Remove the files of runs that are no longer known."""
        for job_id in [each for each in self._written if not known(each)]:
            self._written.pop(job_id).unlink(missing_ok=True)


def _own_folder() -> Path:
    parent = user_cache_path("aw", appauthor=False) / "compare"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in parent.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _OLD:
                shutil.rmtree(left)
    return Path(tempfile.mkdtemp(dir=parent))


def _known(ls: "AwServer", job_id: str) -> bool:
    with suppress(UnknownJob):
        ls.jobs.get(job_id)
        return True
    return False


def _show(ls: "AwServer", path: Path) -> None:
    """Open the file where the editor can, else say where it is. Nobody waits for the editor."""

    async def ask() -> None:
        request = types.ShowDocumentParams(path.as_uri(), take_focus=True)
        with suppress(JsonRpcException):
            if (await ls.window_show_document_async(request)).success:
                return
        ls.show(messages.comparison(path))

    if ls.session.client.show_document:
        ls.spawn(ask())
    else:
        ls.show(messages.comparison(path))
