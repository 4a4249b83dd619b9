"""How the language server is started, and what stdout is kept for."""

import json
import os
import pty
import socket
import subprocess
import sys

import pytest

from support.editor import Message
from support.remote_editor import RemoteEditor, Start, frame
from support.waiting import PATIENCE, eventually

NOTHING: tuple[str, ...] = ("",)


async def said(editor: RemoteEditor, words: str) -> str:
    """stderr, once these words are in it."""
    await eventually(lambda: words in editor.errors() or editor.process.poll() is not None)
    assert words in editor.errors()
    return editor.errors()


async def test_a_pipe_without_arguments_is_an_editor(start: Start) -> None:
    editor = start(*NOTHING)
    assert (await editor.initialize())["serverInfo"]["name"] == "aw-server"
    assert "serving an editor" in editor.errors()


def test_on_a_terminal_help_comes_and_2() -> None:
    main, side = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "aw_server"], stdin=side, capture_output=True, check=False
        )
    finally:
        os.close(main)
        os.close(side)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Usage" in done.stderr


async def test_stdio_on_a_terminal_says_that_it_waits(start: Start) -> None:
    main, side = pty.openpty()
    try:
        editor = start("--stdio", stdin=side)
        assert "waiting for an editor" in await said(editor, "\n")
        editor.process.terminate()
        await editor.ends()
    finally:
        os.close(main)
        os.close(side)


async def test_stdio_from_an_editor_says_nothing(ready: RemoteEditor) -> None:
    await ready.works()
    assert ready.errors() == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--stdio", "--nonsense"),
        ("--stdio=yes",),
        ("--tcp",),
        ("--tcp", "127.0.0.1"),
        ("--tcp", "127.0.0.1:99999"),
        ("--stdio", "--clientProcessId=me"),
    ],
)
async def test_wrong_options_are_a_sentence_and_2(start: Start, arguments: tuple[str, ...]) -> None:
    editor = start(*arguments)
    assert await editor.ends() == 2
    assert editor.errors().count("\n") == 1
    assert "Usage: aw-server --stdio" in editor.errors()


@pytest.mark.parametrize("address", ["0", "127.0.0.1:0", "[::1]:0"])
async def test_tcp_serves_one_editor(start: Start, address: str) -> None:
    if "::" in address and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    editor = start("--tcp", address)
    where = (await said(editor, "waiting for an editor on ")).rpartition(" on ")[2].strip().rstrip(".")
    host, _, port = where.rpartition(":")
    assert host in ("127.0.0.1", "::1")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        stream = connection.makefile("rb")
        params: Message = {"processId": None, "rootUri": None, "capabilities": {}}
        connection.sendall(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
        length = int(stream.readline().partition(b":")[2])
        while stream.readline().strip():
            pass
        assert json.loads(stream.read(length))["result"]["serverInfo"]["name"] == "aw-server"
        stream.close()
    assert await editor.ends() == 1


async def test_a_port_that_is_taken_is_a_sentence(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        editor = start("--tcp", f"127.0.0.1:{taken.getsockname()[1]}")
        assert await editor.ends() == 2
    assert "cannot be served" in editor.errors()


def test_whatever_else_writes_to_stdout_lands_on_stderr() -> None:
    code = (
        "import os, sys; from aw_server.cli.lsp import _stdio; read, write = _stdio();"
        "print('printed', flush=True); os.write(1, b'native'); os.system('echo child');"
        "write(b'frame'); sys.exit(len(os.read(0, 9)))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"message", capture_output=True, check=False)
    assert done.stdout == b"frame"
    assert all(word in done.stderr for word in (b"printed", b"native", b"child"))
    assert done.returncode == 0  # nothing else reads the editor's messages
