"""How the server comes and goes: times, exit codes, and nobody left behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from support.remote_editor import RemoteEditor, Start, frame, gone


@pytest.fixture
def client() -> Iterator[subprocess.Popen[bytes]]:
    """The process that the server is told to watch; it waits for its stdin."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


async def test_initialize_is_answered_before_anything_is_loaded(start: Start, record_property: Any) -> None:
    times, resident = [], 0
    for _ in range(3):
        began = time.perf_counter()
        editor = start()
        await editor.initialize()
        times.append(time.perf_counter() - began)
        resident = psutil.Process(editor.process.pid).memory_info().rss
        assert psutil.Process(editor.process.pid).children() == []
    record_property("initialize_ms", round(1000 * min(times)))
    record_property("resident_mb", round(resident / 1e6))
    assert min(times) <= 5
    assert resident <= 70e6


async def test_capabilities_are_what_there_is(editor: RemoteEditor) -> None:
    result = await editor.initialize()
    capabilities = result["capabilities"]
    assert capabilities["textDocumentSync"] == {"openClose": True, "change": 1, "save": False}
    assert capabilities["positionEncoding"] == "utf-16"
    ours = capabilities["experimental"]["aw"]
    assert ours["protocol"] == 1
    assert {"aw/evolve", "aw/status", "aw/cancel"} <= set(ours["methods"])
    assert "aw.server.evolve" in capabilities["executeCommandProvider"]["commands"]
    assert "notebookDocumentSync" not in capabilities
    assert result["serverInfo"]["name"] == "aw-server"


async def test_shutdown_then_exit_ends_with_0(ready: RemoteEditor) -> None:
    assert await ready.ask("shutdown") is None
    ready.notify("exit")
    assert await ready.ends() == 0


async def test_exit_alone_ends_with_1(ready: RemoteEditor) -> None:
    ready.notify("exit")
    assert await ready.ends() == 1


async def test_the_end_of_stdin_ends_with_1(ready: RemoteEditor) -> None:
    await ready.works()
    ready.hang_up()
    assert await ready.ends() == 1


async def test_the_end_of_stdin_after_shutdown_ends_with_0(ready: RemoteEditor) -> None:
    await ready.ask("shutdown")
    ready.hang_up()
    assert await ready.ends() == 0


async def test_an_editor_that_never_says_a_word_may_leave(editor: RemoteEditor) -> None:
    editor.hang_up()
    assert await editor.ends() == 1


async def test_shutdown_before_initialized(editor: RemoteEditor) -> None:
    await editor.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert await editor.ask("shutdown") is None
    editor.notify("exit")
    assert await editor.ends() == 0


async def test_shutdown_in_flight_answers_both_and_leaves_no_worker(ready: RemoteEditor) -> None:
    number, worker = await ready.evolving()
    stopped = ready.request("shutdown")
    assert (await ready.answer(stopped))["result"] is None
    assert (await ready.answer(number))["result"]["status"] == "cancelled"
    ready.notify("exit")
    assert await ready.ends() == 0
    assert await gone(worker)


@pytest.mark.parametrize("how", ["exit", "eof", "SIGTERM", "SIGKILL"])
async def test_whatever_ends_the_server_ends_the_worker(ready: RemoteEditor, how: str) -> None:
    _, worker = await ready.evolving()
    if how == "exit":
        ready.notify("exit")
    elif how == "eof":
        ready.hang_up()
    else:
        ready.process.send_signal(signal.Signals[how])
    assert await ready.ends() == (-signal.SIGKILL if how == "SIGKILL" else 1)
    assert await gone(worker)


async def test_a_client_that_is_killed_leaves_nothing(start: Start, client: subprocess.Popen[bytes]) -> None:
    """The server hears of it although another process still holds its stdin open."""
    editor = start()
    await editor.initialize(processId=client.pid)
    editor.open()
    _, worker = await editor.evolving()
    client.kill()
    client.wait()
    assert await editor.ends() == 1
    assert await gone(worker)


async def test_the_client_may_be_named_on_the_command_line(
    start: Start, client: subprocess.Popen[bytes]
) -> None:
    editor = start("--stdio", f"--clientProcessId={client.pid}")
    await editor.initialize()
    await editor.works()
    client.kill()
    client.wait()
    assert await editor.ends() == 1


async def test_a_client_that_cannot_be_seen_is_not_waited_for(
    start: Start, client: subprocess.Popen[bytes]
) -> None:
    client.kill()
    client.wait()
    editor = start()
    await editor.initialize(processId=client.pid)
    for _ in range(3):
        await editor.works()
    assert editor.process.poll() is None


def test_an_editor_that_reads_no_more_is_gone() -> None:
    command = [sys.executable, "-m", "aw_server", "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(frame({"jsonrpc": "2.0", "id": 1, "method": "aw/status"}))
        process.stdin.flush()
        assert process.wait(60) == 1


async def test_requests_before_initialize_are_refused(editor: RemoteEditor) -> None:
    assert (await editor.fails("aw/status", {}))["code"] == -32002
    assert (await editor.fails("shutdown"))["code"] == -32002
    editor.notify("textDocument/didOpen", {"textDocument": {}})
    await editor.initialize()
    await editor.works()


async def test_exit_before_initialize(editor: RemoteEditor) -> None:
    editor.notify("exit")
    assert await editor.ends() == 1


async def test_a_second_initialize_is_refused(ready: RemoteEditor) -> None:
    again = await ready.fails("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert again["code"] == -32600
    await ready.works()


async def test_requests_after_shutdown_are_refused(ready: RemoteEditor) -> None:
    await ready.ask("shutdown")
    assert (await ready.fails("aw/status", {}))["code"] == -32600
    assert (await ready.fails("shutdown"))["code"] == -32600
    ready.notify("exit")
    assert await ready.ends() == 0
