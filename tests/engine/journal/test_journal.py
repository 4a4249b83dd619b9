"""What is told to the journal can be read again, is removed for good, and is nobody else's to read."""

import os
import sqlite3
import threading
import time
from pathlib import Path

import msgspec
import pytest

from aw_engine.domain.events import Finished, Leaderboard
from aw_engine.errors import JournalError, UnknownRun
from aw_engine.journal.journal import Journal
from aw_engine.journal.record import Record, record
from support.journal_run import Run


def test_a_run_comes_back_as_it_went_in(journal: Journal, run: Run) -> None:
    run.keep(journal, "first")
    journal.applied("first", "c2")
    journal.rejected("first", "c1")
    journal.pinned("first", "c3")
    journal.picked("first", "c3")
    found = journal.run("first")
    assert found.frame == run.extract.frame
    assert (found.passage, found.rubric, found.plan) == (run.brief.passage, run.brief.rubric, run.brief.plan)
    assert [each.event for each in found.events] == run.kept
    last = run.events[-1]
    assert isinstance(last, Finished)
    assert found.result == last.result
    assert found.status == "done"
    assert found.ended is not None
    actions = [(action.kind, action.candidate) for action in found.user_actions]
    assert actions == [("applied", "c2"), ("rejected", "c1"), ("pinned", "c3"), ("picked", "c3")]
    assert msgspec.json.decode(msgspec.json.encode(found), type=Record) == found


def test_rankings_are_kept_without_their_texts(journal: Journal, run: Run) -> None:
    run.keep(journal, "first")
    boards = [each for each in run.events if isinstance(each, Leaderboard)]
    rankings = journal.run("first").rankings
    assert [[(p.id, p.rating) for p in each.places] for each in rankings] == [
        [(c.id, c.rating) for c in each.candidates] for each in boards
    ]


def test_a_record_made_without_a_journal_is_the_same(journal: Journal, run: Run) -> None:
    run.keep(journal, "first")
    timed = [(float(at), event) for at, event in enumerate(run.events)]
    made = record("first", run.brief, timed, began=5.0, uri="x", frame=run.extract.frame)
    found = journal.run("first")
    assert made.result == found.result
    assert made.candidates == found.candidates
    assert made.comparisons == found.comparisons
    assert made.rankings == found.rankings
    assert made.ended == 5.0 + len(run.events) - 1


def test_the_list_shows_the_newest_first(journal: Journal, run: Run) -> None:
    run.keep(journal, "first")
    run.keep(journal, "second", events=4)
    journal.applied("first", "c1")
    second, first = journal.runs()
    assert (first.id, second.id) == ("first", "second")
    assert first.status == "done"
    assert first.opening.startswith("Due to the fact")
    assert first.rubric == run.brief.rubric.id
    assert first.model
    assert first.best is not None
    assert 0 < first.best < 1
    assert first.applied == "c1"
    assert first.bytes > 5_000
    assert second.status == "running"
    assert second.best is None


def test_only_the_newest_runs_are_kept(
    journal: Journal, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aw_engine.journal.journal.KEPT", 3)
    for number in range(5):
        run.keep(journal, f"run{number}")
    assert [each.id for each in journal.runs()] == ["run4", "run3", "run2"]
    assert journal.run("run2").result is not None
    size = path.stat().st_size
    for number in range(5, 15):
        run.keep(journal, f"run{number}")
        journal.flush()
    assert path.stat().st_size <= 1.5 * size


def test_ids_may_be_shortened_while_they_are_unambiguous(journal: Journal, run: Run) -> None:
    for name in ("ab12", "ab1", "cd%_"):
        run.keep(journal, name, events=1)
    assert journal.find("ab12") == "ab12"
    assert journal.find("ab1") == "ab1"
    assert journal.find("c") == "cd%_"
    with pytest.raises(UnknownRun, match="write more of the id"):
        journal.find("ab")
    for prefix in ("", "x", "%", "_b"):
        with pytest.raises(UnknownRun, match="no run"):
            journal.find(prefix)
    with pytest.raises(UnknownRun):
        journal.run("ab")


def test_what_is_removed_is_gone_from_the_bytes(journal: Journal, run: Run, path: Path) -> None:
    run.keep(journal, "first")
    run.keep(journal, "second", events=1)
    journal.flush()
    assert any(b"recieved" in each.read_bytes() for each in path.parent.iterdir())
    for number in range(20):
        run.keep(journal, f"more{number}")
    journal.flush()
    assert journal.remove(["first", "second", "third"]) == 2
    large = path.stat().st_size
    assert journal.remove([each.id for each in journal.runs()]) == 20
    assert path.stat().st_size < large / 2
    assert journal.runs() == ()
    assert not any(b"recieved" in each.read_bytes() for each in path.parent.iterdir())


def test_a_run_removed_while_it_goes_on_stays_removed(journal: Journal, run: Run) -> None:
    run.keep(journal, "first", events=3)
    journal.remove(["first"])
    run.keep(journal, "second", events=1)
    for event in run.events[3:]:
        journal.record("first", event)
    journal.applied("first", "c1")
    assert [each.id for each in journal.runs()] == ["second"]
    assert len(journal.run("second").events) == 1


def test_a_run_asked_for_again_under_its_id_replaces_the_old_one(journal: Journal, run: Run) -> None:
    run.keep(journal, "first")
    run.keep(journal, "first", events=3)
    assert len(journal.run("first").events) == 3
    assert journal.run("first").result is None


def test_events_of_a_run_that_never_began_are_not_kept(journal: Journal, run: Run) -> None:
    journal.record("first", run.events[0])
    journal.record("first", run.events[-1])
    journal.applied("first", "c1")
    assert journal.runs() == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_may_read(journal: Journal, run: Run, path: Path) -> None:
    run.keep(journal, "first")
    journal.flush()
    assert len(list(path.parent.iterdir())) == 3
    for each in path.parent.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600, each
    assert path.parent.stat().st_mode & 0o777 == 0o700
    journal.close()
    path.chmod(0o644)
    Journal.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_telling_never_waits_for_the_disk(journal: Journal, run: Run, path: Path) -> None:
    """Another process holds the file; a loop that tells must go on, and what it told is written later."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    run.keep(journal, "first")
    took = time.monotonic() - began
    other.execute("COMMIT")
    other.close()
    assert took < 2  # the lock would be waited for 5 s
    assert journal.run("first").status == "done"


def test_two_processes_worth_of_journals_write_to_one_file(journal: Journal, run: Run, path: Path) -> None:
    with_another = Journal.open(path)
    threads = [
        threading.Thread(target=run.keep, args=(each, f"{name}{number}"))
        for number in range(4)
        for name, each in (("a", journal), ("b", with_another))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with_another.close()
    assert len(journal.runs()) == 8
    assert {len(journal.run(each.id).events) for each in journal.runs()} == {len(run.kept)}


def test_names_that_are_no_unicode_do_no_harm(journal: Journal, run: Run) -> None:
    journal.begin("first", run.brief, uri="file:///\udcff.md")
    assert journal.run("first").uri == "file:///?.md"


def test_nothing_is_kept_after_the_end(path: Path, run: Run) -> None:
    journal = Journal.open(path)
    journal.close()
    journal.close()
    run.keep(journal, "first")
    journal.flush()
    assert journal.runs() == ()


def test_a_run_that_another_version_wrote_is_refused_in_a_sentence(
    journal: Journal, run: Run, path: Path
) -> None:
    run.keep(journal, "first")
    journal.flush()
    with sqlite3.connect(path) as other:
        other.execute('UPDATE events SET body = \'{"type":"sung"}\'')
    other.close()
    with pytest.raises(JournalError, match="another version"):
        journal.run("first")
    assert len(journal.runs()) == 1


def test_a_result_from_before_there_were_verdicts_has_them_now(
    journal: Journal, run: Run, path: Path
) -> None:
    run.keep(journal, "first")
    before = journal.run("first").result
    assert before is not None
    older = msgspec.to_builtins(before)
    for candidate in older["candidates"]:
        del candidate["verdict"], candidate["uncertainty"]
        for criterion in candidate["criteria"]:
            del criterion["wins"], criterion["uncertainty"]
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET result = ?", (msgspec.json.encode(older).decode(),))
    connection.close()
    assert journal.run("first").result == before
