import json
from pathlib import Path

import pytest

from aw_engine.domain.brief import BUILTIN
from aw_server.cli.exits import Exit
from aw_server.cli.program import run
from aw_server.runs import measuring


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without caches, and one folder of models."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "models").mkdir()
    monkeypatch.setenv("LLAMA_CACHE", str(tmp_path / "models"))


def test_a_model_says_what_it_is(model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("models", "show", str(model_path), "--json")) == Exit.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["dialect"] == "mini"
    assert shown["bytes"] == model_path.stat().st_size
    assert shown["vocabulary"] > 1000
    assert run(("models", "show", str(model_path))) == Exit.DONE
    assert "dialect       mini" in capsys.readouterr().out


def test_the_path_can_be_used_in_a_shell(model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("models", "path", str(model_path))) == Exit.DONE
    assert capsys.readouterr().out == f"{model_path}\n"


def test_verify_reads_the_file_and_show_knows_the_digest_then(
    model_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(("models", "verify", str(model_path), "--json")) == Exit.DONE
    (verified,) = json.loads(capsys.readouterr().out)
    assert verified["ok"]
    assert len(verified["digest"]) == 64
    run(("models", "show", str(model_path), "--json"))
    assert json.loads(capsys.readouterr().out)["digest"] == verified["digest"]


def test_a_cut_file_is_found_and_named(
    model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(model_path.read_bytes()[:100_000])
    assert run(("models", "verify", str(cut))) == Exit.MODEL
    said = capsys.readouterr()
    assert said.out == ""
    assert "cut.gguf" in said.err
    assert run(("models", "show", str(cut))) == Exit.MODEL


def test_a_missing_model_is_3_and_a_server_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("models", "path", "nobody/nothing:Q8_0")) == Exit.MODEL
    assert "nobody/nothing:Q8_0" in capsys.readouterr().err
    assert run(("models", "path", "http://127.0.0.1:1/v1")) == Exit.USAGE


def test_the_list_holds_the_built_in_one_and_the_caches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "models" / "models--o--r" / "snapshots" / "1" / "a-Q4_K_M.gguf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"GGUF")
    assert run(("models", "list", "--json")) == Exit.DONE
    listed = json.loads(capsys.readouterr().out)
    assert [each["ref"] for each in listed] == ["builtin", "smollm2", str(kept)]
    assert run(("models", "list")) == Exit.DONE
    assert capsys.readouterr().out.startswith("builtin\t")


def test_what_a_model_is_worth_is_measured_kept_and_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measuring, "_PARAGRAPHS", 2)
    assert run(("models", "show", BUILTIN, "--json")) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["card"] is None
    assert run(("models", "show", BUILTIN, "--measure", "--json")) == Exit.DONE
    said = capsys.readouterr()
    card = json.loads(said.out)["card"]
    assert card["paragraphs"] == 2
    assert 0 < card["passed"] <= 1
    assert 0 < card["changed"] < 1
    assert 0 < card["first"] <= card["whole"]
    assert [judge["by"] for judge in card["judges"]] == ["likelihood"]
    assert 0.55 < card["judges"][0]["accuracy"] < 0.95
    assert "builtin: writing, paragraph 2 of 2\n" in said.err
    assert run(("models", "show", BUILTIN)) == Exit.DONE
    shown = capsys.readouterr().out
    assert "of its tries on 2 paragraphs pass the gates" in shown
    assert f"measured      {card['measured']}, on this computer" in shown
