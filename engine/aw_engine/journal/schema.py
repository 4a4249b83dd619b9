"""The journal's file: its place, how it is opened, and its tables in each version."""

import contextlib
import os
import sqlite3
from pathlib import Path

from platformdirs import user_data_path

from aw_engine.errors import JournalError

BUSY = 5.0
"""Seconds to wait for another process that is writing."""

_NEW = """
CREATE TABLE runs (
  key      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: late events must not find another run
  id       TEXT NOT NULL UNIQUE,
  uri      TEXT NOT NULL,
  began    REAL NOT NULL,
  ended    REAL,
  status   TEXT NOT NULL,
  process  INTEGER NOT NULL,
  passage  TEXT NOT NULL,
  rubric   TEXT NOT NULL,
  plan     TEXT NOT NULL,
  frame    TEXT,
  start    TEXT NOT NULL,
  result   TEXT
);
CREATE TABLE events (
  key   INTEGER PRIMARY KEY,
  run   INTEGER NOT NULL REFERENCES runs(key) ON DELETE CASCADE,
  at    REAL NOT NULL,
  body  TEXT NOT NULL
);
CREATE INDEX events_of_run ON events (run, key);
CREATE TABLE deeds (
  key        INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL REFERENCES runs(key) ON DELETE CASCADE,
  at         REAL NOT NULL,
  kind       TEXT NOT NULL,
  candidate  TEXT NOT NULL
);
CREATE INDEX deeds_of_run ON deeds (run, key);
CREATE VIEW candidates AS
  SELECT runs.id AS run, json_extract(body, '$.candidate.id') AS id,
    json_extract(body, '$.candidate.lineage.generation') AS generation,
    json_extract(body, '$.candidate.lineage.operator') AS operator,
    json_extract(body, '$.candidate.text') AS text
  FROM events JOIN runs ON runs.key = events.run WHERE json_extract(body, '$.type') = 'drafted';
CREATE VIEW comparisons AS
  SELECT runs.id AS run, json_extract(body, '$.comparison.first') AS first,
    json_extract(body, '$.comparison.second') AS second, json_extract(body, '$.comparison.logit') AS logit
  FROM events JOIN runs ON runs.key = events.run WHERE json_extract(body, '$.type') = 'compared';
"""

MIGRATIONS: tuple[str, ...] = (_NEW,)
"""Step n leads from `user_version` n to n + 1. A published step is never changed; a new one is added."""

_CAUSES = {
    sqlite3.SQLITE_BUSY: "another program holds it locked",
    sqlite3.SQLITE_LOCKED: "another program holds it locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_PERM: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk does not answer",
    sqlite3.SQLITE_CORRUPT: "it is damaged; move it away to begin a new one",
    sqlite3.SQLITE_NOTADB: "it is damaged; move it away to begin a new one",
}


def default_path() -> Path:
    """The journal's path unless another is given."""
    return user_data_path("aw", appauthor=False) / "journal.sqlite3"


def connect(path: Path) -> sqlite3.Connection:
    """A connection for writing, in autocommit, usable from any one thread at a time; the file (made if need
    be, for its owner alone to read) then has the newest tables.

    :raises JournalError: if the file or its folder cannot be used, or a newer version has written it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its side files the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with contextlib.suppress(PermissionError):
            path.chmod(0o600)
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise trouble(path, error) from error
    try:
        _refuse_newer(connection, path)
        for pragma in (
            "auto_vacuum = INCREMENTAL",
            "journal_mode = WAL",
            "synchronous = NORMAL",  # in WAL mode a crash of the process loses nothing that was committed
            "foreign_keys = ON",
            "secure_delete = ON",  # what is removed is gone from the file, too
            "journal_size_limit = 4000000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise trouble(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    :raises sqlite3.Error: if the file cannot be opened.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY, isolation_level=None, uri=True
    )


def trouble(path: Path, error: Exception) -> JournalError:
    """The sentence for a failure of the file at `path`."""
    cause = None
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        cause = None if code is None else _CAUSES.get(code & 0xFF)
    elif isinstance(error, OSError):
        cause = error.strerror
    return JournalError(f"The history of runs cannot be used ({cause or type(error).__name__}): {path}.")


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise JournalError(
            f"The history of runs was written by a newer aw-server (version {version}, known are up to "
            f"{len(MIGRATIONS)}); update this one, or move the file away: {path}."
        )


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[_version(connection) :]:  # read again: another process may have been faster
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """The statements of a script one by one: `executescript` would end the transaction."""
    found: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found
