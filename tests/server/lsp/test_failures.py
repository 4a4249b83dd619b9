"""A defect of ours costs one answer, and tells nobody what the writer wrote."""

import asyncio
import json
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from aw_server.server import AwServer
from support.letter import URI
from support.local_editor import LocalEditor
from support.remote_editor import RemoteEditor

PROSE = "zeitgeistgarden"
FAILED = {"code": -32603, "message": "internal error, see the log"}


@pytest.fixture
async def local(log_file: Path) -> LocalEditor:
    """Its server is the one in which things fail."""
    editor = LocalEditor()
    await editor.initialize()
    return editor


def boom(ls: AwServer, *arguments: object) -> None:
    raise ValueError(f"{PROSE} {arguments}")


async def test_a_request_that_fails_is_an_internal_error_without_prose(
    local: LocalEditor, log_file: Path
) -> None:
    local.server.feature("aw/boom")(boom)
    assert await local.fails("aw/boom", {"text": PROSE}) == FAILED
    logged = await asyncio.to_thread(log_file.read_text)
    assert "ValueError" in logged
    assert "test_failures.py" in logged
    assert PROSE not in logged


async def test_a_command_that_fails_likewise(local: LocalEditor, log_file: Path) -> None:
    local.server.command("aw.server.boom")(boom)
    asked = {"command": "aw.server.boom", "arguments": [{"text": PROSE}]}
    assert await local.fails("workspace/executeCommand", asked) == FAILED
    assert PROSE not in await asyncio.to_thread(log_file.read_text)


async def test_a_notification_that_fails_is_told_once_in_a_sentence(
    local: LocalEditor, log_file: Path
) -> None:
    local.server.feature("aw/boom")(boom)
    before = len(local.said)
    local.notify("aw/boom", {"text": PROSE})
    local.notify("aw/boom", {"text": PROSE})
    (told,) = local.said[before:]
    assert told["method"] == "window/showMessage"
    assert PROSE not in told["params"]["message"]
    assert PROSE not in await asyncio.to_thread(log_file.read_text)


async def test_work_that_nobody_waits_for_fails_into_the_log(local: LocalEditor, log_file: Path) -> None:
    async def work() -> None:
        raise ValueError(PROSE)

    local.server.spawn(work())
    (task,) = local.server._tasks
    with pytest.raises(ValueError, match=PROSE):
        await task
    logged = await asyncio.to_thread(log_file.read_text)
    assert "ValueError" in logged
    assert PROSE not in logged


async def test_late_answers_disturb_nothing(local: LocalEditor) -> None:
    asked = local.server.protocol.send_request("workspace/configuration", {"items": []}, msg_id="late")
    asked.cancel()
    for _ in range(2):
        local.server.protocol.receive(b'{"jsonrpc": "2.0", "id": "late", "result": []}')


async def test_an_answer_to_the_clients_own_request_disturbs_nothing(local: LocalEditor) -> None:
    going_on = asyncio.Event()

    async def wait(ls: AwServer, *arguments: object) -> str:
        await going_on.wait()
        return "done"

    local.server.feature("aw/wait")(wait)
    number = local.request("aw/wait", {})
    local.post(json.dumps({"jsonrpc": "2.0", "id": number, "result": []}).encode())
    going_on.set()
    assert (await local.answer(number))["result"] == "done"


async def test_an_answer_that_makes_no_sense_is_a_refusal(local: LocalEditor) -> None:
    asked = local.server.protocol.send_request("workspace/configuration", {"items": []}, msg_id="odd")
    local.server.protocol.receive(b'{"jsonrpc": "2.0", "id": "odd", "error": 5}')
    assert isinstance(asked.exception(timeout=0), JsonRpcException)


async def test_the_log_of_a_busy_session_holds_no_prose(ready: RemoteEditor) -> None:
    """Runs, refusals, wrong parameters, broken messages: at no level a word of the text, nor a setting."""
    secret = "/home/secret-place/model.gguf"
    ready.notify("textDocument/didChange", {"textDocument": {"uri": URI}, "contentChanges": [{"text": 5}]})
    await ready.answer(ready.request("aw/evolve", {"textDocument": {"uri": URI}, "n": 2, "generations": 1}))
    await ready.answer(ready.request("aw/evolve", {"textDocument": {"uri": URI}, "gates": PROSE}))
    await ready.answer(ready.request("workspace/executeCommand", {"command": PROSE, "arguments": [PROSE]}))
    await ready.answer(ready.request("aw/apply", {"jobId": PROSE, "candidateId": PROSE}))
    await ready.answer(ready.request(PROSE, {"text": PROSE}))
    ready.write(b"Content-Length: 18\r\n\r\n{" + PROSE.encode() + b"  ")
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": {"model": secret}}})
    await ready.answer(ready.request("aw/evolve", {"textDocument": {"uri": URI}}))
    await ready.ask("shutdown")
    ready.notify("exit")
    await ready.ends()
    assert "ended with 0" in ready.log()
    for word in (PROSE, "hurry", "secret-place"):
        assert word not in ready.log()
        assert word not in ready.errors()
