import json
from pathlib import Path

import pytest

from aw_engine.inference import rates
from aw_server.cli.exits import Exit
from support.program import Program


def test_every_kind_of_work_that_the_model_does_is_timed_and_remembered(
    program: Program, model_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = program("bench", "--json", "--model", str(model_path))
    assert done.returncode == Exit.DONE, done.stderr
    measured = json.loads(done.stdout)
    assert [each["work"] for each in measured["speeds"]] == ["prompt (judging)", "prompt (scoring)"]
    assert all(each["tokens"] > 0 and each["per_second"] > 0 for each in measured["speeds"])
    assert measured["settings"]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    low, high = rates.seconds(measured["digest"], 1000.0) or (0.0, 0.0)
    speeds = [each["per_second"] for each in measured["speeds"]]
    assert low < 1000 / max(speeds) <= 1000 / min(speeds) < high


def test_off_a_terminal_the_table_is_tab_separated(program: Program, model_path: Path) -> None:
    done = program("bench", "--model", str(model_path))
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [len(row) for row in rows] == [4, 4]
    assert b"cores" in done.stderr
