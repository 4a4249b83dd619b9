"""Edits from a real git history."""

import subprocess
from pathlib import Path

import pytest

from aw_training.errors import TrainingError
from aw_training.judge import histories
from aw_training.judge.human_edits import Edit

FIRST = """# Notes

In order to start the server, you need to make use of the command that is named in the
second chapter. It takes about 3 minutes.

```sh
In order to start, you need to make use of this.
```

- You should always make a backup of the file before you change anything in it.

The log is the place where all the errors of the last day can be found by everybody.
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    commit(tmp_path, FIRST, "Begin")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", "-C", folder, "-c", "user.name=A", "-c", "user.email=a@b", *arguments), check=True)


def commit(folder: Path, text: str, message: str, name: str = "a.md") -> None:
    (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


def edits(folder: Path) -> list[Edit]:
    return list(histories.edits(folder, "some/docs", "CC0-1.0"))


def test_a_reworded_paragraph_is_an_edit_with_its_lines_joined(repository: Path) -> None:
    commit(repository, FIRST.replace("In order to start the", "To start the"), "Tighten the wording")
    [edit] = edits(repository)
    assert edit.before.startswith("In order to start the server, you need")
    assert edit.after.startswith(
        "To start the server, you need to make use of the command that is named in the second"
    )
    assert (edit.repo, edit.licence, edit.editorial) == ("some/docs", "CC0-1.0", True)
    assert edit.numbers_kept
    assert edit.code_kept
    assert edit.similarity > 0.9


def test_a_list_item_loses_its_mark(repository: Path) -> None:
    commit(repository, FIRST.replace("You should always make", "Make"), "Update")
    [edit] = edits(repository)
    assert edit.after == "Make a backup of the file before you change anything in it."
    assert not edit.editorial


def test_a_changed_number_is_told(repository: Path) -> None:
    commit(repository, FIRST.replace("3 minutes", "4 minutes"), "Be exact")
    [edit] = edits(repository)
    assert not edit.numbers_kept


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("start, you need to make use of this", "start it, you need to make use of this"),  # in a fence
        ("# Notes", "# Some notes on how the server is started by you"),
        ("The log is the place where all the errors of the last day can be found by everybody.", ""),
        ("The log is the place where all the errors of the last day can be found by", "Nobody is read by"),
    ],
)
def test_what_is_no_rewording_of_prose_is_left_out(repository: Path, old: str, new: str) -> None:
    assert old in FIRST
    commit(repository, FIRST.replace(old, new), "Reword")
    assert edits(repository) == []


def test_a_way_back_is_no_second_edit(repository: Path) -> None:
    commit(repository, FIRST.replace("In order to start the", "To start the"), "Reword")
    commit(repository, FIRST, 'Revert "Reword"')
    commit(repository, FIRST.replace("In order to start the", "To start the"), "Reword again")
    assert [edit.after[:8] for edit in edits(repository)] == ["To start"]


def test_a_folder_without_any_of_the_repositories_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no clone"):
        list(histories.of_clones(tmp_path))


def test_a_history_that_git_cannot_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="could not read"):
        edits(tmp_path / "nothing")
