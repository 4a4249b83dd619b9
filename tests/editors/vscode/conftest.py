"""VS Code as a writer has it: code-server with the packaged extension, in a browser without a window.

Each test has its own user, extensions, folder and server; only the browser and the package are shared.
"""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workbench import Start, Workbench

from support.waiting import until

ROOT = Path(__file__).resolve().parents[3]
EDITORS = Path(os.environ.get("AW_EDITORS", ROOT / ".editors"))
NODE = EDITORS / "node24"
CODE_SERVER = EDITORS / "code-server" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
CHROMIUM = Path("/usr/bin/chromium")
SERVER = Path(sys.executable).with_name("aw-server")
PICTURES = ROOT / "out" / "vscode"

# What would cover the corner, bring back an old buffer, or ask the network.
QUIET: dict[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "telemetry.telemetryLevel": "off",
    "files.autoSave": "off",
    "files.hotExit": "off",
    "editor.minimap.enabled": False,
    "editor.accessibilitySupport": "off",
    "editor.wordWrap": "on",
    "remote.autoForwardPorts": False,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [str(each) for each in (NODE, CODE_SERVER, CHROMIUM) if not each.exists()]
    for item in items:
        if not item.path.is_relative_to(Path(__file__).parent):
            continue
        item.add_marker(pytest.mark.editors)
        item.add_marker(pytest.mark.timeout(600))
        if missing:
            item.add_marker(
                pytest.mark.skip(reason="VS Code is not installed: run tests/editors/vscode/install.sh")
            )


@pytest.fixture(scope="session")
def package() -> Path:
    """The extension as it is handed out, made anew."""
    pack = ROOT / "clients" / "vscode" / "pack.py"
    env = os.environ | {"PATH": f"{NODE.resolve().parent}:{os.environ['PATH']}"}
    subprocess.run([sys.executable, pack], env=env, check=True, stdout=subprocess.DEVNULL)
    return ROOT / "clients" / "vscode" / "dist" / "aw.vsix"


# Not longer than a module: while it runs, Playwright holds this thread's event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def start(package: Path, chromium: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts VS Code on a folder with these files; a setting of None takes the key away."""
    stop: list[Callable[[], object]] = []

    def begin(
        files: dict[str, str | bytes],
        *,
        settings: dict[str, Any] | None = None,
        looks: dict[str, Any] | None = None,
        trusted: bool = True,
        environment: dict[str, str] | None = None,
    ) -> Workbench:
        folder = tmp_path / "folder"
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        user = tmp_path / "user"
        ours = {"aw.server.command": [str(SERVER)]} | (settings or {})
        _write(user / "User" / "settings.json", QUIET | (looks or {}))
        # Where the window is remote, as here, settings of scope `machine` come from this file alone.
        machine = user / "Machine" / "settings.json"
        _write(machine, {key: value for key, value in ours.items() if value is not None})
        homes = {
            f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")
        }
        env = {**_plain(), **homes, "PATH": f"{NODE.resolve().parent}:/usr/bin:/bin", **(environment or {})}
        command = [
            str(NODE),
            str(CODE_SERVER),
            "--user-data-dir",
            str(user),
            "--extensions-dir",
            str(tmp_path / "extensions"),
        ]
        subprocess.run(
            [*command, "--install-extension", str(package)], env=env, check=True, capture_output=True
        )
        port = _free_port()
        trust = ["--disable-workspace-trust"] if trusted else []
        log = (tmp_path / "code-server.log").open("wb")
        process = subprocess.Popen(
            [*command, *trust, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry",
             "--disable-update-check", "--disable-getting-started-override", "--reconnection-grace-time", "1",
             str(folder)],
            env=env, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        stop.append(lambda: _end(process, log))
        until(lambda: _answers(port), "code-server", limit=60)
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        stop.append(page.close)
        bench = Workbench(page, folder, process.pid, PICTURES / request.node.name, machine)
        stop.append(lambda: page.is_closed() or bench.picture("end"))
        page.goto(f"http://127.0.0.1:{port}/?folder={folder}", timeout=60_000)
        page.locator(".monaco-workbench").wait_for(timeout=60_000)
        return bench

    yield begin
    for each in reversed(stop):
        each()


def _write(file: Path, settings: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))


def _plain() -> dict[str, str]:
    """The environment without the one that the tests run in."""
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "CONDA_PREFIX", "NODE_OPTIONS")
    return {
        key: value for key, value in os.environ.items() if key not in dropped and not key.startswith("XDG_")
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return True
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes], log: Any) -> None:
    """Ends code-server and every process that it started; none is left."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=5)
    for each in alive:
        each.kill()
    log.close()
    assert not [each for each in alive if "aw_server" in str(each) or "aw-server" in str(each)], alive
