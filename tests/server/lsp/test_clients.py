"""The same few steps by the capabilities of real editors: recorded ones, and those that pytest-lsp ships.

pytest-lsp warns, and a warning fails, where an answer uses what the client did not announce.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from aw_server.welcome import first_time

RECORDED = Path(__file__).parents[2] / "data" / "capabilities"
URI = "file:///tmp/letter.md"
PROSE = "😀 They has wrote it down, and and the answers was very different each time that we asked."
EDITORS = [
    *sorted(path.stem for path in RECORDED.glob("*.json")),
    "neovim@v0.10.0",
    "visual_studio_code@v1.65.2",
]


def said_at_initialize(editor: str) -> types.InitializeParams:
    """What the editor sends."""
    if "@" in editor:
        return types.InitializeParams(capabilities=client_capabilities(editor))
    recorded = json.loads((RECORDED / f"{editor}.json").read_text(encoding="utf-8"))
    params = {"processId": None, "rootUri": None, **recorded}
    return get_converter().structure(params, types.InitializeParams)


def make_client() -> LanguageClient:
    """pytest-lsp's client, which also lets the server register what it asks for."""
    client = make_test_lsp_client()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    return client


@pytest.fixture(autouse=True)
def welcomed() -> None:
    """The only message is the one that a run has ended."""
    first_time()


SERVER = ClientServerConfig([sys.executable, "-m", "aw_server", "--stdio"], client_factory=make_client)


@pytest_lsp.fixture(config=SERVER, params=EDITORS)  # type: ignore[untyped-decorator]
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient) -> AsyncIterator[None]:
    lsp_client.set_configuration({"aw": {"candidates": 2, "generations": 1, "history": False}})
    await lsp_client.initialize_session(said_at_initialize(request.param))
    yield
    await lsp_client.shutdown_session()


async def command(client: LanguageClient, name: str, argument: dict[str, Any]) -> Any:
    return await client.workspace_execute_command_async(types.ExecuteCommandParams(name, [argument]))


async def test_evolve_look_and_discard(client: LanguageClient) -> None:
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(URI, "markdown", 0, PROSE))
    )
    ended = asyncio.ensure_future(client.wait_for_notification(types.WINDOW_SHOW_MESSAGE))
    started = await command(client, "aw.server.evolve", {"textDocument": {"uri": URI}})
    assert started["state"] == "running"
    await ended
    job = {"jobId": started["jobId"]}
    found = await command(client, "aw.server.results", job)
    assert found["status"] == "done"
    assert found["original"] == PROSE
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(URI),
            types.Range(types.Position(0, 2), types.Position(0, 6)),
            types.CodeActionContext([], trigger_kind=types.CodeActionTriggerKind.Invoked),
        )
    )
    assert actions
    assert await command(client, "aw.server.discard", job) == {}
