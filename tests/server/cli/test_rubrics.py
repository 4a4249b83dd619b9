import json
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from aw_server.cli.program import run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder and a home without rubrics."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_list_holds_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rubrics", "list")) == Exit.DONE
    assert "clarity (default)\tbuiltin\t" in capsys.readouterr().out
    assert run(("rubrics", "list", "--json")) == Exit.DONE
    listed = json.loads(capsys.readouterr().out)
    assert {"clarity", "concise", "fiction", "technical", "academic", "marketing", "email"} <= {
        r["id"] for r in listed
    }
    assert all(r["error"] is None for r in listed)


def test_show_prints_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rubrics", "show", "clarity")) == Exit.DONE
    assert 'id = "clarity"' in capsys.readouterr().out
    assert run(("rubrics", "show", "clarity", "--json")) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["id"] == "clarity"


def test_an_unknown_name_is_answered_with_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rubrics", "show", "clarty")) == Exit.USAGE
    assert "clarity" in capsys.readouterr().err


def test_a_new_rubric_is_in_order_and_is_listed(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rubrics", "new", "my-own", "--project")) == Exit.DONE
    path = Path(capsys.readouterr().out.strip())
    assert path == elsewhere / ".aw" / "rubrics" / "my-own.toml"
    assert run(("rubrics", "check", str(path))) == Exit.DONE
    assert run(("rubrics", "list", "--json")) == Exit.DONE
    assert "my-own" in capsys.readouterr().out
    assert run(("rubrics", "new", "my-own", "--project")) == Exit.USAGE
    assert "is there already" in capsys.readouterr().err


def test_only_the_rubric_in_use_is_marked_as_the_default(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(("rubrics", "new", "clarity", "--project"))
    capsys.readouterr()
    run(("rubrics", "list"))
    out = capsys.readouterr().out
    assert "clarity (default)\tproject\t" in out
    assert "clarity\tbuiltin\t" in out
    assert out.count("(default)") == 1


def test_check_names_the_file_and_what_is_wrong(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(("rubrics", "new", "mine", "--project"))
    path = Path(capsys.readouterr().out.strip())
    path.write_text(path.read_text().replace("title =", "tittle =", 1))
    assert run(("rubrics", "check", str(path), "--json")) == Exit.USAGE
    (checked,) = json.loads(capsys.readouterr().out)
    assert not checked["ok"]
    assert "mine.toml" in checked["error"]
    assert "tittle" in checked["error"]


def test_check_takes_names_too(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(("rubrics", "new", "mine", "--project"))
    path = Path(capsys.readouterr().out.strip())
    assert run(("rubrics", "check", "mine", "clarity")) == Exit.DONE
    path.write_text(path.read_text().replace("title =", "tittle =", 1))
    assert run(("rubrics", "check", "mine")) == Exit.USAGE
    assert "tittle" in capsys.readouterr().err
