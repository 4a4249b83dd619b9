import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from aw_server.cli.exits import Exit

Program = Callable[..., "subprocess.CompletedProcess[bytes]"]


def test_every_kind_of_work_that_the_model_does_is_timed(program: Program, model_path: Path) -> None:
    done = program("bench", "--json", "--model", str(model_path))
    assert done.returncode == Exit.DONE, done.stderr
    measured = json.loads(done.stdout)
    assert [each["work"] for each in measured["speeds"]] == ["prompt (judging)", "prompt (scoring)"]
    assert all(each["tokens"] > 0 and each["per_second"] > 0 for each in measured["speeds"])
    assert measured["settings"]


def test_off_a_terminal_the_table_is_tab_separated(program: Program, model_path: Path) -> None:
    done = program("bench", "--model", str(model_path))
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [len(row) for row in rows] == [4, 4]
    assert b"cores" in done.stderr
