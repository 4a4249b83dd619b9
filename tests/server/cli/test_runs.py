"""The history through the command line: real runs with the real model, kept, shown, repeated, removed."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from support.program import EXAMPLE, FAULTY, Arguments, Program
from support.waiting import until


def _listed(program: Program) -> list[dict[str, object]]:
    done = program("runs", "list", "--json")
    assert done.returncode == Exit.DONE, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_without_runs_the_list_is_empty(program: Program) -> None:
    done = program("runs", "list")
    assert done.returncode == Exit.DONE
    assert done.stdout == b""
    assert b"No runs are kept yet." in done.stderr
    assert _listed(program) == []


def test_a_run_is_kept_shown_exported_reported_and_removed(
    program: Program, tmp_path: Path, quick: Arguments
) -> None:
    (tmp_path / "my draft.md").write_bytes(FAULTY)
    evolved = program("evolve", "my draft.md", "--in-place", "--json", *quick)
    assert evolved.returncode == Exit.DONE, evolved.stderr
    outcome = json.loads(evolved.stdout)
    (kept,) = _listed(program)
    name = str(kept["id"])
    assert name == outcome["jobId"]
    assert kept["status"] == "done"
    assert kept["applied"] == outcome["candidates"][0]["id"]
    assert str(kept["uri"]).endswith("/my%20draft.md")

    row = program("runs", "list").stdout.decode().split("\t")
    assert row[0] == name
    assert row[4] == "my draft.md"

    shown = program("runs", "show", name[:3])
    assert shown.returncode == Exit.DONE, shown.stderr
    assert b"received" in shown.stdout
    assert b"put into the text" in shown.stdout
    again = json.loads(program("runs", "show", name, "--json").stdout)
    assert again == outcome

    exported = json.loads(program("runs", "export", name).stdout)
    assert exported["id"] == name
    assert exported["passage"]["text"] == FAULTY.decode().rstrip()
    assert {"started", "drafted", "compared", "standings"} <= {e["event"]["type"] for e in exported["events"]}
    assert exported["deeds"][0]["kind"] == "applied"

    reported = program("runs", "report", name)
    assert reported.returncode == Exit.DONE
    page = (tmp_path / f"aw-run-{name}.html").read_text()
    assert page == program("runs", "report", name, "-o", "-").stdout.decode()
    assert "<del>recieved</del><ins>received</ins>" in page

    removed = program("runs", "rm", name[:4])
    assert removed.returncode == Exit.DONE
    assert b"1 run removed." in removed.stderr
    assert _listed(program) == []
    leftovers = [each for each in (tmp_path / "home").rglob("journal*") if b"recieved" in each.read_bytes()]
    assert leftovers == []


def test_the_same_seed_gives_the_same_outcome(program: Program, quick: Arguments) -> None:
    program("evolve", "-", *quick, "--seed", "5", input=FAULTY)
    (kept,) = _listed(program)
    replayed = program("runs", "replay", str(kept["id"]))
    assert replayed.returncode == Exit.DONE, replayed.stdout + replayed.stderr
    assert replayed.stdout.startswith(b"The outcome is the same: ")
    as_json = json.loads(program("runs", "replay", str(kept["id"]), "--json", "--offline").stdout)
    assert as_json["same"] is True
    assert as_json["differences"] == []
    assert len(_listed(program)) == 1


def test_an_outcome_that_was_another_is_told_apart(
    program: Program, tmp_path: Path, quick: Arguments
) -> None:
    import sqlite3

    program("evolve", "-", *quick, input=FAULTY)
    (kept,) = _listed(program)
    (path,) = (tmp_path / "home").rglob("journal.sqlite3")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET result = replace(result, 'received', 'gotten')")
    connection.close()
    replayed = program("runs", "replay", str(kept["id"]))
    assert replayed.returncode == Exit.DIFFERENT
    assert re.match(rb"The outcome differs\. \d+ of \d+ texts are others\.", replayed.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_that_was_killed_is_kept_as_far_as_it_came(
    program: Program, environment: dict[str, str], tmp_path: Path, model_path: Path
) -> None:
    (tmp_path / "draft.md").write_bytes(EXAMPLE.read_bytes())
    what = ("evolve", "draft.md", "--paragraph", "2", "--jsonl", "--model", str(model_path))
    command = [sys.executable, "-m", "aw_server", *what]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert any(json.loads(line)["type"] == "leaderboard" for line in process.stdout)
        (path,) = (tmp_path / "home").rglob("journal.sqlite3")
        until(lambda: _rankings(path), "the journal's thread to write a ranking", limit=10)
        process.send_signal(signal.SIGKILL)
    (kept,) = _listed(program)
    assert kept["status"] == "interrupted"
    name = str(kept["id"])
    shown = program("runs", "show", name)
    assert shown.returncode == Exit.DONE, shown.stderr
    assert b"provisional" in shown.stdout
    assert program("runs", "report", name).returncode == Exit.DONE
    refused = program("runs", "replay", name)
    assert refused.returncode == Exit.USAGE
    assert b"it was interrupted" in refused.stderr


def _rankings(path: Path) -> int:
    import sqlite3

    connection = sqlite3.connect(path)
    try:
        count = connection.execute('SELECT count(*) FROM events WHERE body LIKE \'{"type":"standings"%\'')
        return int(count.fetchone()[0])
    finally:
        connection.close()


def test_a_refused_text_leaves_nothing_behind(program: Program, quick: Arguments) -> None:
    assert program("evolve", "-", *quick, input=b"```\ncode\n```\n").returncode == Exit.TEXT
    assert _listed(program) == []


def test_all_runs_can_be_exported_and_removed(program: Program, quick: Arguments) -> None:
    for seed in ("1", "2"):
        program("evolve", "-", *quick, "--n", "2", "--seed", seed, input=FAULTY)
    lines = program("runs", "export", "--all").stdout.splitlines()
    assert [json.loads(line)["plan"]["seed"] for line in lines] == [2, 1]
    program("runs", "export", "--all", "-o", "all.jsonl")
    done = program("runs", "rm", "--all")
    assert b"2 runs removed." in done.stderr
    assert _listed(program) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "nothing"),
        ("report", "nothing"),
        ("export", "nothing"),
        ("replay", "nothing"),
        ("rm", "nothing"),
        ("rm",),
        ("rm", "--all", "x"),
        ("export",),
        ("show",),
    ],
)
def test_what_is_not_there_is_a_sentence_and_2(program: Program, arguments: Arguments) -> None:
    done = program("runs", *arguments)
    assert done.returncode == Exit.USAGE
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert b"aw-server: " in done.stderr


def test_a_damaged_history_costs_a_warning_and_never_the_run(
    program: Program, environment: dict[str, str], tmp_path: Path, quick: Arguments
) -> None:
    data = tmp_path / "data"
    (data / "aw").mkdir(parents=True)
    (data / "aw" / "journal.sqlite3").write_bytes(b"no database, but long enough to be taken for one" * 50)
    environment["XDG_DATA_HOME"] = str(data)
    done = program("evolve", "-", *quick, "--report", "r.html", input=FAULTY)
    if sys.platform == "linux":
        assert done.stderr.count(b"The history of runs cannot be used (it is damaged") == 1
    assert done.returncode == Exit.DONE, done.stderr
    assert b"received" in done.stdout
    assert b"received" in (tmp_path / "r.html").read_bytes()
    if sys.platform == "linux":
        listed = program("runs", "list", "--json")
        assert listed.returncode == Exit.USAGE
        assert json.loads(listed.stdout)["reason"] == "history"


def test_a_report_can_be_had_with_the_run(program: Program, tmp_path: Path, quick: Arguments) -> None:
    (tmp_path / "a.md").write_bytes(FAULTY)
    done = program("evolve", "a.md", *quick, "--report", "out.html")
    assert done.returncode == Exit.DONE, done.stderr
    assert b'<h2 id="ranking">' in (tmp_path / "out.html").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.md", "home", "out.html"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--report", "a.md"), b"the text itself"),
        (("--report", "home"), b"is a folder"),
        (("--report", "no/such/out.html"), b"no folder"),
        (("--report", "-"), b"--report needs a file"),
        (("--report", "out.html", "--split"), b"--report is about one run"),
    ],
)
def test_a_report_that_cannot_be_is_refused_before_the_work(
    program: Program, tmp_path: Path, options: Arguments, words: bytes
) -> None:
    (tmp_path / "a.md").write_bytes(FAULTY)
    done = program("evolve", "a.md", *options)
    assert done.returncode == Exit.USAGE
    assert words in done.stderr
    assert (tmp_path / "a.md").read_bytes() == FAULTY
    assert _listed(program) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_the_history_is_for_its_owner_alone(program: Program, tmp_path: Path, quick: Arguments) -> None:
    program("evolve", "-", *quick, "--n", "2", input=FAULTY)
    (path,) = (tmp_path / "home").rglob("journal.sqlite3")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
