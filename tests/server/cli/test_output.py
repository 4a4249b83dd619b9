import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult
from aw_server.cli import output
from aw_server.cli.exits import Exit
from aw_server.cli.failures import FileError
from aw_server.cli.request import EvolveOptions
from aw_server.cli.selection import choose
from aw_server.cli.source import read

PLAIN = EvolveOptions(
    file="draft.md",
    paragraph=None,
    lines=None,
    split=False,
    rubric=None,
    plan=Plan(),
    model="builtin",
    format=None,
    language=None,
    everything=False,
    diff=False,
    backup=None,
    as_json=False,
    as_events=False,
    fail_if_none=False,
    quiet=False,
)
Captured = pytest.CaptureFixture[bytes]


class Desk:
    """A file that holds the result's original as a wrapped list item, and what is delivered of it."""

    def __init__(self, path: Path, result: EvolveResult) -> None:
        self.path = path
        head, _, tail = result.original.partition(", and and ")
        self.before = f"# Head\n\n- {head},\n  and and {tail}\n\nEnd.\n"
        path.write_text(self.before)
        self.result = result

    def deliver(
        self, *, interrupted: Exit | None = None, meddle: bytes | None = None, **asked: object
    ) -> Exit:
        request = replace(PLAIN, file=str(self.path), **asked)
        source = read(request.file)
        selection = choose(source, "markdown", lines=None, paragraph=1, split=request.split, language="en")
        if meddle is not None:
            self.path.write_bytes(meddle)
        return output.deliver(request, source, selection, {1: self.result}, interrupted=interrupted)


@pytest.fixture
def desk(tmp_path: Path, result: EvolveResult) -> Desk:
    return Desk(tmp_path / "draft.md", result)


@pytest.fixture
def beaten(result: EvolveResult) -> EvolveResult:
    own = next(each for each in result.candidates if each.id == ORIGINAL)
    return replace(result, original_rank=1, candidates=(replace(own, rank=1),))


def test_off_a_terminal_only_the_best_text_is_printed(desk: Desk, capsysbinary: Captured) -> None:
    assert desk.deliver() == Exit.DONE
    out, err = capsysbinary.readouterr()
    assert out.startswith(b"Because nobody")
    assert out.endswith(b"log).\n")
    assert b"\n  " in out  # wrapped and indented as the item was
    assert b"2 rewrites of 3 rank above your text" in err


def test_where_nothing_is_better_the_original_is_printed_exactly(
    desk: Desk, beaten: EvolveResult, capsysbinary: Captured
) -> None:
    desk.result = beaten
    assert desk.deliver(fail_if_none=True) == Exit.NOTHING_BETTER
    assert capsysbinary.readouterr().out.decode() in desk.before
    assert desk.deliver() == Exit.DONE


def test_quiet_is_quiet(desk: Desk, capsysbinary: Captured) -> None:
    desk.deliver(quiet=True)
    assert capsysbinary.readouterr().err == b""


def test_json_is_the_result_with_texts_as_they_would_stand(desk: Desk, capsysbinary: Captured) -> None:
    desk.deliver(as_json=True)
    said = json.loads(capsysbinary.readouterr().out)
    assert said["originalRank"] == 3
    assert said["original"] in desk.before
    assert "\n  " in said["candidates"][0]["text"]
    assert said["usage"] == {"generate": 0, "judge": 0, "promptTokens": 0, "decodedTokens": 0}
    assert set(said["perGeneration"][0]) == {"best", "diversity", "lengthRatio", "slop"}
    assert set(said["candidates"][3]["flags"][0]) == {"kind", "before", "after"}


def test_in_place_changes_the_paragraph_and_nothing_else(desk: Desk, capsysbinary: Captured) -> None:
    assert desk.deliver(backup=".orig") == Exit.DONE
    after = desk.path.read_text()
    assert after.startswith("# Head\n\n- Because nobody")
    assert after.endswith("log).\n\nEnd.\n")
    assert desk.path.with_name("draft.md.orig").read_text() == desk.before
    assert capsysbinary.readouterr().out == b""


def test_in_place_leaves_the_file_where_nothing_is_better(desk: Desk, beaten: EvolveResult) -> None:
    desk.result = beaten
    desk.deliver(backup=".bak")
    assert [each.name for each in desk.path.parent.iterdir()] == ["draft.md"]


def test_an_interrupted_run_prints_but_never_replaces(desk: Desk, capsysbinary: Captured) -> None:
    assert desk.deliver(backup=".bak", interrupted=Exit.INTERRUPTED) == Exit.INTERRUPTED
    assert desk.path.read_text() == desk.before
    assert capsysbinary.readouterr().out.startswith(b"Because nobody")


def test_what_was_worked_for_is_printed_where_it_cannot_be_put_in_place(
    desk: Desk, capsysbinary: Captured
) -> None:
    with pytest.raises(FileError, match="was changed while"):
        desk.deliver(backup=".bak", meddle=b"The writer went on.\n")
    assert desk.path.read_bytes() == b"The writer went on.\n"
    assert capsysbinary.readouterr().out.startswith(b"Because nobody")


def test_diff_prints_what_patch_understands(desk: Desk, capsysbinary: Captured) -> None:
    desk.deliver(diff=True)
    out = capsysbinary.readouterr().out.decode()
    assert out.startswith("--- a/")
    assert "\n+- Because nobody" in out


def test_a_failed_run_prints_what_was_ranked_and_ends_with_the_models_code(
    desk: Desk, result: EvolveResult, capsysbinary: Captured
) -> None:
    desk.result = replace(result, status="failed", reason="workerDied", message="The model process ended.")
    assert desk.deliver(backup=".bak") == Exit.MODEL
    assert desk.path.read_text() == desk.before
    out, err = capsysbinary.readouterr()
    assert out.startswith(b"Because nobody")
    assert b"The model process ended." in err


def test_an_empty_rewrite_never_replaces_a_text(desk: Desk, result: EvolveResult) -> None:
    first = replace(result.candidates[0], text=" ")
    desk.result = replace(result, candidates=(first, *result.candidates[1:]))
    desk.deliver(backup=".bak")
    assert desk.path.read_text() == desk.before
