"""Whatever bytes come, the server answers what can be answered, says what cannot, and goes on."""

import json
from typing import Any

import pytest

from support.letter import URI
from support.remote_editor import RemoteEditor, frame

PARSE, INVALID, METHOD, PARAMS = -32700, -32600, -32601, -32602


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
async def test_what_is_no_json_is_a_parse_error(ready: RemoteEditor, body: bytes) -> None:
    ready.write(frame(body))
    assert (await ready.answer(None))["error"]["code"] == PARSE
    await ready.works()


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
async def test_what_is_no_message_is_an_invalid_request(ready: RemoteEditor, message: Any) -> None:
    ready.write(frame(message))
    assert (await ready.answer(None))["error"]["code"] == INVALID
    await ready.works()


async def test_a_method_that_is_no_text_is_an_invalid_request(ready: RemoteEditor) -> None:
    ready.send({"id": 77, "method": 5})
    assert (await ready.answer(77))["error"]["code"] == INVALID
    await ready.works()


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
async def test_after_a_bad_header_the_next_message_counts(ready: RemoteEditor, header: bytes) -> None:
    ready.write(header + b'{"jsonrpc": "2.0", "id": 1}')
    await ready.works()
    assert (await ready.answer(None))["error"]["code"] == PARSE


@pytest.mark.parametrize("claimed", [3, 10**12])
async def test_a_wrong_length_costs_no_more_than_what_it_covers(ready: RemoteEditor, claimed: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 99, "method": "aw/status"}).encode()
    ready.write(b"Content-Length: %d\r\n\r\n%b" % (claimed, body))
    if claimed > len(body):  # it waits for the rest, and takes no memory for it
        ready.hang_up()
        assert await ready.ends() == 1
    else:
        assert (await ready.answer(None))["error"]["code"] == PARSE
        await ready.works()


@pytest.mark.parametrize(
    "form",
    [
        b"content-length: %d\r\n\r\n%b",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b",
        b"CONTENT-LENGTH:%d\n\n%b",
    ],
)
async def test_headers_as_http_would_have_them(ready: RemoteEditor, form: bytes) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "a", "method": "aw/status", "params": {}}).encode()
    ready.write(form % (len(body), body))
    assert "result" in await ready.wait(lambda message: message.get("id") == "a")
    assert not any("error" in message for message in ready.said)


async def test_messages_may_come_byte_by_byte(ready: RemoteEditor) -> None:
    for byte in frame({"jsonrpc": "2.0", "id": 50, "method": "aw/status", "params": {}}):
        ready.write(bytes([byte]))
    assert "result" in await ready.answer(50)


async def test_unknown_methods(ready: RemoteEditor) -> None:
    assert (await ready.fails("aw/nothing", {"a": 1}))["code"] == METHOD
    assert (await ready.fails("textDocument/hover", _at(0, 0)))["code"] == METHOD
    assert (await ready.fails("$/unknown"))["code"] == METHOD
    ready.notify("$/unknown", [1])
    ready.notify("aw/nothing", {"a": 1})
    await ready.works()


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
async def test_wrong_parameters_are_answered_so(ready: RemoteEditor, method: str, params: Any) -> None:
    error = await ready.fails(method, params)
    assert error["code"] == PARAMS
    assert "data" not in error
    assert "sonnet" not in error["message"]
    await ready.works()


async def test_wrong_parameters_are_told_with_their_path(ready: RemoteEditor) -> None:
    error = await ready.fails("aw/evolve", {"textDocument": {"uri": URI}, "range": {"start": {"line": "a"}}})
    assert "$.range.start.line" in error["message"]


@pytest.mark.parametrize("method", ["didOpen", "didChange", "didClose", "didSave"])
async def test_notifications_that_do_not_fit_are_ignored(ready: RemoteEditor, method: str) -> None:
    ready.notify(f"textDocument/{method}", {"textDocument": 5})
    ready.notify(f"textDocument/{method}", {"textDocument": {"uri": "file:///x"}, "contentChanges": [7]})
    ready.notify("$/cancelRequest", {"id": [1]})
    ready.notify("$/setTrace", {"value": "loud"})
    ready.notify("workspace/didChangeConfiguration", {"settings": 5})
    await ready.works()


async def test_answers_to_what_was_never_asked(ready: RemoteEditor) -> None:
    ready.send({"id": 1234, "result": {}})
    ready.send({"id": "x", "error": {"code": 1, "message": "no"}})
    ready.send({"id": "y", "error": 5})
    await ready.works()


async def test_cancelling_what_is_unknown(ready: RemoteEditor) -> None:
    ready.notify("$/cancelRequest", {"id": 12345})
    await ready.works()


async def test_commands_take_one_object_or_nothing(ready: RemoteEditor) -> None:
    async def run(*arguments: Any) -> dict[str, Any]:
        asked = {"command": "aw.server.status", "arguments": [*arguments]}
        return await ready.answer(ready.request("workspace/executeCommand", asked))

    assert await ready.ask("workspace/executeCommand", {"command": "aw.server.status"})
    assert "result" in await run()
    assert "result" in await run({})
    wrong: list[list[Any]] = [[{}, {}], ["x"], [{"surprise": 1}]]
    for arguments in wrong:
        assert (await run(*arguments))["error"]["code"] == PARAMS
    asked = {"command": "aw.server.results", "arguments": [{"jobId": "nobody"}]}
    unknown = await ready.fails("workspace/executeCommand", asked)
    assert unknown["code"] == -32803
    assert unknown["data"] == {"kind": "unknownJob"}


async def test_200_requests_at_once(ready: RemoteEditor) -> None:
    numbers = range(1000, 1200)
    ready.write(
        b"".join(
            frame({"jsonrpc": "2.0", "id": number, "method": "aw/status", "params": {}}) for number in numbers
        )
    )
    for number in numbers:
        assert "result" in await ready.answer(number)


async def test_a_thousand_changes_in_a_moment(ready: RemoteEditor) -> None:
    texts = [f"This is an draft, number {number}, that have been wrote again." for number in range(1000)]
    ready.write(b"".join(frame(_change(version, text)) for version, text in enumerate(texts, 1)))
    result = await ready.ask("aw/evolve", {"textDocument": {"uri": URI}, "n": 2, "generations": 1})
    assert result["original"] == texts[-1]
    assert result["version"] == 1000


async def test_a_document_of_20_megabytes(ready: RemoteEditor) -> None:
    paragraph = "They has said that it are good, and nobody have wrote it down. 😀 Über 東京\n\n"
    ready.open(paragraph * (20_000_000 // len(paragraph.encode())), uri="file:///tmp/long.md")
    await ready.works()
    ready.notify("textDocument/didClose", {"textDocument": {"uri": "file:///tmp/long.md"}})
    await ready.works()


async def test_a_document_that_is_not_open_is_refused(ready: RemoteEditor) -> None:
    result = await ready.ask("aw/evolve", {"textDocument": {"uri": "file:///etc/hostname"}})
    assert (result["status"], result["reason"]) == ("refused", "notOpen")


async def test_a_range_beyond_the_text_is_cut_to_it(ready: RemoteEditor) -> None:
    beyond = {"start": {"line": 0, "character": 0}, "end": {"line": 9_999, "character": 2**31}}
    asked = {"textDocument": {"uri": URI}, "range": beyond, "n": 2, "generations": 1}
    assert (await ready.ask("aw/evolve", asked))["status"] == "done"


def _at(line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}


def _change(version: int, text: str) -> dict[str, Any]:
    params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
