"""The file through the versions, and places where there can be none."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aw_engine.errors import JournalError
from aw_engine.journal import schema
from aw_engine.journal.journal import Journal
from support.journal_run import Run


def test_an_older_file_gets_the_newer_tables_and_keeps_its_runs(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Journal.open(path)
    run.keep(old, "first")
    old.close()
    step = "ALTER TABLE runs ADD COLUMN mood TEXT;\nCREATE TABLE moods (id TEXT);\n"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    new = Journal.open(path)
    assert [each.id for each in new.runs()] == ["first"]
    new.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert connection.execute("SELECT mood FROM runs").fetchall() == [(None,)]


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Journal.open(path).close()
    known = len(schema.MIGRATIONS)
    step = "CREATE TABLE moods (id TEXT);\nALTER TABLE nothing ADD COLUMN mood TEXT;\n"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    with pytest.raises(JournalError):
        Journal.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (known,)
        assert not connection.execute("SELECT name FROM sqlite_master WHERE name = 'moods'").fetchall()


def test_a_file_from_the_future_is_left_alone(path: Path) -> None:
    Journal.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"newer aw-server \(version 99"):
        Journal.open(path)
    assert path.read_bytes() == before


def test_the_views_show_candidates_and_comparisons(path: Path, run: Run) -> None:
    journal = Journal.open(path)
    run.keep(journal, "first")
    found = journal.run("first")
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT run, id, generation, operator, text FROM candidates").fetchall()
        pairs = connection.execute("SELECT first, second, logit FROM comparisons").fetchall()
    assert rows == [
        ("first", c.id, c.lineage.generation, c.lineage.operator, c.text) for c in found.candidates
    ]
    assert pairs == [(c.first, c.second, c.logit) for c in found.comparisons]


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one " * 40, b"short"])
def test_a_damaged_file_is_named_and_not_touched(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged") as caught:
        Journal.open(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(JournalError, match="cannot be used"):
        Journal.open(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no /proc")
def test_a_place_where_nothing_can_be_made_is_refused() -> None:
    with pytest.raises(JournalError, match=r"cannot be used \(.+\): /proc/"):
        Journal.open(Path("/proc/aw/journal.sqlite3"))


def test_a_locked_file_is_told_of_once_and_the_runs_go_on(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY", 0.05)
    told: list[str] = []
    journal = Journal.open(path, on_trouble=lambda error: told.append(str(error)))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for name in ("first", "second"):
            run.keep(journal, name)
            journal.flush()
        other.execute("COMMIT")
    assert len(told) == 1
    assert "locked" in told[0]
    assert journal.runs() == ()
    run.keep(journal, "third")  # the lock is gone: history goes on by itself
    assert [each.id for each in journal.runs()] == ["third"]
    journal.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no /dev/full or its like")
def test_a_full_disk_is_told_of_once(path: Path, run: Run) -> None:
    told: list[str] = []
    journal = Journal.open(path, on_trouble=lambda error: told.append(str(error)))
    journal.flush()
    journal._writer._connection.execute("PRAGMA max_page_count = 20")  # SQLite's own way to be full
    for name in ("first", "second", "third"):
        run.keep(journal, name)
        journal.flush()
    assert told
    assert len(told) == 1
    assert "full" in told[0]
    journal.close()
