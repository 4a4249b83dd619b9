"""No run uses the network; with --offline none could."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aw_server.cli.exits import Exit
from support.program import FAULTY, Program

_GUARD = """
import os, sys
def _note(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.bind", "socket.gethostname"):
        with open({log!r}, "a") as file:
            print(os.getpid(), event, arguments[1:], file=file)
sys.addaudithook(_note)
with open({log!r}, "a") as file:
    print(os.getpid(), "watched", file=file)
"""


@pytest.fixture
def guarded(environment: dict[str, str], tmp_path: Path) -> Path:
    """A log of what every Python process started from here does with sockets."""
    site = tmp_path / "home" / "site"
    site.mkdir()
    log = tmp_path / "home" / "sockets"
    (site / "sitecustomize.py").write_text(_GUARD.format(log=str(log)))
    environment["PYTHONPATH"] = str(site)
    return log


@pytest.mark.parametrize("options", [(), ("--offline",)])
def test_a_run_opens_no_connection(
    program: Program, guarded: Path, model_path: Path, options: tuple[str, ...]
) -> None:
    arguments = ("--plan", "quick", "--report", "r.html", "--model", str(model_path), *options)
    done = program("evolve", "-", *arguments, input=FAULTY)
    assert done.returncode == Exit.DONE, done.stderr
    seen = guarded.read_text().splitlines()
    assert len({line.split()[0] for line in seen}) >= 2  # the command and its worker were watched
    assert [line for line in seen if not line.endswith(" watched")] == []


def test_the_guard_would_have_noticed(environment: dict[str, str], guarded: Path) -> None:
    code = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "socket.connect" in guarded.read_text()


@pytest.mark.parametrize(
    ("option", "ref", "code", "words"),
    [
        ("--model", "http://gpu:8080", Exit.USAGE, "gpu is another computer, which --offline forbids"),
        ("--judge-model", "https://a.org/v1", Exit.USAGE, "a.org is another computer"),
        ("--model", "owner/repo:Q4_K_M", Exit.MODEL, "--offline forbids to fetch it"),
        ("--model", "nowhere.gguf", Exit.MODEL, "Model not found: nowhere.gguf"),
    ],
)
def test_what_would_need_the_network_is_refused(
    program: Program, option: str, ref: str, code: int, words: str
) -> None:
    done = program("evolve", "-", "--offline", option, ref, "--json", input=FAULTY)
    assert done.returncode == code
    assert words in json.loads(done.stdout)["message"]


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    ],
)
def test_offline_is_held_to_in_the_process(attempt: str) -> None:
    code = (
        "import socket; from aw_engine.inference import offline; from aw_engine.errors import SettingsError\n"
        f"offline.enforce()\ntry: {attempt}\n"
        "except SettingsError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "The network is not used: this run is --offline.\n"


def test_the_worker_is_offline_too() -> None:
    code = (
        "import os, socket, sys; from aw_engine.inference import offline, worker\n"
        "from aw_engine.errors import SettingsError\n"
        "worker._lower_priority = lambda: None\n"
        "real = offline.enforce\n"
        "def enforce():\n"
        "    real()\n"
        "    try: socket.create_connection(('192.0.2.1', 80), 1)\n"
        "    except SettingsError: os._exit(42)\n"
        "offline.enforce = enforce\n"
        "os.environ[offline.VARIABLE] = '1'\n"
        "worker.main()\n"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, check=False).returncode == 42
    )


def test_the_loop_may_talk_to_itself() -> None:
    code = (
        "import socket; from aw_engine.inference import offline; offline.enforce()\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.socket().connect(server.getsockname())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
