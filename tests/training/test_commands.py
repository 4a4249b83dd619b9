"""The commands as one types them, from a folder of plain text to a file that the program takes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("torch", reason="training needs the extra `train`")

from aw_engine.inference.backend import Scoring
from aw_engine.inference.supervisor import WorkerBackend
from aw_training.__main__ import main

TINY = (
    *("--layers", "1", "--width", "32", "--heads", "1", "--hidden", "32"),
    *("--batch", "4", "--micro-batch", "2", "--no-compile"),
)
TRAINING = Path(__file__).parents[2] / "training"
# What a machine with a GPU may lack.
WITHOUT = "import sys; sys.modules.update(dict.fromkeys(('gguf', 'llama_cpp', 'aw_engine'))); "


@pytest.fixture
def prose(paragraphs: list[str], tmp_path: Path) -> Path:
    """A folder of text as anybody may have it: a file in a subfolder, paragraphs parted by blank lines."""
    file = tmp_path / "prose" / "essays" / "one.txt"
    file.parent.mkdir(parents=True)
    file.write_text("\n\n".join(text.replace(". ", ".\n") for text in paragraphs), encoding="utf-8")
    return tmp_path / "prose"


def _done(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _started(*arguments: object, before: str = "") -> subprocess.Popen[str]:
    code = f"{before}import runpy; runpy.run_module('aw_training', run_name='__main__', alter_sys=True)"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TRAINING), *sys.path])},
        stdout=subprocess.PIPE,
        text=True,
    )


def _logged(out: Path, event: str) -> list[Mapping[str, Any]]:
    lines = map(json.loads, (out / "log.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == event]


async def test_slices_of_one_command_end_in_a_file_that_the_program_takes(
    prose: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = ("--data", prose, "--out", out, "--minutes", 0.08, "--slice", 0.04, "--resume", *TINY)
    for slices in (1, 2):
        done = _done(*command)
        assert done.exit_code == 0, done.output
        assert len(_logged(out, "end")) == slices
        assert bool(_logged(out, "scores")) == (slices == 2)
    first, second = _logged(out, "end")
    assert second["step"] > first["step"] > 0
    assert 0.04 * 60 <= first["elapsed"] < 0.08 * 60 <= second["elapsed"]
    fields = gguf.GGUFReader(out / "aw-mini.gguf").fields
    assert fields["aw.training_tokens"].contents() == second["tokens"]
    assert (out / "aw-mini.f16.gguf").stat().st_size > (out / "aw-mini.gguf").stat().st_size
    backend = WorkerBackend(str(out / "aw-mini.gguf"))
    try:
        assert (await backend.info()).dialect == "mini"
        (scored,) = await backend.score([Scoring("Nobody had asked for more.")])
        assert scored.logprob < 0
    finally:
        await backend.aclose()


def test_every_step_s_figures_are_in_the_log(prose: Path, tmp_path: Path) -> None:
    assert _done("run", "--data", prose, "--out", tmp_path, "--minutes", 0.01, *TINY).exit_code == 0
    assert _logged(tmp_path, "tokenizer")[0]["characters"] > 0
    assert _logged(tmp_path, "rows")[0]["tokens"] > 0
    (start,) = _logged(tmp_path, "start")
    assert (start["shape"]["layers"], start["plan"]["minutes"], start["plan"]["device"]) == (1, 0.01, "cpu")
    assert start["parameters"] > 0
    assert _logged(tmp_path, "end")[0]["held_out_loss"] > 0
    assert _logged(tmp_path, "file")[0]["bytes"] > 0
    scores = _logged(tmp_path, "scores")[0]
    assert scores["light_damage"]["pairs"] > 0
    assert scores["weights"].keys() >= {"sum_weight", "mean_weight"}


def test_told_to_stop_it_saves_what_it_has(prose: Path, tmp_path: Path) -> None:
    for step in ("tokenizer", "pack"):
        assert _done(step, "--data", prose, "--out", tmp_path).exit_code == 0
    command = ("train", "--out", tmp_path, "--minutes", 60, "--resume", *TINY)
    assert _done(*command, "--slice", 0.01).exit_code == 0
    running = _started(*command)
    assert running.stdout is not None
    assert '"event": "start"' in running.stdout.readline()
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    assert running.returncode == 0
    first, second = _logged(tmp_path, "end")
    assert second["step"] >= first["step"] > 0
    assert second["elapsed"] < 60 * 60


def test_a_machine_without_llama_cpp_trains_and_its_weights_become_a_file_elsewhere(
    prose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("tokenizer", "pack"):
        assert _done(step, "--data", prose, "--out", tmp_path).exit_code == 0
    training = _started("train", "--out", tmp_path, "--minutes", 0.01, *TINY, before=WITHOUT)
    training.communicate(timeout=100)
    assert training.returncode == 0
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "aw_training.native", None)
        refused = _done("export", "--out", tmp_path)
    assert refused.exit_code == 1
    assert "llama-cpp-python" in refused.output
    elsewhere = _done("export", "--out", tmp_path, "--from-gguf", tmp_path / "aw-mini.f16.gguf")
    assert elsewhere.exit_code == 0, elsewhere.output
    fields = gguf.GGUFReader(tmp_path / "aw-mini.gguf").fields
    assert fields["aw.training_tokens"].contents() == _logged(tmp_path, "end")[0]["tokens"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [([], "holds no prose"), ([b"One line."], "too little text"), ([b"caf\xe9 noir"], "not UTF-8")],
)
def test_a_folder_that_cannot_be_trained_on_is_refused_in_a_sentence(
    tmp_path: Path, texts: list[bytes], message: str
) -> None:
    folder = tmp_path / "prose"
    folder.mkdir()
    for text in texts:
        (folder / "one.txt").write_bytes(text)
    done = _done("--data", folder, "--out", tmp_path / "out", "--minutes", 1, *TINY)
    assert done.exit_code == 1
    assert done.output.splitlines()[-1].startswith("Error: ")
    assert message in done.output


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (("pack", "--data", "."), "tokenizer"),
        (("train", "--minutes", "1"), "tokenizer"),
        (("export",), "train"),
        (("evaluate", "--data", "."), "export"),
    ],
)
def test_a_step_whose_forerunner_is_missing_names_it(
    tmp_path: Path, step: tuple[str, ...], missing: str
) -> None:
    done = _done(*step, "--out", tmp_path)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert f"`{missing}`" in done.output
