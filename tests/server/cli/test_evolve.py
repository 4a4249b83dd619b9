"""The command as a process of its own, with the real model and real files."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from support.program import EXAMPLE, FAULTY, Arguments, Program


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    shutil.copy(EXAMPLE, path)
    return path


def test_the_examples_second_paragraph_is_mended(program: Program, draft: Path, model_path: Path) -> None:
    done = program("evolve", "draft.md", "--paragraph", "2", "--model", str(model_path), "--json")
    assert done.returncode == Exit.DONE, done.stderr
    said = json.loads(done.stdout)
    best = said["candidates"][0]
    assert said["status"] == "done"
    assert said["originalRank"] > 1
    assert "recieved" in said["original"]
    assert "received" in best["text"]
    assert "[one plain folder](https://example.org/reading-log)" in " ".join(best["text"].split())
    assert "148" in best["text"]
    assert said["seconds"] <= 45
    assert draft.read_bytes() == EXAMPLE.read_bytes()


def test_stdin_gives_the_best_text_and_nothing_else(program: Program, quick: Arguments) -> None:
    done = program("evolve", "-", *quick, input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    assert b"received" in done.stdout
    assert done.stdout.endswith(b".\n")
    assert done.stdout.count(b"\n") == 1
    assert b"rank" in done.stderr


def test_no_final_newline_is_added(program: Program, quick: Arguments) -> None:
    done = program("evolve", "-", *quick, input=FAULTY.rstrip())
    assert not done.stdout.endswith(b"\n")


def test_in_place_mends_the_file_and_keeps_the_rest(program: Program, draft: Path, quick: Arguments) -> None:
    done = program("evolve", "draft.md", "-p", "2", "--in-place", "--fail-if-none", *quick)
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stdout == b""
    assert draft.with_name("draft.md.bak").read_bytes() == EXAMPLE.read_bytes()
    before, after = EXAMPLE.read_text().split("\n\n"), draft.read_text().split("\n\n")
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) == 1


def test_events_end_with_the_result(program: Program, quick: Arguments) -> None:
    done = program("evolve", "-", "--jsonl", *quick, input=FAULTY)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["type"] == "started"
    assert events[-1]["type"] == "finished"
    assert events[-1]["result"]["status"] == "done"
    assert {"drafted", "compared", "leaderboard"} <= {event["type"] for event in events}


def test_the_same_seed_gives_the_same_ranking(program: Program, quick: Arguments) -> None:
    def ranking() -> object:
        said = json.loads(program("evolve", "-", "--json", "--seed", "7", *quick, input=FAULTY).stdout)
        return said["candidates"], said["rejected"], said["usage"]

    assert ranking() == ranking()


def test_split_prints_the_whole_document_with_the_best_in_it(program: Program, quick: Arguments) -> None:
    text = b"# Head\n\n%b\n- Code: `x = 1`\n\n%b" % (FAULTY, FAULTY)
    done = program("evolve", "-", "--split", "--format", "markdown", *quick, input=text)
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stdout.startswith(b"# Head\n\n")
    assert b"\n- Code: `x = 1`\n" in done.stdout
    assert done.stdout.count(b"received") == 2


def test_a_budget_is_kept(program: Program, draft: Path, model_path: Path) -> None:
    done = program("evolve", "draft.md", "-p", "2", "--budget", "1s", "--json", "--model", str(model_path))
    assert done.returncode == Exit.DONE, done.stderr
    assert json.loads(done.stdout)["seconds"] <= 2.5


@pytest.mark.parametrize("name", ["backup.sh", "config.yaml", "page.html"])
def test_code_is_refused_and_left_as_it_is(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FAULTY)
    done = program("evolve", name, "--in-place")
    assert done.returncode == Exit.TEXT
    assert f"{name} is code or data and not prose" in done.stderr.decode()
    assert "--format plain" in done.stderr.decode()
    assert (tmp_path / name).read_bytes() == FAULTY


def test_unknown_markup_is_said_to_be_read_as_plain_text(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.strange").write_bytes(b"Two words.\n")
    assert b"is not known, so it is read as plain text" in program("evolve", "a.strange").stderr
    assert b"is not known" not in program("evolve", "a.strange", "--format", "plain").stderr


@pytest.mark.parametrize(
    ("content", "arguments", "code", "reason", "words"),
    [
        (b"", (), Exit.TEXT, "empty", "is empty"),
        (b"\0\1", (), Exit.USAGE, "file", "binary"),
        (b"Two words.\n", (), Exit.TEXT, "tooShort", "at least four words"),
        (b"```\nx = 1\n```\n", (), Exit.TEXT, "onlyMarkup", "no paragraph of prose"),
        (b"One is here now.\n\nTwo is here now.\n", (), Exit.USAGE, "ambiguous", "--paragraph N"),
        (FAULTY, ("--paragraph", "9"), Exit.USAGE, "settings", "no paragraph 9; choose another"),
        (FAULTY, ("--lines", "9"), Exit.USAGE, "settings", "no line 9; choose others"),
        (FAULTY, ("--rubric", "clarty"), Exit.USAGE, "unknownRubric", "clarity"),
        (FAULTY, ("--model", "absent.gguf"), Exit.MODEL, "modelMissing", "absent.gguf"),
        (FAULTY, ("--model", "page.gguf"), Exit.MODEL, "modelDamaged", "page.gguf"),
        (FAULTY, ("--model", "cut.gguf"), Exit.MODEL, "modelDamaged", "cut.gguf"),
    ],
)
def test_bad_input_is_one_sentence_and_the_right_code(
    program: Program,
    tmp_path: Path,
    model_path: Path,
    content: bytes,
    arguments: Arguments,
    code: Exit,
    reason: str,
    words: str,
) -> None:
    (tmp_path / "a.md").write_bytes(content)
    (tmp_path / "page.gguf").write_bytes(b"<!DOCTYPE html><title>Not found</title>")
    (tmp_path / "cut.gguf").write_bytes(model_path.read_bytes()[:200_000])
    done = program("evolve", "a.md", "--json", *arguments)
    assert done.returncode == code, done.stderr
    said = json.loads(done.stdout)
    assert said["status"] == "refused"
    assert said["reason"] == reason
    assert words in said["message"]
    assert done.stderr.decode().startswith("aw-server: ")
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "a.md").read_bytes() == content


def test_the_small_model_refuses_instructions_and_other_languages(program: Program, quick: Arguments) -> None:
    told = program("evolve", "-", "--instruction", "Make it rhyme.", "--json", *quick, input=FAULTY)
    assert told.returncode == Exit.MODEL
    assert json.loads(told.stdout)["reason"] == "unsupportedInstruction"
    german = (
        "Wir haben viele Fragen bekommen, und die Antworten waren nicht immer gleich, weil wir sie vergessen."
    )
    foreign = program("evolve", "-", "--json", *quick, input=german.encode())
    assert foreign.returncode == Exit.TEXT
    assert json.loads(foreign.stdout)["reason"] == "unsupportedLanguage"


GERMAN = b"Der Zug war zu sp\xc3\xa4t, und der Schaffner hat im letzten Wagen geschlafen."
ENDLESS = b"We saw " + b"a man with a red hat, " * 200 + b"and a dog."


def test_a_paragraph_that_cannot_be_evolved_does_not_end_the_others(
    program: Program, tmp_path: Path, quick: Arguments
) -> None:
    text = b"%b\n\n> %b\n\n%b\n\n%b\n\nToo short.\n" % (FAULTY.strip(), GERMAN, ENDLESS, FAULTY.strip())
    (tmp_path / "a.md").write_bytes(text)
    done = program("evolve", "a.md", "--split", "--quiet", *quick)
    assert done.returncode == Exit.SKIPPED, done.stderr
    foreign, endless = done.stderr.decode().splitlines()
    assert foreign.startswith("Paragraph 2 (line 3) is skipped: This text looks like German")
    assert "--paragraph 2 --language en" in foreign
    assert endless.startswith("Paragraph 3 (line 5) is skipped: One sentence has ")
    assert done.stdout.count(b"received") == 2
    assert GERMAN in done.stdout
    assert ENDLESS in done.stdout

    done = program("evolve", "a.md", "--split", "--in-place", "--json", *quick)
    assert done.returncode == Exit.SKIPPED, done.stderr
    said = json.loads(done.stdout)
    assert len(said["results"]) == 2
    assert [(each["paragraph"], each["line"], each["reason"]) for each in said["skipped"]] == [
        (2, 3, "unsupportedLanguage"),
        (3, 5, "tooLong"),
    ]
    assert (tmp_path / "a.md").read_bytes().count(b"received") == 2


def test_events_name_what_is_skipped(program: Program, quick: Arguments) -> None:
    done = program("evolve", "-", "--split", "--jsonl", *quick, input=b"%b\n\n%b\n" % (GERMAN, FAULTY))
    assert done.returncode == Exit.SKIPPED, done.stderr
    first, *_, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["type"], first["paragraph"], first["line"]) == ("skipped", 1, 1)
    assert (last["type"], last["result"]["status"]) == ("finished", "done")


def test_the_language_that_the_writer_names_is_not_contradicted(program: Program, quick: Arguments) -> None:
    done = program("evolve", "-", "--language", "en-GB", *quick, input=GERMAN)
    assert done.returncode == Exit.DONE, done.stderr
    said = program("evolve", "-", "--language", "de", *quick, input=FAULTY)
    assert said.returncode == Exit.TEXT
    assert b"If it is English, say --language en" in said.stderr


def test_a_document_that_says_its_language_is_believed(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"---\nlang: de\n---\n\nDas ist gut so.\n")
    done = program("evolve", "a.md", "--plan", "quick")
    assert done.returncode == Exit.TEXT
    assert b"German" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of a file")
def test_a_full_disk_costs_neither_the_file_nor_the_work(
    program: Program, tmp_path: Path, quick: Arguments
) -> None:
    import resource

    path = tmp_path / "a.md"
    path.write_bytes(FAULTY)
    done = program(
        "evolve",
        "a.md",
        "--in-place",
        *quick,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)),
    )
    assert done.returncode == Exit.USAGE, done.stderr
    assert b"it is as it was" in done.stderr
    assert b"received" in done.stdout
    assert path.read_bytes() == FAULTY
    assert not list(tmp_path.glob(".a.md*"))


def test_the_log_stays_empty_and_nothing_is_left_beside_the_file(
    program: Program, tmp_path: Path, quick: Arguments
) -> None:
    (tmp_path / "a.md").write_bytes(FAULTY)
    program("evolve", "a.md", *quick)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.md", "home"]
    assert not list((tmp_path / "home").rglob("*.log"))


def test_the_options_are_all_explained(program: Program) -> None:
    text = program("evolve", "--help").stdout.decode()
    for line in re.findall(r"^  (?:-\w, )?--[\w-]+.*$", text, re.MULTILINE):
        assert line.strip()
    assert "exit" in text.lower() or "Ctrl-C" in text
