import json
import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from aw_server.cli import program as under_test
from aw_server.cli.exits import Exit
from support.program import Program


def test_the_version_is_there_at_once(program: Program) -> None:
    def timed() -> float:
        began = time.perf_counter()
        done = program("--version")
        assert done.returncode == 0
        assert done.stdout.startswith(b"aw-server ")
        return time.perf_counter() - began

    assert min(timed() for _ in range(5)) <= 0.3


def test_help_needs_neither_the_engine_nor_rich(environment: dict[str, str]) -> None:
    code = (
        "import sys; from aw_server.cli.program import run; run(['evolve', '--help']); run(['--help']);"
        "heavy = {'rich', 'anyio', 'llama_cpp', 'markdown_it', 'numpy'};"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_server_never_imports_the_native_library(environment: dict[str, str]) -> None:
    code = "import sys, aw_server.app, aw_server.cli.evolving; sys.exit('llama_cpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("evolve",),
        ("evolve", "a.md", "--paragraph", "0"),
        ("evolve", "a.md", "--paragraph", "1", "--lines", "1:2"),
        ("evolve", "a.md", "--diff", "--all"),
        ("evolve", "a.md", "--budget", "never"),
        ("evolve", "-", "--in-place"),
        ("evolve", "a.md", "--backup", "../x"),
        ("evolve", "a.md", "--language", "English"),
        ("evolve", "a.md", "--nonsense"),
        ("nonsense",),
        ("rubrics", "check"),
    ],
)
def test_wrong_usage_is_a_sentence_and_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert under_test.run(arguments) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert "aw-server" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("group", ["runs", "rubrics", "models"])
def test_a_group_alone_lists_its_commands(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert under_test.run([group]) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"Usage: aw-server {group} ")
    assert "Commands:" in said.err
    assert "aw-server:" not in said.err


def test_json_says_failures_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert under_test.run(("evolve", "nowhere.md", "--json")) == Exit.USAGE
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "status": "refused",
        "reason": "file",
        "message": "There is no file nowhere.md; check the path.",
    }
    assert under_test.run(("evolve", "--json")) == Exit.USAGE
    assert json.loads(capsys.readouterr().out)["reason"] == "usage"


@click.command()
def _broken() -> None:
    raise KeyError("the writer's own words")


@pytest.mark.skipif(sys.platform == "win32", reason="the log's folder is found through XDG_STATE_HOME")
def test_a_defect_is_a_sentence_and_its_log_holds_no_prose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(under_test.program, "get_command", lambda ctx, name: _broken)
    assert under_test.run(("evolve", "x", "--json")) == Exit.USAGE  # `_broken` takes no argument
    capsys.readouterr()
    assert under_test.run(("doctor",)) == Exit.INTERNAL
    said = capsys.readouterr().err
    (log,) = tmp_path.rglob("aw-server.log")
    assert str(log) in said
    assert "KeyError" in said
    assert said.count("\n") == 1
    text = log.read_text()
    assert "KeyError" in text
    assert "_broken" in text
    assert "writer" not in said + text
    assert log.stat().st_mode & 0o077 == 0


def test_with_aw_debug_a_defect_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AW_DEBUG", "1")
    monkeypatch.setattr(under_test.program, "get_command", lambda ctx, name: _broken)
    with pytest.raises(KeyError):
        under_test.run(("doctor",))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_closed_pipe_ends_quietly(environment: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "aw_server", "rubrics", "list", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    os.close(writer)
    assert done.returncode == Exit.PIPE_CLOSED
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes them")
def test_closed_streams_are_no_defect(program: Program, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("One paragraph is here.\n\nAnother one is here.\n")
    for closing, said in ((">&-", b"two.txt has 2 paragraphs"), ("2>&-", b""), (">&- 2>&- <&-", b"")):
        shell = f'"{sys.executable}" -m aw_server evolve two.txt {closing}'
        done = subprocess.run(
            ["sh", "-c", shell], env=environment, cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == Exit.USAGE
        assert done.stdout == b""
        assert said in done.stderr
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m aw_server evolve - <&-'],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (Exit.TEXT, b"aw-server: stdin is empty; give it some text.\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_finds_no_room_is_no_defect(program: Program) -> None:
    with open("/dev/full", "wb") as full:
        done = program(
            "rubrics", "show", "clarity", capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == Exit.USAGE
    assert (
        done.stderr
        == b"aw-server: The output cannot be written (No space left on device); free some space.\n"
    )


def test_a_file_cannot_drive_the_terminal_through_a_message(program: Program, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("One \x1b[2J paragraph is here.\n\nAnother one is \x9bhere.\n")
    done = program("evolve", "two.txt")
    assert "\x1b" not in done.stderr.decode()
    assert "One ␛[2J paragraph" in done.stderr.decode()
