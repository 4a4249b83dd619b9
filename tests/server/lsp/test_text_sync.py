"""The server's text is the editor's, whatever is typed, in every unit of positions."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_server.app import create_server
from aw_server.documents.lines import Encoding
from aw_server.server import AwServer
from support.editor import Message
from support.local_editor import LocalEditor

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
PIECES = ["word ", "東京", "👩‍👩‍👧", "e\u0301", "שלום ", "\r\n", *"é😀\n\r\u2028\x85\x0c\ufeff"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
STEPS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), TEXTS, st.booleans()), min_size=1, max_size=8)


class Typist(LocalEditor):
    """An editor with its own reckoning of positions in code units."""

    uri = "file:///tmp/%C3%BCber%20uns.md"

    def __init__(self, server: AwServer, encoding: Encoding = "utf-16") -> None:
        super().__init__(server=server)
        self._codec, self._size = CODECS[encoding]
        server.session.encoding = encoding

    def edit(self, start: int, end: int, text: str) -> Message:
        """The change event; the text is changed here already."""
        found = {"start": self.place(start), "end": self.place(end)}
        self.text = self.text[:start] + text + self.text[end:]
        return {"range": found, "text": text}

    def offset(self, share: float) -> int:
        """An offset; never between CR and LF, where no position is."""
        offset = round(share * len(self.text))
        return offset - 1 if offset and self.text[offset - 1 : offset + 1] == "\r\n" else offset

    def place(self, offset: int) -> Message:
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return {"line": len(before) - 1, "character": len(before[-1].encode(self._codec)) // self._size}


@pytest.fixture(scope="module")
def server() -> AwServer:
    server = create_server()
    asked: Message = {"processId": None, "rootUri": None, "capabilities": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": asked}
    server.protocol.receive(json.dumps(message).encode())
    return server


def text_of(server: AwServer) -> str:
    return server.session.documents[Typist.uri].text


@settings(max_examples=1000, deadline=None)
@given(encoding=st.sampled_from(ENCODINGS), first=TEXTS, steps=STEPS)
def test_edit_scripts_leave_both_texts_equal(
    server: AwServer, encoding: Encoding, first: str, steps: list[tuple[float, float, str, bool]]
) -> None:
    editor = Typist(server, encoding)
    editor.open(first)
    for one, other, text, whole in steps:
        start, end = sorted((editor.offset(one), editor.offset(other)))
        event = editor.edit(start, end, text)
        editor.change({"text": editor.text} if whole else event)
        assert text_of(server) == editor.text
        assert server.session.documents[Typist.uri].version == editor.version
    editor.close_document()
    assert Typist.uri not in server.session.documents


def test_several_changes_in_one_message_follow_each_other(server: AwServer) -> None:
    editor = Typist(server)
    editor.open("second 😀 paragraph\nhere")
    editor.change(
        editor.edit(7, 8, "🙂🙂"),
        editor.edit(0, 6, "third"),
        editor.edit(len(editor.text), len(editor.text), "!"),
    )
    assert text_of(server) == editor.text == "third 🙂🙂 paragraph\nhere!"


def test_changes_of_what_is_not_open_are_ignored(server: AwServer) -> None:
    editor = Typist(server)
    editor.open("text")
    editor.close_document()
    editor.change({"text": "ghost"})
    assert server.session.documents == {}


def test_opening_again_takes_the_new_text(server: AwServer) -> None:
    editor = Typist(server)
    editor.open("one")
    editor.open("two")
    assert text_of(server) == "two"


def test_a_lone_surrogate_stays_as_it_came(server: AwServer) -> None:
    editor = Typist(server)
    editor.open("a")
    editor.change({"text": "broken \ud800 half"})
    assert text_of(server) == "broken \ud800 half"


async def test_who_waits_for_a_change_hears_of_the_next_one(server: AwServer) -> None:
    editor = Typist(server)
    editor.open("one")
    changed = server.session.next_change(Typist.uri)
    editor.change({"text": "two"})
    assert (await changed).text == "two"
    left = server.session.next_change(Typist.uri)
    editor.close_document()
    assert left.cancelled()
