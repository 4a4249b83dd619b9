"""The language server with a real chat model, chosen by the setting."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import LanguageClient

from aw_server.welcome import first_time
from server.lsp.test_clients import PROSE, SERVER, URI, command, said_at_initialize
from support.smollm2 import NEEDS_SMOLLM2

pytestmark = NEEDS_SMOLLM2


@pytest.fixture(autouse=True)
def welcomed() -> None:
    """The only message is the one that a run has ended."""
    first_time()


@pytest_lsp.fixture(config=SERVER)  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    settings = {"model": "smollm2", "candidates": 4, "history": False}
    lsp_client.set_configuration({"aw": settings})
    said = said_at_initialize("neovim@v0.10.0")
    said.initialization_options = {"aw": {"settings": settings}}
    await lsp_client.initialize_session(said)
    yield
    await lsp_client.shutdown_session()


async def test_its_rewrites_come_back_as_code_actions(client: LanguageClient) -> None:
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(URI, "markdown", 0, PROSE))
    )
    ended = asyncio.ensure_future(client.wait_for_notification(types.WINDOW_SHOW_MESSAGE))
    started = await command(client, "aw.server.evolve", {"textDocument": {"uri": URI}})
    await ended
    found = await command(client, "aw.server.results", {"jobId": started["jobId"]})
    assert found["status"] == "done"
    assert found["model"]["ref"] == "smollm2"
    assert len(found["candidates"]) > 1
    assert all("😀" in each["text"] for each in found["candidates"])
