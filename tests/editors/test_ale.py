"""Vim with ALE, which answers no request of a server: nothing may wait for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.real_editor import RunEditor

pytestmark = pytest.mark.editors

_OVERHEARD = """#!/bin/sh
aw-server "$@" | tee said
"""


def test_ale_evolves_and_applies_and_is_asked_nothing(editor: RunEditor, tmp_path: Path) -> None:
    script = Path(__file__).parent / "ale" / "scenario.vim"
    server = tmp_path / "overheard"
    server.write_text(_OVERHEARD)
    server.chmod(0o755)
    needs = {"vim-nox": "vim", "vim-ale": "/usr/share/vim-ale"}
    # Not `-es`, in which ALE does nothing; what Vim draws goes nowhere.
    editor("vim", "-u", "NONE", "-i", "NONE", "--not-a-term", "-S", str(script), needs=needs)
    assert (tmp_path / "outcome").read_text() == "done\n"
    said = list(_messages((tmp_path / "said").read_bytes()))
    assert any("result" in message for message in said)
    asked = [message["method"] for message in said if "method" in message and "id" in message]
    assert asked == []


def _messages(stream: bytes) -> Iterator[dict[str, Any]]:
    """The JSON-RPC messages of a stream, a last one that is cut off left out."""
    while stream:
        head, _, rest = stream.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
        length = int(fields[b"Content-Length"])
        if len(rest) < length:
            return
        yield json.loads(rest[:length])
        stream = rest[length:]
