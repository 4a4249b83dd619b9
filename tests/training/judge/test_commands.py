"""All steps from data to the file for the package, small."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="reading many texts needs the extra `train`")

from click.testing import CliRunner

from aw_engine.inference.trained.head import load_head
from aw_training.judge import __main__ as commands
from aw_training.judge.__main__ import HEAD, STATES, main
from aw_training.log import LOG
from support.judge_data import write_data


def events(out: Path, event: str) -> list[dict[str, object]]:
    lines = map(json.loads, (out / LOG).read_text().splitlines())
    return [line for line in lines if line["event"] == event]


def test_one_command_makes_a_head_and_a_second_run_reads_nothing_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_FOR_SLOPES", 60)
    out = tmp_path / "out"
    asked = ["--data", str(write_data(tmp_path)), "--out", str(out), "--worsened", "120"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    head = load_head(out / HEAD)
    assert head.weights.shape == (len(head.about.layers) * 576, len(head.about.qualities))
    assert all(gain > 0 for gain in head.about.gains)
    read = sorted((out / STATES).iterdir())
    first = (out / HEAD).read_bytes()
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert sorted((out / STATES).iterdir()) == read
    assert (out / HEAD).read_bytes() == first
    assert len(events(out, "fitted")) == 2


def test_reading_before_there_are_pairs_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["read", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "make them first" in result.output
