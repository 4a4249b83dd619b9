import os
from pathlib import Path

import pytest

from aw_engine.errors import RubricError
from aw_engine.rubrics import load
from aw_engine.rubrics.template import template

SHIPPED = {"academic", "clarity", "concise", "email", "fiction", "marketing", "proofread", "technical"}
NAMES = """full-rewrite copy-edit tighter plain-language cliche unnecessary-exposition purple-prose
    awkward-wording poor-sentence-structure lack-of-specificity tense-inconsistency"""
OPERATORS = set(NAMES.split())


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's rubric folder, an empty one."""
    folder = tmp_path / "config"
    monkeypatch.setattr(load, "user_config_path", lambda *_args, **_keys: folder)
    (folder / "rubrics").mkdir(parents=True)
    return folder / "rubrics"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / ".aw" / "rubrics").mkdir(parents=True)
    return tmp_path / "project"


def put(folder: Path, name: str, text: str | None = None) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(template(name) if text is None else text, encoding="utf-8")
    return path


def test_eight_rubrics_ship_and_all_can_be_used() -> None:
    found = load.available()
    assert {each.id for each in found} == SHIPPED
    assert all(each.rubric is not None and each.error is None for each in found)
    assert load.find(load.DEFAULT).id == "clarity"


@pytest.mark.parametrize("name", sorted(SHIPPED - {"proofread"}))
def test_a_shipped_rubric_gives_eight_rewrites_as_the_methods_say(name: str) -> None:
    rubric = load.find(name)
    assert 4 <= len(rubric.criteria) <= 5
    assert {criterion.basis for criterion in rubric.criteria} == {"fluency", "economy"}
    assert {operator.id for operator in rubric.operators} == OPERATORS
    slots = {operator.id: operator.slots for operator in rubric.operators}
    total = sum(slots.values())
    whole = {key: int(8 * share / total) for key, share in slots.items()}
    assert {key: count for key, count in whole.items() if count} == {
        "full-rewrite": 2, "copy-edit": 1, "tighter": 1, "plain-language": 1,
    }  # fmt: skip
    assert 8 - sum(whole.values()) == 3


def test_fiction_varies_style_and_theme() -> None:
    fiction = load.find("fiction")
    assert (len(fiction.styles), len(fiction.themes)) == (12, 3)


def test_the_nearest_rubric_of_a_name_wins(config: Path, project: Path) -> None:
    put(config, "clarity", template("clarity").replace("Clarity", "Mine"))
    assert load.find("clarity").title == "Mine"
    put(project / ".aw" / "rubrics", "clarity", template("clarity").replace("Clarity", "Ours"))
    assert load.find("clarity", project).title == "Ours"
    assert load.find("clarity").title == "Mine"
    sources = [each.source for each in load.available(project) if each.id == "clarity"]
    assert sources == ["project", "user", "builtin"]


def test_a_path_names_any_file(tmp_path: Path) -> None:
    path = put(tmp_path, "odd name", template("letters"))
    assert load.find(str(path)).id == "letters"


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(RubricError, match=r"no rubric `clarty`. Did you mean clarity\? .*rubrics list"):
        load.find("clarty")
    with pytest.raises(RubricError, match="rubrics list"):
        load.find("")


def test_a_bad_file_is_listed_with_its_error_and_stops_nothing(project: Path) -> None:
    path = put(project / ".aw" / "rubrics", "letters", "id = \n")
    found = next(each for each in load.available(project) if each.id == "letters")
    assert found.rubric is None
    assert found.error is not None
    assert found.error.startswith(f"{path}, line 1, column 6: ")
    with pytest.raises(RubricError, match="line 1"):
        load.find("letters", project)


def test_the_file_must_be_named_by_the_id(config: Path) -> None:
    put(config, "letters", template("notes"))
    with pytest.raises(RubricError, match="make the two agree"):
        load.find("letters")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(RubricError, match="not a file"):
        load.read(tmp_path / "folder.toml")
    with pytest.raises(RubricError, match="no such rubric file"):
        load.find(str(tmp_path / "missing.toml"))
    with pytest.raises(RubricError, match="not a path"):
        load.find("a\0b.toml")
    with pytest.raises(RubricError, match="cannot be read"):
        load.find("x" * 5000 + ".toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(RubricError, match="not a file"):
        load.read(tmp_path / "pipe.toml")


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "large", template("large") + "#" * 70_000)
    with pytest.raises(RubricError, match="64 KB"):
        load.read(path)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path, project: Path, config: Path) -> None:
    elsewhere = put(tmp_path, "letters")
    (project / ".aw" / "rubrics" / "letters.toml").symlink_to(elsewhere)
    with pytest.raises(RubricError, match="leads out of it"):
        load.find("letters", project)
    (config / "letters.toml").symlink_to(elsewhere)
    assert load.find("letters").id == "letters"


def test_a_name_cannot_climb_out_of_the_folders(project: Path) -> None:
    with pytest.raises(RubricError):
        load.find("..", project)
