"""A thread that owns the connection, so that no event loop ever waits for the disk."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from aw_engine.errors import JournalError
from aw_engine.journal.schema import trouble

Write = Callable[[sqlite3.Connection], None]
_LARGEST_BATCH = 500
_PATIENCE = 30.0  # seconds; more than a transaction that waits for a lock takes


class JournalWriter:
    """A queue of writes, done in order, in one transaction for all that have gathered meanwhile.

    A transaction that fails is lost as a whole, and `failed` is called in the writer's thread. Later writes
    are tried all the same: by then the disk may have room, or the lock be released.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, failed: Callable[[JournalError], None]
    ) -> None:
        self._connection = connection
        self._path = path
        self._failed = failed
        self._queue: queue.SimpleQueue[Write | threading.Event | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="aw-journal", daemon=True)
        self._thread.start()

    def write(self, write: Write) -> None:
        """Have `write` called soon, in a transaction. Never wait; do nothing after `close`."""
        if not self._closed:
            self._queue.put(write)

    def flush(self) -> None:
        """Wait until everything queued before is written, or has failed."""
        if not self._closed:
            done = threading.Event()
            self._queue.put(done)
            done.wait(_PATIENCE)

    def close(self) -> None:
        """Wait until everything queued before is written, or has failed, and close the connection."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(_PATIENCE)

    def _work(self) -> None:
        while True:
            batch = [self._queue.get()]
            while len(batch) < _LARGEST_BATCH and not self._queue.empty():
                batch.append(self._queue.get())
            self._commit([each for each in batch if callable(each)])
            for each in batch:
                if isinstance(each, threading.Event):
                    each.set()
            if None in batch:
                self._connection.close()
                return

    def _commit(self, writes: list[Write]) -> None:
        if not writes:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for write in writes:
                    write(self._connection)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        except (sqlite3.Error, UnicodeEncodeError) as error:
            self._failed(trouble(self._path, error))
