"""A defect of ours costs one answer, and tells nobody what the writer wrote."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pygls.exceptions import JsonRpcException

from aw_server import log
from aw_server.app import create_server
from aw_server.server import AwServer

if TYPE_CHECKING:
    from conftest import Editor

PROSE = "zeitgeistgarden"


class Sent:
    """What the server sends, instead of a stream."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing to close."""


class Bench:
    """A server in this process, in which things fail."""

    def __init__(self) -> None:
        self.server = create_server()
        self.sent = Sent()
        self.server.protocol.set_writer(self.sent)
        self.say("initialize", 1, processId=None, rootUri=None, capabilities={})

    def say(self, method: str, number: int | None = None, **params: Any) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        self.server.protocol.receive(json.dumps(message).encode())


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    log.start(answered=JsonRpcException)
    yield log.path()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def bench(log_file: Path) -> Bench:
    return Bench()


def boom(ls: AwServer, *arguments: object) -> None:
    raise ValueError(f"{PROSE} {arguments}")


def test_a_request_that_fails_is_an_internal_error_without_prose(bench: Bench, log_file: Path) -> None:
    bench.server.feature("aw/boom")(boom)
    bench.say("aw/boom", 7, text=PROSE)
    error = bench.sent.messages[-1]["error"]
    assert error == {"code": -32603, "message": "internal error, see the log"}
    assert "ValueError" in log_file.read_text()
    assert "test_failures.py" in log_file.read_text()
    assert PROSE not in log_file.read_text()


def test_a_command_that_fails_likewise(bench: Bench, log_file: Path) -> None:
    bench.server.command("aw.server.boom")(boom)
    bench.say("workspace/executeCommand", 8, command="aw.server.boom", arguments=[{"text": PROSE}])
    assert bench.sent.messages[-1]["error"] == {"code": -32603, "message": "internal error, see the log"}
    assert PROSE not in log_file.read_text()


def test_a_notification_that_fails_is_told_once_in_a_sentence(bench: Bench, log_file: Path) -> None:
    bench.server.feature("aw/boom")(boom)
    before = len(bench.sent.messages)
    bench.say("aw/boom", text=PROSE)
    bench.say("aw/boom", text=PROSE)
    (told,) = bench.sent.messages[before:]
    assert told["method"] == "window/showMessage"
    assert PROSE not in told["params"]["message"]
    assert PROSE not in log_file.read_text()


async def test_work_that_nobody_waits_for_fails_into_the_log(bench: Bench, log_file: Path) -> None:
    async def work() -> None:
        raise ValueError(PROSE)

    bench.server.spawn(work())
    (task,) = bench.server._tasks
    with pytest.raises(ValueError, match=PROSE):
        await task
    logged = await asyncio.to_thread(log_file.read_text)
    assert "ValueError" in logged
    assert PROSE not in logged


def test_late_answers_disturb_nothing(bench: Bench) -> None:
    asked = bench.server.protocol.send_request("workspace/configuration", {"items": []}, msg_id="late")
    asked.cancel()
    for _ in range(2):
        bench.server.protocol.receive(b'{"jsonrpc": "2.0", "id": "late", "result": []}')


async def test_an_answer_to_the_clients_own_request_disturbs_nothing(bench: Bench) -> None:
    going_on = asyncio.Event()

    async def wait(ls: AwServer, *arguments: object) -> str:
        await going_on.wait()
        return "done"

    bench.server.feature("aw/wait")(wait)
    bench.say("aw/wait", 9)
    bench.server.protocol.receive(b'{"jsonrpc": "2.0", "id": 9, "result": []}')
    going_on.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert bench.sent.messages[-1] == {"jsonrpc": "2.0", "id": 9, "result": "done"}


def test_an_answer_that_makes_no_sense_is_a_refusal(bench: Bench) -> None:
    asked = bench.server.protocol.send_request("workspace/configuration", {"items": []}, msg_id="odd")
    bench.server.protocol.receive(b'{"jsonrpc": "2.0", "id": "odd", "error": 5}')
    assert isinstance(asked.exception(timeout=0), JsonRpcException)


def test_the_log_of_a_busy_session_holds_no_prose(ready: "Editor") -> None:
    """Runs, refusals, wrong parameters, broken messages: at no level a word of the text, nor a setting."""
    secret = "/home/secret-place/model.gguf"
    uri = "file:///tmp/letter.md"
    ready.notify("textDocument/didChange", {"textDocument": {"uri": uri}, "contentChanges": [{"text": 5}]})
    ready.ask("aw/evolve", {"textDocument": {"uri": uri}, "n": 2, "generations": 1})
    ready.ask("aw/evolve", {"textDocument": {"uri": uri}, "gates": PROSE})
    ready.ask("workspace/executeCommand", {"command": PROSE, "arguments": [PROSE]})
    ready.ask("aw/apply", {"jobId": PROSE, "candidateId": PROSE})
    ready.ask(PROSE, {"text": PROSE})
    ready.write(b"Content-Length: 18\r\n\r\n{" + PROSE.encode() + b"  ")
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": {"model": secret}}})
    ready.ask("aw/evolve", {"textDocument": {"uri": uri}})
    ready.ask("shutdown")
    ready.notify("exit")
    ready.ends()
    assert "ended with 0" in ready.log()
    for word in (PROSE, "hurry", "secret-place"):
        assert word not in ready.log()
        assert word not in ready.errors()
