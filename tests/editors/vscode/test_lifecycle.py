"""The server comes, dies, comes back; what a folder may not say; what is said when something is missing."""

import json
import os
import re
import signal
import sys
from pathlib import Path

from wheelhouse import wheel_of
from workbench import EVOLVING, RUN, Start, expect, until

DRAFT = (
    "In order to tell the truth, we often recieved the same questions again and again, and and the answers "
    "was very different each time.\n"
)


def test_a_killed_server_comes_back_and_evolves(start: Start) -> None:
    bench = start({"a.md": DRAFT})
    bench.open("a.md")
    bench.ready()
    [first] = bench.servers()
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    with bench.standstill_from_the_first():
        bench.toast(EVOLVING)
        os.kill(first.pid, signal.SIGKILL)
        bench.press("Control+Period")  # asks for code actions, of nobody
    until(lambda: [each.pid for each in bench.servers()] not in ([], [first.pid]), "another server")
    bench.toast("Your text is unchanged")
    bench.toast_gone("textDocument")
    bench.picture("killed")
    bench.press("ArrowRight")  # away from the word that there are none
    bench.ready()
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    bench.review()
    bench.press("Escape")

    [worker, *_] = bench.workers()
    server = bench.servers()
    os.kill(worker.pid, signal.SIGKILL)
    bench.stand_in("In order")
    bench.palette("AW: Evolve Paragraph with Rubric")
    bench.rows().filter(has_text="oncise").first.click()
    bench.review()
    assert bench.servers() == server
    bench.picture("after-two-deaths")


def test_a_missing_model_is_named_and_another_is_offered(start: Start, tmp_path: Path) -> None:
    bench = start({"a.md": DRAFT}, settings={"aw.model": str(tmp_path / "gone.gguf")})
    bench.open("a.md")
    bench.ready()
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    fault = bench.toast(re.compile("Model not found"), limit=RUN)
    bench.picture("missing")
    bench.answer(fault, "Select Model…")
    bench.rows().filter(has_text=re.compile("built", re.IGNORECASE)).first.wait_for()
    bench.picture("models")
    bench.rows().filter(has_text=re.compile("built", re.IGNORECASE)).first.click()
    until(lambda: bench.setting("aw.model") == "builtin", "the choice among the settings")
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    bench.review()


def test_a_folder_that_is_not_trusted_names_no_program_and_no_model(start: Start, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    program = f"#!/bin/sh\ntouch {trap}\n"
    evil = str(tmp_path / "folder" / "evil.sh")
    theirs = {"aw.server.command": [evil], "aw.model": "evil.gguf", "aw.rubric": "x.toml"}
    files = {"a.md": DRAFT, "evil.sh": program, ".vscode/settings.json": json.dumps(theirs)}
    bench = start(dict(files), trusted=False)
    (tmp_path / "folder" / "evil.sh").chmod(0o755)
    bench.page.get_by_text("Restricted Mode is intended").wait_for()
    bench.open("a.md")
    bench.ready()
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    bench.review()
    bench.picture("untrusted")
    assert not trap.exists()


def test_without_a_server_the_message_offers_the_one_that_the_package_carries(
    start: Start, tmp_path: Path
) -> None:
    uv = Path(sys.executable).with_name("uv")
    assert uv.exists(), "the project's own environment has uv"
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "uv").symlink_to(uv)
    environment = {
        "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin",
        "VSCODE_CLI": "1",  # takes this PATH, not that of a login shell
        # llama.cpp was compiled for the project's environment, and is not once more.
        "UV_FIND_LINKS": str(wheel_of("llama-cpp-python", tools).parent),
        "UV_SYSTEM_CERTS": "true",
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv")),
    }
    bench = start({"a.md": DRAFT}, settings={"aw.server.command": None}, environment=environment)
    bench.open("a.md")
    expect(bench.status()).to_have_attribute("aria-label", re.compile("not installed"), timeout=RUN)
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    offer = bench.toast("The AW server is not installed")
    bench.picture("no-server")
    bench.answer(offer, "Install…")
    consent = bench.page.locator(".monaco-dialog-box").filter(has_text="Install the AW server?")
    consent.wait_for()
    bench.picture("consent")
    consent.locator(".monaco-button").filter(has_text="Install").click()
    bench.review()
    bench.picture("installed")
    [server] = bench.servers()
    assert "globalStorage" in " ".join(server.cmdline())
