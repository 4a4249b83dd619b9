"""The server's text is the client's, whatever is typed, in every unit of positions."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_server.app import create_server
from aw_server.documents.lines import Encoding
from aw_server.server import AwServer

URI = "file:///tmp/%C3%BCber%20uns.md"
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
PIECES = [
    "word ",
    "é",
    "東京",
    "😀",
    "👩‍👩‍👧",
    "e\u0301",
    "שלום ",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x85",
    "\x0c",
    "\ufeff",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
STEPS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), TEXTS, st.booleans()), min_size=1, max_size=8)


class Client:
    """An editor's side: its text, and its own reckoning of positions in code units."""

    def __init__(self, server: AwServer, encoding: Encoding) -> None:
        self.server = server
        self.text = ""
        self.version = 0
        self._codec, self._size = CODECS[encoding]
        server.session.encoding = encoding

    def say(self, method: str, **params: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode()
        self.server.protocol.receive(body)

    def open(self, text: str) -> None:
        self.text = text
        item = {"uri": URI, "languageId": "markdown", "version": 0, "text": text}
        self.say("textDocument/didOpen", textDocument=item)

    def change(self, *changes: dict[str, Any]) -> None:
        self.version += 1
        named = {"uri": URI, "version": self.version}
        self.say("textDocument/didChange", textDocument=named, contentChanges=list(changes))

    def edit(self, start: int, end: int, text: str) -> dict[str, Any]:
        """The change event; the text is changed here already."""
        found = {"start": self._position(start), "end": self._position(end)}
        self.text = self.text[:start] + text + self.text[end:]
        return {"range": found, "text": text}

    def close(self) -> None:
        self.say("textDocument/didClose", textDocument={"uri": URI})

    def place(self, share: float) -> int:
        """An offset; never between CR and LF, where no position is."""
        offset = round(share * len(self.text))
        return offset - 1 if offset and self.text[offset - 1 : offset + 1] == "\r\n" else offset

    def _position(self, offset: int) -> dict[str, int]:
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return {"line": len(before) - 1, "character": len(before[-1].encode(self._codec)) // self._size}


@pytest.fixture(scope="module")
def server() -> AwServer:
    server = create_server()
    asked = {"processId": None, "rootUri": None, "capabilities": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": asked}
    server.protocol.receive(json.dumps(message).encode())
    return server


def text_of(server: AwServer) -> str:
    return server.session.documents[URI].text


@settings(max_examples=1000, deadline=None)
@given(encoding=st.sampled_from(ENCODINGS), first=TEXTS, steps=STEPS)
def test_edit_scripts_leave_both_texts_equal(
    server: AwServer, encoding: Encoding, first: str, steps: list[tuple[float, float, str, bool]]
) -> None:
    client = Client(server, encoding)
    client.open(first)
    for one, other, text, whole in steps:
        start, end = sorted((client.place(one), client.place(other)))
        event = client.edit(start, end, text)
        client.change({"text": client.text} if whole else event)
        assert text_of(server) == client.text
        assert server.session.documents[URI].version == client.version
    client.close()
    assert URI not in server.session.documents


def test_several_changes_in_one_message_follow_each_other(server: AwServer) -> None:
    client = Client(server, "utf-16")
    client.open("second 😀 paragraph\nhere")
    client.change(
        client.edit(7, 8, "🙂🙂"),
        client.edit(0, 6, "third"),
        client.edit(len(client.text), len(client.text), "!"),
    )
    assert text_of(server) == client.text == "third 🙂🙂 paragraph\nhere!"


def test_changes_of_what_is_not_open_are_ignored(server: AwServer) -> None:
    client = Client(server, "utf-16")
    client.open("text")
    client.close()
    client.change({"text": "ghost"})
    assert server.session.documents == {}


def test_opening_again_takes_the_new_text(server: AwServer) -> None:
    client = Client(server, "utf-16")
    client.open("one")
    client.open("two")
    assert text_of(server) == "two"


def test_a_lone_surrogate_stays_as_it_came(server: AwServer) -> None:
    client = Client(server, "utf-16")
    client.open("a")
    client.change({"text": "broken \ud800 half"})
    assert text_of(server) == "broken \ud800 half"


async def test_who_waits_for_a_change_hears_of_the_next_one(server: AwServer) -> None:
    client = Client(server, "utf-16")
    client.open("one")
    changed = server.session.next_change(URI)
    client.change({"text": "two"})
    assert (await changed).text == "two"
    left = server.session.next_change(URI)
    client.close()
    assert left.cancelled()
