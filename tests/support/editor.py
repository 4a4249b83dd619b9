"""An editor: what it says to a server, hears from it, and does with the edits that it is sent."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Literal

from aw_server.documents.lines import Encoding, Lines
from aw_server.protocol import Position
from support.letter import LETTER, URI
from support.waiting import PATIENCE, News, T

Message = dict[str, Any]
Manner = Literal["honest", "answers-first", "silent", "liar", "refuses", "fails", "mute"]
SMALL: Message = {"n": 4, "generations": 1}
ENDLESS: Message = {"n": 64, "generations": 12}


class Editor(ABC):
    """One editor with one document; subclasses know where the server is.

    `said` is all that the server has sent. Its requests are answered, but for those in `mute`; `manner` is
    how `workspace/applyEdit` is treated. A run is asked of the paragraph that holds `words` by default.
    """

    uri = URI

    def __init__(self, text: str = LETTER, words: str = "was raining") -> None:
        self.text, self.before, self.words, self.version = text, text, words, 0
        self.encoding: Encoding = "utf-16"
        self.capabilities: Message = {}
        self.said: list[Message] = []
        self.edits: list[Message] = []
        self.mute = {"workspace/configuration"}
        self.manner: Manner = "honest"
        self.news = News()
        self._last = 0

    @abstractmethod
    def post(self, *bodies: bytes) -> None:
        """Send the messages with these bodies, all in one write."""

    def fault(self) -> str:
        """Why the server can say no more; empty while it can."""
        return ""

    def send(self, *messages: Message) -> None:
        """Send messages, all in one write."""
        self.post(*(json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages))

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"method": method, **({} if params is None else {"params": params})})

    def request(self, method: str, params: Any = None) -> int:
        """The id of the request, which is on its way."""
        self._last += 1
        self.send({"id": self._last, "method": method, **({} if params is None else {"params": params})})
        return self._last

    async def answer(self, number: int | str | None) -> Message:
        """The answer to the request of this id, be it a result or an error."""
        return await self.wait(lambda m: "method" not in m and m.get("id") == number)

    async def ask(self, method: str, params: Any = None) -> Any:
        """The result of the request, which must not fail."""
        answer = await self.answer(self.request(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    async def fails(self, method: str, params: Any = None) -> Message:
        """The error of the request, which must fail."""
        answer = await self.answer(self.request(method, params))
        assert "error" in answer, answer
        return dict(answer["error"])

    async def command(self, name: str, *arguments: Any) -> Any:
        """The result of the command."""
        return await self.ask("workspace/executeCommand", {"command": name, "arguments": list(arguments)})

    async def wait(self, wanted: Callable[[Message], object]) -> Message:
        """The first message of this kind, said already or still to come."""
        read = 0

        def found() -> Message | None:
            nonlocal read
            while read < len(self.said):
                read += 1
                if wanted(self.said[read - 1]):
                    return self.said[read - 1]
            assert not self.fault(), self.fault()
            return None

        message = await self.until(found)
        assert message is not None
        return message

    async def until(self, holds: Callable[[], T], limit: float = PATIENCE) -> T:
        """The first value of `holds` that is true; it is asked for again when the server says something."""
        return await self.news.until(holds, limit)

    async def hears(self, method: str) -> Message:
        """The first message with this method."""
        return await self.wait(lambda m: m.get("method") == method)

    def heard(self, method: str) -> list[Any]:
        """The parameters of all messages with this method so far."""
        return [m["params"] for m in self.said if m.get("method") == method]

    def progress(self, token: str | int) -> list[Message]:
        """What was reported under this token."""
        return [m["value"] for m in self.heard("$/progress") if m["token"] == token]

    def shown(self) -> list[str]:
        """The sentences that the writer was shown."""
        return [m["message"] for m in self.heard("window/showMessage")]

    async def initialize(self, capabilities: Message | None = None, **params: Any) -> Message:
        """What the server answers to an editor with these capabilities."""
        asked = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        result = await self.ask("initialize", asked)
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        return dict(result)

    async def begin(
        self, capabilities: Message | None = None, settings: Message | None = None, **aw: Any
    ) -> None:
        """Initialize with no history unless the settings want one, and open the document."""
        options = {**aw, "settings": {"history": False, **(settings or {})}}
        await self.initialize(capabilities, initializationOptions={"aw": options})
        self.open()

    def open(self, text: str | None = None, uri: str | None = None) -> None:
        """Open the editor's document, which then has this text, or another."""
        text = self.text if text is None else text
        if uri is None:
            self.text = text
        item = {"uri": uri or self.uri, "languageId": "markdown", "version": self.version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def close_document(self) -> None:
        """Close the editor's document."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def change(self, *changes: Message) -> None:
        """Report changes to the document as its next version."""
        self.version += 1
        named = {"uri": self.uri, "version": self.version}
        self.notify("textDocument/didChange", {"textDocument": named, "contentChanges": list(changes)})

    def type(self, text: str) -> None:
        """Make this the document's text."""
        self.text = text
        self.change({"text": text})

    def place(self, offset: int) -> Message:
        """The position of a code point in the document, in the encoding agreed on."""
        position = Lines(self.text).position(offset, self.encoding)
        return {"line": position.line, "character": position.character}

    def asked(self, words: str = "", /, **asked: Any) -> Message:
        """Parameters of `aw/evolve` for the paragraph that holds these words, by default a small run."""
        place = self.place(self.text.index(words or self.words))
        return {"textDocument": {"uri": self.uri}, "position": place, **SMALL, **asked}

    async def evolve(self, words: str = "", /, **asked: Any) -> Message:
        """The outcome of a run on the paragraph that holds these words."""
        return dict(await self.ask("aw/evolve", self.asked(words, **asked)))

    async def actions(
        self, *, selected: str = "", only: Sequence[str] | None = None, trigger: int = 1
    ) -> Any:
        """What the menu shows in the paragraph that holds `words`, or at the selected words."""
        start = self.text.index(selected or self.words)
        place = {"start": self.place(start), "end": self.place(start + len(selected))}
        context = {"diagnostics": [], "triggerKind": trigger, **({} if only is None else {"only": only})}
        asked = {"textDocument": {"uri": self.uri}, "range": place, "context": context}
        return await self.ask("textDocument/codeAction", asked)

    def take(self, edit: Message) -> None:
        """Apply a workspace edit as real editors do, and report the change."""
        if "documentChanges" in edit:
            (change,) = edit["documentChanges"]
            assert change["textDocument"] == {"uri": self.uri, "version": self.version}
            edits = change["edits"]
        else:
            ((uri, edits),) = edit["changes"].items()
            assert uri == self.uri
        lines, text = Lines(self.text), self.text
        offset = {
            end: [lines.offset(Position(**each["range"][end]), self.encoding) for each in edits]
            for end in ("start", "end")
        }
        places = sorted(zip(offset["start"], offset["end"], edits, strict=True), key=lambda p: -p[0])
        for start, end, each in places:
            text = text[:start] + each["newText"] + text[end:]
        self.edits.append(edit)
        self.type(text)

    def hear(self, message: Message) -> None:
        """Take in one message of the server; a request is answered a moment later."""
        self.said.append(message)
        self.news.tell()
        if "method" in message and "id" in message and message["method"] not in self.mute:
            asyncio.get_running_loop().call_soon(self._react, message)

    def _react(self, request: Message) -> None:
        number, params = request["id"], request.get("params") or {}
        if request["method"] == "workspace/applyEdit":
            assert params["label"].startswith("AW: ")
            self._treat(number, params["edit"])
        else:
            shown = {"success": True} if request["method"] == "window/showDocument" else None
            self.send({"id": number, "result": shown})

    def _treat(self, number: int | str, edit: Message) -> None:
        """Answer the request to apply an edit as `manner` says."""
        if self.manner in ("honest", "silent"):
            self.take(edit)
        if self.manner in ("honest", "answers-first", "liar"):
            self.send({"id": number, "result": {"applied": True}})
        if self.manner == "answers-first":
            asyncio.get_running_loop().call_later(0.25, self.take, edit)
        if self.manner == "refuses":
            self.send({"id": number, "result": {"applied": False, "failureReason": "because"}})
        if self.manner == "fails":
            self.send({"id": number, "error": {"code": -32603, "message": "broken"}})
