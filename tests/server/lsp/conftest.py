"""Servers in processes of their own, to which anything may be written."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.remote_editor import RemoteEditor, Start


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts servers, each with a log of its own; afterwards nothing but messages may have come from them."""
    editors: list[RemoteEditor] = []

    def begin(*arguments: str, stdin: int = subprocess.PIPE) -> RemoteEditor:
        home = tmp_path / f"server-{len(editors)}"
        editors.append(RemoteEditor(home, arguments or ("--stdio",), stdin))
        return editors[-1]

    yield begin
    for editor in editors:
        await editor.aclose()
        assert editor.stray == b""


@pytest.fixture
async def editor(start: Start) -> RemoteEditor:
    """A server that was told nothing yet."""
    return start()


@pytest.fixture
async def ready(editor: RemoteEditor) -> RemoteEditor:
    """A server that has been initialized by a client without any abilities, with one document."""
    await editor.initialize()
    editor.open()
    return editor
