"""A client of raw bytes: it says what it likes, and takes nothing but whole messages for an answer."""

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

PATIENCE = 60.0  # seconds; this machine may be busy
URI = "file:///tmp/letter.md"
PROSE = (
    "This is an paragraph which has been wrote in a hurry by a person that was tired of the zeitgeistgarden, "
    "due to the fact that nobody have wrote down anything, and and the answers was very different each time."
)
_HEADER = re.compile(rb"Content-Length: (\d+)\r\n(?:Content-Type: [^\r\n]+\r\n)?\r\n")


class Editor:
    """One server process and what it has said. `stray` is what came on stdout beside messages."""

    def __init__(
        self, home: Path, arguments: tuple[str, ...] = ("--stdio",), stdin: int = subprocess.PIPE
    ) -> None:
        self.home = home
        (home / "aw").mkdir()
        (home / "aw" / "welcomed").touch()  # what the built-in model is was said on another day
        self._errors = (home / "stderr").open("w+b")
        environment = {**os.environ, "XDG_STATE_HOME": str(home), "XDG_DATA_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aw_server", *filter(None, arguments)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )
        self.stray = b""
        self.seen: list[dict[str, Any]] = []
        self._fresh: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._last = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, **message: Any) -> None:
        self.write(frame({"jsonrpc": "2.0", **message}))

    def notify(self, method: str, params: Any = None) -> None:
        self.send(method=method, **({} if params is None else {"params": params}))

    def request(self, method: str, params: Any = None) -> int:
        """The request's id."""
        self._last += 1
        self.send(id=self._last, method=method, **({} if params is None else {"params": params}))
        return self._last

    def answer(self, number: int | None) -> dict[str, Any]:
        return self.wait(lambda m: "method" not in m and m.get("id") == number, f"the answer to {number}")

    def ask(self, method: str, params: Any = None) -> dict[str, Any]:
        return self.answer(self.request(method, params))

    def wait(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """The first message of this kind, seen already or still to come."""
        for message in self.seen:
            if wanted(message):
                return message
        end = time.monotonic() + PATIENCE
        while True:
            try:
                message = self._fresh.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"waited for {what}")
            if message is None:
                self._fresh.put(None)
                pytest.fail(f"the server ended before {what}; stderr: {self.errors()}")
            self.seen.append(message)
            if wanted(message):
                return message

    def initialize(self, capabilities: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        asked = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        result = self.ask("initialize", asked)["result"]
        self.notify("initialized", {})
        return dict(result)

    def open(self, text: str = PROSE, uri: str = URI) -> None:
        item = {"uri": uri, "languageId": "markdown", "version": 0, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def works(self) -> None:
        """The server still answers."""
        assert "result" in self.ask("aw/status", {})

    def log(self) -> str:
        path = self.home / "aw" / "log" / "aw-server.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode()

    def evolving(self) -> tuple[int, psutil.Process]:
        """A request for rewrites that is being worked on, and the worker."""
        number = self.request("aw/evolve", {"textDocument": {"uri": URI}, "n": 64, "generations": 12})
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.ask("aw/status", {})["result"]
            if status["state"] == "working" and "workerPid" in status:
                return number, psutil.Process(status["workerPid"])
        pytest.fail("waited for work")

    def ends(self) -> int:
        return self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def close(self) -> None:
        self.hang_up()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self._errors.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        held = b""
        with self.process.stdout as stream:
            while chunk := stream.read1(1 << 20):
                held += chunk
                while header := _HEADER.match(held):
                    end = header.end() + int(header[1])
                    if len(held) < end:
                        break
                    self._fresh.put(json.loads(held[header.end() : end]))
                    held = held[end:]
        self.stray = held
        self._fresh.put(None)


def frame(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def gone(process: psutil.Process) -> bool:
    """Whether it ends within two seconds and the busy machine's share."""
    try:
        process.wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


Start = Callable[..., Editor]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers, each with a log of its own; afterwards nothing but messages may have come from them."""
    editors: list[Editor] = []

    def begin(*arguments: str, stdin: int = subprocess.PIPE) -> Editor:
        home = tmp_path / f"server-{len(editors)}"
        home.mkdir()
        editors.append(Editor(home, arguments or ("--stdio",), stdin))
        return editors[-1]

    yield begin
    for editor in editors:
        editor.close()
        assert editor.stray == b""


@pytest.fixture
def editor(start: Start) -> Editor:
    """A server that was told nothing yet."""
    return start()


@pytest.fixture
def ready(editor: Editor) -> Editor:
    """A server that has been initialized by a client without any abilities, with one document."""
    editor.initialize()
    editor.open()
    return editor


@pytest.fixture(scope="session")
def framed() -> Callable[[Any], bytes]:
    """A message, or a body, with its header."""
    return frame


@pytest.fixture(scope="session")
def is_gone() -> Callable[[psutil.Process], bool]:
    return gone
