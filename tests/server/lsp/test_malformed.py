"""Whatever bytes come, the server answers what can be answered, says what cannot, and goes on."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Editor

PARSE, INVALID, METHOD, PARAMS = -32700, -32600, -32601, -32602
URI = "file:///tmp/letter.md"

Frame = Callable[[Any], bytes]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe\x00",
        b"nonsense",
        b'{"jsonrpc": "2.0", "id": 1, "method": "aw/status"',
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": ' + b"9" * 5_000 + b"}",
    ],
    ids=["open", "empty", "bytes", "words", "cut", "deep", "digits"],
)
def test_what_is_no_json_is_a_parse_error(ready: "Editor", framed: Frame, body: bytes) -> None:
    ready.write(framed(body))
    assert ready.answer(None)["error"]["code"] == PARSE
    ready.works()


@pytest.mark.parametrize(
    "message",
    [
        [],
        [{"jsonrpc": "2.0", "id": 1, "method": "aw/status"}],
        7,
        None,
        {},
        {"jsonrpc": "1.0", "id": 1, "method": "aw/status"},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "2.0", "id": [1], "method": "aw/status"},
        {"jsonrpc": "2.0", "id": None, "method": "aw/status"},
        {"jsonrpc": "2.0", "id": True, "method": "aw/status"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "aw/status"},
    ],
)
def test_what_is_no_message_is_an_invalid_request(ready: "Editor", framed: Frame, message: Any) -> None:
    ready.write(framed(message))
    assert ready.answer(None)["error"]["code"] == INVALID
    ready.works()


def test_a_method_that_is_no_text_is_an_invalid_request(ready: "Editor") -> None:
    ready.send(id=77, method=5)
    assert ready.answer(77)["error"]["code"] == INVALID
    ready.works()


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: abc\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length:\r\n\r\n",
        b"Length: 5\r\n\r\n",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"x" * 100_000 + b"\r\n\r\n",
        b"\x00\xff\r\n\r\n",
    ],
    ids=["letters", "negative", "none", "other", "empty", "http", "long", "bytes"],
)
def test_after_a_bad_header_the_next_message_counts(ready: "Editor", header: bytes) -> None:
    ready.write(header + b'{"jsonrpc": "2.0", "id": 1}')
    ready.works()
    assert ready.answer(None)["error"]["code"] == PARSE


@pytest.mark.parametrize("claimed", [3, 10**12])
def test_a_wrong_length_costs_no_more_than_what_it_covers(ready: "Editor", claimed: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 99, "method": "aw/status"}).encode()
    ready.write(b"Content-Length: %d\r\n\r\n%b" % (claimed, body))
    if claimed > len(body):  # it waits for the rest, and takes no memory for it
        ready.hang_up()
        assert ready.ends() == 1
    else:
        assert ready.answer(None)["error"]["code"] == PARSE
        ready.works()


@pytest.mark.parametrize(
    "form",
    [
        b"content-length: %d\r\n\r\n%b",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b",
        b"CONTENT-LENGTH:%d\n\n%b",
    ],
)
def test_headers_as_http_would_have_them(ready: "Editor", form: bytes) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "a", "method": "aw/status", "params": {}}).encode()
    ready.write(form % (len(body), body))
    assert "result" in ready.wait(lambda message: message.get("id") == "a", "an answer")
    assert not any("error" in message for message in ready.seen)


def test_messages_may_come_byte_by_byte(ready: "Editor", framed: Frame) -> None:
    for byte in framed({"jsonrpc": "2.0", "id": 50, "method": "aw/status", "params": {}}):
        ready.write(bytes([byte]))
    assert "result" in ready.answer(50)


def test_unknown_methods(ready: "Editor") -> None:
    assert ready.ask("aw/nothing", {"a": 1})["error"]["code"] == METHOD
    assert ready.ask("textDocument/hover", _at(0, 0))["error"]["code"] == METHOD
    assert ready.ask("$/unknown")["error"]["code"] == METHOD
    ready.notify("$/unknown", [1])
    ready.notify("aw/nothing", {"a": 1})
    ready.works()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("workspace/executeCommand", {"command": 5}),
        ("workspace/executeCommand", {}),
        ("workspace/executeCommand", None),
        ("workspace/executeCommand", {"command": "aw.server.nothing"}),
        ("aw/evolve", {}),
        ("aw/evolve", []),
        ("aw/evolve", "text"),
        ("aw/evolve", {"textDocument": {"uri": 5}}),
        ("aw/evolve", {"textDocument": {"uri": URI}, "n": 1}),
        ("aw/evolve", {"textDocument": {"uri": URI}, "surprise": 1}),
        ("aw/evolve", {"textDocument": {"uri": URI}, "type_name": "X"}),
        ("aw/evolve", {"textDocument": {"uri": URI}, "gates": "sonnet"}),
        ("aw/evolve", {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
        ("aw/results", {"jobId": 4}),
    ],
)
def test_wrong_parameters_are_answered_so(ready: "Editor", method: str, params: Any) -> None:
    error = ready.ask(method, params)["error"]
    assert error["code"] == PARAMS
    assert "data" not in error
    assert "sonnet" not in error["message"]
    ready.works()


def test_wrong_parameters_are_told_with_their_path(ready: "Editor") -> None:
    error = ready.ask("aw/evolve", {"textDocument": {"uri": URI}, "range": {"start": {"line": "a"}}})["error"]
    assert "$.range.start.line" in error["message"]


@pytest.mark.parametrize("method", ["didOpen", "didChange", "didClose", "didSave"])
def test_notifications_that_do_not_fit_are_ignored(ready: "Editor", method: str) -> None:
    ready.notify(f"textDocument/{method}", {"textDocument": 5})
    ready.notify(f"textDocument/{method}", {"textDocument": {"uri": "file:///x"}, "contentChanges": [7]})
    ready.notify("$/cancelRequest", {"id": [1]})
    ready.notify("$/setTrace", {"value": "loud"})
    ready.notify("workspace/didChangeConfiguration", {"settings": 5})
    ready.works()


def test_answers_to_what_was_never_asked(ready: "Editor") -> None:
    ready.send(id=1234, result={})
    ready.send(id="x", error={"code": 1, "message": "no"})
    ready.send(id="y", error=5)
    ready.works()


def test_cancelling_what_is_unknown(ready: "Editor") -> None:
    ready.notify("$/cancelRequest", {"id": 12345})
    ready.works()


def test_commands_take_one_object_or_nothing(ready: "Editor") -> None:
    def run(*arguments: Any) -> dict[str, Any]:
        return ready.ask(
            "workspace/executeCommand", {"command": "aw.server.status", "arguments": [*arguments]}
        )

    assert "result" in ready.ask("workspace/executeCommand", {"command": "aw.server.status"})
    assert "result" in run()
    assert "result" in run({})
    assert run({}, {})["error"]["code"] == PARAMS
    assert run("x")["error"]["code"] == PARAMS
    assert run({"surprise": 1})["error"]["code"] == PARAMS
    unknown = ready.ask(
        "workspace/executeCommand", {"command": "aw.server.results", "arguments": [{"jobId": "nobody"}]}
    )
    assert unknown["error"]["code"] == -32803
    assert unknown["error"]["data"] == {"kind": "unknownJob"}


def test_200_requests_at_once(ready: "Editor", framed: Frame) -> None:
    numbers = range(1000, 1200)
    ready.write(
        b"".join(
            framed({"jsonrpc": "2.0", "id": number, "method": "aw/status", "params": {}})
            for number in numbers
        )
    )
    assert all("result" in ready.answer(number) for number in numbers)


def test_a_thousand_changes_in_a_moment(ready: "Editor", framed: Frame) -> None:
    texts = [f"This is an draft, number {number}, that have been wrote again." for number in range(1000)]
    ready.write(b"".join(framed(_change(version, text)) for version, text in enumerate(texts, 1)))
    result = ready.ask("aw/evolve", {"textDocument": {"uri": URI}, "n": 2, "generations": 1})["result"]
    assert result["original"] == texts[-1]
    assert result["version"] == 1000


def test_a_document_of_20_megabytes(ready: "Editor") -> None:
    paragraph = "They has said that it are good, and nobody have wrote it down. 😀 Über 東京\n\n"
    ready.open(paragraph * (20_000_000 // len(paragraph.encode())), uri="file:///tmp/long.md")
    ready.works()
    ready.notify("textDocument/didClose", {"textDocument": {"uri": "file:///tmp/long.md"}})
    ready.works()


def test_a_document_that_is_not_open_is_refused(ready: "Editor") -> None:
    result = ready.ask("aw/evolve", {"textDocument": {"uri": "file:///etc/hostname"}})["result"]
    assert (result["status"], result["reason"]) == ("refused", "notOpen")


def test_a_range_beyond_the_text_is_cut_to_it(ready: "Editor") -> None:
    beyond = {"start": {"line": 0, "character": 0}, "end": {"line": 9_999, "character": 2**31}}
    asked = {"textDocument": {"uri": URI}, "range": beyond, "n": 2, "generations": 1}
    assert ready.ask("aw/evolve", asked)["result"]["status"] == "done"


def _at(line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}


def _change(version: int, text: str) -> dict[str, Any]:
    params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
