"""`--judge-model`: one model writes, another compares."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from support.program import FAULTY, Program


def test_both_models_are_in_the_result(program: Program, model_path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "judge.gguf"
    copy.symlink_to(model_path)
    arguments = ("--model", str(model_path), "--judge-model", str(copy), "--plan", "quick", "--json")
    done = program("evolve", "-", *arguments, input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    assert said["model"]["ref"] == str(model_path)
    assert said["judge"]["ref"] == str(copy)
    assert said["judge"]["digest"] == said["model"]["digest"]
    assert "received" in said["candidates"][0]["text"]
    assert any(key.startswith("judge.") for key in said["settings"])
    replayed = program("runs", "replay", said["jobId"])
    assert replayed.returncode == Exit.DONE, replayed.stdout


def test_the_writer_itself_is_no_second_judge(program: Program, model_path: Path) -> None:
    arguments = ("--model", str(model_path), "--judge-model", str(model_path), "--plan", "quick", "--json")
    done = program("evolve", "-", *arguments, input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    assert "judge" not in json.loads(done.stdout)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda variant: "nowhere.gguf", "Model not found: nowhere.gguf"),
        (lambda variant: str(variant("bare.gguf", tensors=False)), "vocabulary only"),
    ],
)
def test_a_model_that_cannot_judge_is_refused_in_a_sentence(
    program: Program,
    model_path: Path,
    write_variant: Callable[..., Path],
    make: Callable[[Callable[..., Path]], str],
    words: str,
) -> None:
    arguments = ("--model", str(model_path), "--judge-model", make(write_variant), "--json")
    done = program("evolve", "-", *arguments, input=FAULTY)
    assert done.returncode == Exit.MODEL
    assert words in json.loads(done.stdout)["message"]
    assert b"Traceback" not in done.stderr
