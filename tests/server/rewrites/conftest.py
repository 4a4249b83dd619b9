"""An editor in memory: it says what real ones announce, holds a text, and does with edits what they do."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from math import log
from typing import Any, Literal

import pytest

from aw_engine.inference.backend import Backend, Choice, Critique, Diagnose, Generation
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.selftest import load_pairs
from aw_server.app import create_server
from aw_server.documents.lines import Encoding, Lines
from aw_server.protocol import Position
from aw_server.runs.backends import BackendFactory, BackendSpec, worker
from aw_server.welcome import first_time

URI = "file:///notes/letter.md"
PATIENCE = 60.0
RAIN = (
    "Due to the fact that it was was raining, the the match were cancelled by the referee at noon. "
    "In order to be fair, they recieved there money back, and nobody complained about it very much."
)
MENDED = (
    "Because it was raining, the match was cancelled by the referee at noon. "
    "In order to be fair, they received their money back, and nobody complained about it very much."
)
SHORT = (
    "Because it was raining, the match was cancelled by the referee at noon. "
    "To be fair, they received their money back, and nobody complained about it much."
)
LIGHT = RAIN.replace("was was", "was").replace("the the", "the")
TEXT = f"# A letter 👩🏽‍🚀\n\nBefore it.\n\n{RAIN}\n\nThe last paragraph is here and stays.\n"

_KINDS = {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.rewrite", "source"]}}
_ACTION = {"codeActionLiteralSupport": _KINDS}
_FULL = {
    **_ACTION,
    "isPreferredSupport": True,
    "disabledSupport": True,
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}
# As the editors announce it, cut to what decides here.
EDITORS: dict[str, dict[str, Any]] = {
    "vscode": {
        "capabilities": {
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {"codeAction": _FULL},
            "window": {"showDocument": {"support": True}},
            "general": {"positionEncodings": ["utf-16"]},
        },
        "initializationOptions": {"aw": {"client": "vscode"}},
    },
    "neovim-0.7.2": {
        "capabilities": {
            "workspace": {"applyEdit": True, "workspaceEdit": {"resourceOperations": ["rename"]}},
            "textDocument": {
                "codeAction": {**_ACTION, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
            },
        },
    },
    "eglot-1.9": {
        "capabilities": {
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {"codeAction": {**_ACTION, "isPreferredSupport": True}},
        },
    },
    "helix": {
        "capabilities": {
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {"codeAction": _FULL},
            "window": {"showDocument": {"support": True}},
            "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
        },
    },
    "ancient": {"capabilities": {"workspace": {"applyEdit": True}}},
    "next": {
        "capabilities": {
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {"codeAction": {**_FULL, "tagSupport": {"valueSet": [1]}}},
        },
    },
    "ale": {
        "capabilities": {
            "workspace": {"applyEdit": False},
            "textDocument": {
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
            },
        },
    },
}
EditStyle = Literal["honest", "answers-first", "silent", "liar", "refuses", "fails", "mute"]


class Editor:
    """One editor with one open document. `manner` is how it treats `workspace/applyEdit`."""

    uri = URI

    def __init__(
        self, name: str, text: str = TEXT, manner: EditStyle = "honest", make: BackendFactory | None = None
    ) -> None:
        self.name, self.text, self.manner, self.version = name, text, manner, 0
        self.server = create_server(make)
        self.server.protocol.set_writer(self)
        self.before, self.paragraph, self.rewrites = text, RAIN, (SHORT, MENDED, LIGHT)
        self.shown: list[str] = []
        self.opened: list[str] = []
        self.edits: list[dict[str, Any]] = []
        self.encoding: Encoding = "utf-16"
        self._held = b""
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0

    async def start(self) -> "Editor":
        result = await self.ask("initialize", {"processId": None, "rootUri": None, **EDITORS[self.name]})
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        item = {"uri": URI, "languageId": "markdown", "version": self.version, "text": self.text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self

    @property
    def rain(self) -> dict[str, Any]:
        """The place of the paragraph about the rain."""
        return {"position": self.place(self.text.index("was raining"))}

    async def aclose(self) -> None:
        await self.ask("shutdown", None)

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> "asyncio.Future[dict[str, Any]]":
        self._last += 1
        future = self._answers[self._last] = asyncio.get_running_loop().create_future()
        self._send({"id": self._last, "method": method, **({} if params is None else {"params": params})})
        return future

    async def ask(self, method: str, params: Any) -> Any:
        answer = await asyncio.wait_for(self.request(method, params), PATIENCE)
        assert "error" not in answer, answer
        return answer["result"]

    async def command(self, name: str, **argument: Any) -> Any:
        return await self.ask("workspace/executeCommand", {"command": name, "arguments": [argument]})

    async def evolve(self, **asked: Any) -> dict[str, Any]:
        """The outcome of a run on the paragraph about the rain."""
        asked = {"n": 4, "generations": 1, **self.rain, **asked}
        return dict(await self.ask("aw/evolve", {"textDocument": {"uri": URI}, **asked}))

    async def actions(
        self, *, selected: str = "", only: Sequence[str] | None = None, trigger: int = 1
    ) -> Any:
        """What the menu at the paragraph about the rain shows, or at the selected words."""
        start = self.text.index(selected) if selected else self.text.index("Before it.") + 14
        place = {"start": self.place(start), "end": self.place(start + len(selected))}
        context = {"diagnostics": [], "triggerKind": trigger, **({} if only is None else {"only": only})}
        asked = {"textDocument": {"uri": URI}, "range": place, "context": context}
        return await self.ask("textDocument/codeAction", asked)

    def type(self, text: str) -> None:
        """The document reads so now."""
        self.text, self.version = text, self.version + 1
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": URI, "version": self.version}, "contentChanges": [{"text": text}]},
        )

    def take(self, edit: dict[str, Any]) -> None:
        """Applies a workspace edit as real editors do, and says so."""
        if "documentChanges" in edit:
            (change,) = edit["documentChanges"]
            assert change["textDocument"] == {"uri": URI, "version": self.version}
            edits = change["edits"]
        else:
            ((uri, edits),) = edit["changes"].items()
            assert uri == URI
        lines = Lines(self.text)
        places = [
            (*(lines.offset(Position(**each["range"][end]), self.encoding) for end in ("start", "end")), each)
            for each in edits
        ]
        text = self.text
        for start, end, each in sorted(places, key=lambda place: -place[0]):
            text = text[:start] + each["newText"] + text[end:]
        self.edits.append(edit)
        self.type(text)

    def place(self, offset: int) -> dict[str, int]:
        position = Lines(self.text).position(offset, self.encoding)
        return {"line": position.line, "character": position.character}

    def write(self, data: bytes) -> None:
        """What the server says."""
        self._held += data
        while header := re.match(rb"Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n", self._held):
            end = header.end() + int(header[1])
            if len(self._held) < end:
                return
            message, self._held = json.loads(self._held[header.end() : end]), self._held[end:]
            if "method" not in message:
                self._answers.pop(message["id"]).set_result(message)
            else:
                asyncio.get_running_loop().call_soon(self._hear, message)

    def close(self) -> None:
        """The stream ends."""

    def _hear(self, message: dict[str, Any]) -> None:
        method, params = message["method"], message.get("params")
        if method == "window/showMessage":
            self.shown.append(params["message"])
        elif method == "window/showDocument":
            self.opened.append(params["uri"])
            self._send({"id": message["id"], "result": {"success": True}})
        elif method == "workspace/applyEdit":
            assert params["label"].startswith("AW: ")
            self._apply(message["id"], params["edit"])

    def _apply(self, number: Any, edit: dict[str, Any]) -> None:
        def say(**answer: Any) -> None:
            self._send({"id": number, **answer})

        match self.manner:
            case "honest":
                self.take(edit)
                say(result={"applied": True})
            case "answers-first":
                say(result={"applied": True})
                asyncio.get_running_loop().call_later(0.25, self.take, edit)
            case "silent":
                self.take(edit)
            case "liar":
                say(result={"applied": True})
            case "refuses":
                say(result={"applied": False, "failureReason": "because"})
            case "fails":
                say(error={"code": -32603, "message": "broken"})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        asyncio.get_running_loop().call_soon(self.server.protocol.receive, body)


Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def welcomed() -> None:
    """What the built-in model is was said on another day."""
    first_time()


class Models:
    """Makes the back ends of the server under test: scripted ones if there is a script."""

    def __init__(self) -> None:
        self.scripted: ScriptedBackend | None = None

    def __call__(self, spec: BackendSpec, on_loading: Callable[[float], None]) -> Backend:
        return self.scripted or worker(spec, on_loading)


@pytest.fixture
def models() -> Models:
    """What makes the models of the editors' servers."""
    return Models()


@pytest.fixture
async def edit_with(models: Models) -> AsyncIterator[Open]:
    """Starts editors by name."""
    editors: list[Editor] = []

    async def open_(name: str, text: str = TEXT, manner: EditStyle = "honest") -> Editor:
        editors.append(Editor(name, text, manner, models))
        return await editors[-1].start()

    yield open_
    for editor in editors:
        await editor.aclose()


@pytest.fixture
def editor_of() -> Callable[[str], Editor]:
    """Makes an editor that is not yet started."""
    return Editor


@pytest.fixture
def scripted(models: Models) -> Callable[..., None]:
    """Lets the model be one that writes the given texts, each better than the next."""

    def script(*texts: str, original: float = 0.0) -> None:
        written: list[int] = []

        def write(request: Generation) -> str:
            if isinstance(request.prompt, Critique):
                return 'very much"'
            written.append(0)
            return f"{texts[(len(written) - 1) % len(texts)]}</rewrite>"

        better = {pair.better for pair in load_pairs()}
        worth = {text: 2.0 + len(texts) - place for place, text in enumerate(texts)}

        def judge(choice: Choice) -> float | tuple[float, ...]:
            prompt = choice.prompt
            if isinstance(prompt, Diagnose):
                return tuple(log(0.01) for _ in prompt.options)
            if prompt.first in better or prompt.second in better:
                return 2.0 if prompt.first in better else -2.0
            return worth.get(prompt.first, 4 * original) - worth.get(prompt.second, 4 * original)

        models.scripted = ScriptedBackend(write=write, judge=judge)

    return script
