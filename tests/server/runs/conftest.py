"""An editor in the test's own process: it speaks to a server over a pipe, as any editor does, and the server
runs the model under test."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, ClassVar

import pytest

from aw_server.app import create_server
from aw_server.serve import serve
from aw_server.server import AwServer
from aw_server.welcome import first_time

PATIENCE = 60.0  # seconds; the machine may be busy
URI = "file:///notes/letter.md"
RAIN = (
    "Due to the fact that it was was raining, the the match were cancelled by the referee at noon. "
    "In order to be fair, they recieved there money back, and nobody complained about it very much."
)
NOTES = (
    "At this point in time nobody wrote anything down, and and the same questions was asked again. "
    "The answers is kept in one plain folder, which is is read by all of the people."
)
TEXT = f"# A letter\n\n{RAIN}\n\n{NOTES}\n"

Message = dict[str, Any]


class Client:
    """`said` is all that the server has sent; its requests are answered, but for those in `mute`."""

    uri, text, rain, notes = URI, TEXT, RAIN, NOTES
    rain_at: ClassVar[Message] = {"line": 2, "character": 5}
    notes_at: ClassVar[Message] = {"line": 4, "character": 5}
    small: ClassVar[Message] = {"n": 4, "generations": 1}
    endless: ClassVar[Message] = {"n": 64, "generations": 12}

    def __init__(self) -> None:
        self.server: AwServer = create_server()
        self.said: list[Message] = []
        self.mute: set[str] = set()
        self._out, self._in = os.pipe()
        self._news = asyncio.Event()
        self._last = 0
        self._version = 0
        self.running = asyncio.create_task(serve(self.server, partial(os.read, self._out), self._hear))

    def send(self, *messages: Message) -> None:
        """All in one write."""
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        os.write(self._in, b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> int:
        """The request's id."""
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        return self._last

    async def answer(self, number: int) -> Message:
        return await self.wait(lambda m: "method" not in m and m.get("id") == number)

    async def ask(self, method: str, params: Any) -> Any:
        """The result of the request."""
        answer = await self.answer(self.request(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    async def fails(self, method: str, params: Any) -> Message:
        """The error of the request."""
        error: Message = (await self.answer(self.request(method, params)))["error"]
        return error

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.ask("workspace/executeCommand", {"command": name, "arguments": list(arguments)})

    async def wait(self, wanted: Callable[[Message], Any], limit: float = PATIENCE) -> Message:
        """The first message of this kind, said already or still to come."""
        at = 0
        async with asyncio.timeout(limit):
            while True:
                while at < len(self.said):
                    if wanted(self.said[at]):
                        return self.said[at]
                    at += 1
                self._news.clear()
                await self._news.wait()

    async def hears(self, method: str, limit: float = PATIENCE) -> Message:
        """The parameters of the first such message."""
        params: Message = (await self.wait(lambda m: m.get("method") == method, limit))["params"]
        return params

    def heard(self, method: str) -> list[Message]:
        """The parameters of all such messages so far."""
        return [m["params"] for m in self.said if m.get("method") == method]

    def progress(self, token: str | int) -> list[Message]:
        """What was reported under this token."""
        return [m["value"] for m in self.heard("$/progress") if m["token"] == token]

    async def until(self, holds: Callable[[], Any], limit: float = PATIENCE) -> None:
        """Returns as soon as this holds."""
        async with asyncio.timeout(limit):
            while not holds():  # noqa: ASYNC110 - what it waits for is many things
                await asyncio.sleep(0.01)

    async def initialize(
        self, *, window: Message | None = None, settings: Message | None = None, **aw: Any
    ) -> None:
        """The editor has come, with the document open."""
        options = {"aw": {**aw, "settings": {"history": False, **(settings or {})}}}
        capabilities = {"window": window or {}, "general": {"positionEncodings": ["utf-16"]}}
        asked = {"processId": None, "rootUri": None, "capabilities": capabilities}
        await self.ask("initialize", {**asked, "initializationOptions": options})
        self.notify("initialized", {})
        self.open()

    def open(self, text: str = TEXT, uri: str = URI) -> None:
        item = {"uri": uri, "languageId": "markdown", "version": self._version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def evolve(self, at: Message | None = None, **asked: Any) -> Message:
        """Parameters of `aw/evolve` for the paragraph at this position, by default little."""
        return {"textDocument": {"uri": URI}, "position": at or self.rain_at, **self.small, **asked}

    async def leave(self) -> int:
        """The exit code, after the editor has hung up."""
        os.close(self._in)
        code = await asyncio.wait_for(self.running, PATIENCE)
        os.close(self._out)
        return code

    def _hear(self, data: bytes) -> None:
        header, _, body = data.partition(b"\r\n\r\n")
        assert header.startswith(b"Content-Length: ")
        message = json.loads(body)
        self.said.append(message)
        self._news.set()
        if "method" in message and "id" in message and message["method"] not in self.mute:
            shown = {"success": True} if message["method"] == "window/showDocument" else None
            self.send({"id": message["id"], "result": shown})


@pytest.fixture(autouse=True)
def welcomed() -> None:
    """What the built-in model is was said on another day."""
    first_time()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """An editor that has not said anything yet."""
    client = Client()
    yield client
    await client.leave()


@pytest.fixture
async def ready(client: Client) -> Client:
    """An editor that can show progress, with one document open."""
    await client.initialize(window={"workDoneProgress": True})
    return client
