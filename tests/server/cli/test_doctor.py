import json
from pathlib import Path

from aw_server.cli.exits import Exit
from support.program import Program


def test_the_examination_is_whole_and_tells_nothing_private(
    program: Program, model_path: Path, environment: dict[str, str]
) -> None:
    done = program("doctor", "--json", "--model", str(model_path))
    assert done.returncode == Exit.DONE, done.stdout
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert len(found["model"]["digest"]) == 64
    assert found["model"]["dialect"] == "mini"
    assert found["judge"]["accuracy"] > 0.58
    assert found["writer"]["rewrites"] >= 1
    assert {"aw-server", "llama-cpp-python", "python"} <= set(found["versions"])
    assert found["cores"] >= 1
    assert environment["HOME"].encode() not in done.stdout


def test_for_people_it_is_a_page(program: Program, model_path: Path) -> None:
    done = program("doctor", "--model", str(model_path))
    assert done.returncode == Exit.DONE
    text = done.stdout.decode()
    assert "judge " in text
    assert text.endswith("problems  none\n")


def test_a_missing_model_is_a_problem_not_a_crash(program: Program) -> None:
    done = program("doctor", "--model", "absent.gguf")
    assert done.returncode == Exit.MODEL
    assert b"problem   Model not found: absent.gguf" in done.stdout
    assert done.stderr == b""


def test_a_history_that_cannot_be_used_is_a_problem(
    program: Program, model_path: Path, environment: dict[str, str]
) -> None:
    program("doctor", "--model", str(model_path))
    (history,) = Path(environment["HOME"]).rglob("journal.sqlite3")
    history.write_bytes(b"no database at all" * 300)
    done = program("doctor", "--model", str(model_path))
    assert done.returncode == Exit.MODEL
    assert b"problem   The history" in done.stdout
