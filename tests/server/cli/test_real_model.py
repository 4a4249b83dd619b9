"""The program with a real chat model, from its own package."""

import json

from aw_server.cli.exits import Exit
from support.program import FAULTY, Program
from support.smollm2 import NEEDS_SMOLLM2

pytestmark = NEEDS_SMOLLM2


def test_smollm2_works_by_its_name(program: Program) -> None:
    done = program("evolve", "-", "--model", "smollm2", "--plan", "quick", "--json", input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    assert said["model"]["ref"] == "smollm2"
    assert said["judge"]["ref"] == "trained"
    assert said["candidates"][0]["id"] != "original"
    assert "received" in said["candidates"][0]["text"]
    replayed = program("runs", "replay", said["jobId"])
    assert replayed.returncode == Exit.DONE, replayed.stdout


def test_it_follows_an_instruction_of_the_writers_own(program: Program) -> None:
    asked = ("--instruction", "Correct the mistakes in this text.", "--n", "3", "--json")
    done = program("evolve", "-", "--model", "smollm2", *asked, input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    operators = {
        each["lineage"]["operator"]
        for each in json.loads(done.stdout)["candidates"]
        if each["id"] != "original"
    }
    assert operators <= {"instruction"}
