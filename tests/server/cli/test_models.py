import json
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from aw_server.cli.program import run


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
