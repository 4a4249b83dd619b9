"""An editor whose server is a process of its own."""

import asyncio
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Protocol

import psutil

from support.editor import ENDLESS, Editor, Message
from support.waiting import PATIENCE

PROSE = (
    "This is an paragraph which has been wrote in a hurry by a person that was tired of the zeitgeistgarden, "
    "due to the fact that nobody have wrote down anything, and and the answers was very different each time."
)
_HEADER = re.compile(rb"Content-Length: (\d+)\r\n(?:Content-Type: [^\r\n]+\r\n)?\r\n")


class RemoteEditor(Editor):
    """It may write any bytes. `stray` is what came on stdout beside messages, once the server has ended."""

    def __init__(
        self, home: Path, arguments: tuple[str, ...] = ("--stdio",), stdin: int = subprocess.PIPE
    ) -> None:
        super().__init__(PROSE, "zeitgeistgarden")
        self.home = home
        (home / "aw").mkdir(parents=True)
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
        self._silent = False
        self._listener = threading.Thread(target=self._listen, args=(asyncio.get_running_loop(),))
        self._listener.start()

    def post(self, *bodies: bytes) -> None:
        self.write(b"".join(map(frame, bodies)))

    def write(self, data: bytes) -> None:
        """Send these bytes."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def fault(self) -> str:
        return f"the server has ended; stderr: {self.errors()}" if self._silent else ""

    async def works(self) -> None:
        """Fail unless the server still answers."""
        await self.ask("aw/status", {})

    async def evolving(self) -> tuple[int, psutil.Process]:
        """A request for rewrites that is being worked on, and the worker."""
        number = self.request("aw/evolve", self.asked(**ENDLESS))
        async with asyncio.timeout(PATIENCE):
            while True:
                status = await self.ask("aw/status", {})
                if status["state"] == "working" and "workerPid" in status:
                    return number, psutil.Process(status["workerPid"])

    def log(self) -> str:
        """The server's log, empty if there is none."""
        path = self.home / "aw" / "log" / "aw-server.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def errors(self) -> str:
        """What the server has written to stderr."""
        self._errors.seek(0)
        return self._errors.read().decode()

    async def ends(self) -> int:
        """The exit code, once the server has ended."""
        return await asyncio.to_thread(self.process.wait, PATIENCE)

    def hang_up(self) -> None:
        """Close the server's stdin."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    async def aclose(self) -> None:
        """Hang up; the server must end."""
        self.hang_up()
        try:
            await self.ends()
        finally:
            self.process.kill()
            await asyncio.to_thread(self._listener.join, PATIENCE)
            self._errors.close()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        held, stream = b"", self.process.stdout
        assert isinstance(stream, io.BufferedReader)
        with stream:
            while chunk := stream.read1(1 << 20):
                held += chunk
                while header := _HEADER.match(held):
                    end = header.end() + int(header[1])
                    if len(held) < end:
                        break
                    loop.call_soon_threadsafe(self.hear, json.loads(held[header.end() : end]))
                    held = held[end:]
        self.stray = held
        loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._silent = True
        self.news.tell()


class Start(Protocol):
    """Starts a server with these arguments, by default `--stdio`."""

    def __call__(self, *arguments: str, stdin: int = subprocess.PIPE) -> RemoteEditor: ...


def frame(body: bytes | Message) -> bytes:
    """A message, or a body, with its header."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


async def gone(process: psutil.Process) -> bool:
    """Whether it ends within two seconds and the busy machine's share."""
    try:
        await asyncio.to_thread(process.wait, 10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True
