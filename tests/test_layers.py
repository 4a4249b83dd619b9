"""The layers of ARCHITECTURE.md hold: imports point down, and few files know llama.cpp or the protocol."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_IMPORT = re.compile(r"^\s*(import|from) llama_cpp", re.MULTILINE)
_NATIVE = ("llama", "llama_model", "llama_context", "llama_sampler")


def test_imports_point_down() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_few_files_know_the_native_library() -> None:
    knowing = {
        str(path.relative_to(ROOT))
        for folder in ("engine", "server")
        for path in (ROOT / folder).rglob("*.py")
        if _IMPORT.search(path.read_text(encoding="utf-8"))
    }
    assert knowing == {f"engine/aw_engine/inference/{name}.py" for name in _NATIVE}


def test_the_server_starts_without_the_native_library() -> None:
    code = "import aw_server.app, sys; sys.exit('llama_cpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
