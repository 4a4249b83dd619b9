"""The history of runs on this computer: one SQLite file, for its owner alone, never sent anywhere."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import msgspec

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Finished
from aw_engine.domain.result import Status
from aw_engine.errors import JournalError
from aw_engine.journal import reading, schema
from aw_engine.journal.record import Record, Summary, UserActionKind, kept
from aw_engine.journal.writer import JournalWriter
from aw_engine.text.frame import Frame

KEPT = 2_000
"""The newest runs are kept; one more makes the oldest go."""


class Journal:
    """The newest `KEPT` runs, including those under way. Calls that write never wait: a thread does it.

    If the process is killed, what was not written yet is lost, the file stays whole, and its runs show as
    `interrupted`. If writing fails, `on_trouble` is told once, in the writer's thread; nothing more of the
    runs under way is kept, and the next `begin` tries again. No method raises because of that.
    """

    @classmethod
    def open(
        cls, path: Path | None = None, *, on_trouble: Callable[[JournalError], None] = lambda error: None
    ) -> Self:
        """The journal at `path`, by default in the user's data folder; created if there is none.

        Waits up to 5 s for another process that is making it.

        :raises JournalError: if it cannot be used (locked, no room, read-only, damaged, too new).
        """
        path = path or schema.default_path()
        return cls(path, schema.connect(path), on_trouble)

    def __init__(
        self, path: Path, connection: sqlite3.Connection, on_trouble: Callable[[JournalError], None]
    ) -> None:
        self.path = path
        self._on_trouble = on_trouble
        self._told = False
        self._began: dict[str, float] = {}
        self._keys: dict[str, int] = {}  # of runs that are in the file; the writer's thread alone uses it
        self._writer = JournalWriter(connection, path, self._failed)

    def begin(
        self,
        job_id: str,
        brief: Brief,
        *,
        uri: str = "",
        frame: Frame | None = None,
    ) -> None:
        """Record that a run was asked for. It replaces one kept under the same id.

        `uri` is the document's, empty for stdin; `frame` leads from the passage back to the document.
        """
        now = self._began[job_id] = time.time()

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM runs WHERE id = ?", (job_id,))
            row = connection.execute(
                "INSERT INTO runs (id, uri, began, status, process, passage, rubric, plan, frame, start)"
                " VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)",
                (
                    job_id,
                    uri.encode("utf-8", "replace").decode(),  # a file's name need not be Unicode
                    now,
                    os.getpid(),
                    _json(brief.passage),
                    _json(brief.rubric),
                    _json(brief.plan),
                    None if frame is None else _json(frame),
                    _json(brief.start),
                ),
            )
            self._keys[job_id] = row.lastrowid or 0
            # The room that they leave is used again: the file stops growing.
            connection.execute(
                "DELETE FROM runs WHERE key <= (SELECT key FROM runs ORDER BY key DESC LIMIT 1 OFFSET ?)",
                (KEPT,),
            )

        self._writer.write(write)

    def record(self, job_id: str, event: Event) -> None:
        """Record an event of the run, which `Finished` ends. Without `begin` nothing is kept."""
        now = time.time()
        at = now - self._began.get(job_id, now)
        if isinstance(event, Finished):
            self._end(job_id, now, event.result.status, lambda: _json(event.result))
            return
        body = kept(event)
        if body is None:
            return

        def write(connection: sqlite3.Connection) -> None:
            # From SELECT: somebody may have removed the run meanwhile.
            connection.execute(
                "INSERT INTO events (run, at, body) SELECT key, ?, ? FROM runs WHERE key = ?",
                (round(at, 3), _json(body), self._keys.get(job_id)),
            )

        self._writer.write(write)

    def applied(self, job_id: str, candidate: str) -> None:
        """Record that the writer put this rewrite into the document."""
        self._acted(job_id, "applied", candidate)

    def rejected(self, job_id: str, candidate: str) -> None:
        """Record that the writer does not want this rewrite."""
        self._acted(job_id, "rejected", candidate)

    def pinned(self, job_id: str, candidate: str) -> None:
        """Record that the writer wants this rewrite to stay."""
        self._acted(job_id, "pinned", candidate)

    def picked(self, job_id: str, candidate: str) -> None:
        """Record that the writer finds this rewrite better than every other one."""
        self._acted(job_id, "picked", candidate)

    def runs(self) -> tuple[Summary, ...]:
        """All runs, the newest first. Waits for the disk.

        :raises JournalError: if the file cannot be read.
        """
        with self._reading() as connection:
            return reading.summaries(connection)

    def find(self, prefix: str) -> str:
        """The id of the only run whose id begins with `prefix`.

        :raises UnknownRun: if there is none, or several.
        :raises JournalError: if the file cannot be read.
        """
        with self._reading() as connection:
            return reading.find(connection, prefix)

    def run(self, job_id: str) -> Record:
        """All that is kept of a run. Waits for the disk.

        :raises UnknownRun: if there is no such run.
        :raises JournalError: if the file cannot be read, or another version wrote what this one cannot read.
        """
        with self._reading() as connection:
            return reading.record(connection, job_id)

    def remove(self, job_ids: Sequence[str]) -> int:
        """Remove these runs, their bytes in the file included; return how many of them there were.

        :raises JournalError: if the file cannot be written.
        """
        self._writer.flush()
        try:
            with closing(schema.connect(self.path)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                gone = sum(
                    connection.execute("DELETE FROM runs WHERE id = ?", (each,)).rowcount for each in job_ids
                )
                connection.execute("COMMIT")
                # `execute` would take a single step of the first: one page.
                connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")
        except sqlite3.Error as error:
            raise schema.trouble(self.path, error) from error
        return gone

    def flush(self) -> None:
        """Wait until everything recorded so far is in the file, or has failed."""
        self._writer.flush()

    def close(self) -> None:
        """Do as `flush` and close the file. What is recorded afterwards is lost."""
        self._writer.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._writer.flush()
        try:
            with closing(schema.connect_to_read(self.path)) as connection:
                connection.execute("BEGIN")  # all that is read is of one instant
                yield connection
        except sqlite3.Error as error:
            raise schema.trouble(self.path, error) from error

    def _end(self, job_id: str, now: float, status: Status, result: Callable[[], str]) -> None:
        self._began.pop(job_id, None)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE runs SET status = ?, ended = ?, result = ? WHERE key = ?",
                (status, now, result(), self._keys.get(job_id)),
            )

        self._writer.write(write)

    def _acted(self, job_id: str, kind: UserActionKind, candidate: str) -> None:
        now = time.time()

        def write(connection: sqlite3.Connection) -> None:
            # By id: the run may be over long since, or have been another process's.
            connection.execute(
                "INSERT INTO deeds (run, at, kind, candidate) SELECT key, ?, ?, ? FROM runs WHERE id = ?",
                (now, kind, candidate, job_id),
            )

        self._writer.write(write)

    def _failed(self, error: JournalError) -> None:
        self._keys.clear()
        if not self._told:
            self._told = True
            self._on_trouble(error)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
