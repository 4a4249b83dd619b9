"""What the server concludes from a client's capabilities."""

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from aw_server.client import Client, describe, encoding, options

RECORDED = Path(__file__).parents[1] / "data" / "capabilities"


def params(**said: Any) -> types.InitializeParams:
    whole = {"processId": None, "rootUri": None, "capabilities": {}, **said}
    return get_converter().structure(whole, types.InitializeParams)


def recorded(editor: str) -> Client:
    return describe(params(**json.loads((RECORDED / f"{editor}.json").read_text(encoding="utf-8"))))


def test_a_client_that_announces_nothing_can_nothing() -> None:
    assert describe(params()) == Client()


def test_vscode() -> None:
    client = recorded("vscode-1.139")
    assert client.ours
    assert client.updates
    assert client.status
    assert client.document_changes
    assert client.tag_support
    assert client.text_document_content
    assert client.disabled_support


def test_neovim_0_7_2() -> None:
    client = recorded("neovim-0.7.2")
    assert client.name == "Neovim"
    assert client.apply_edit
    assert client.work_done_progress
    assert client.resolve_edit
    assert not client.configuration
    assert not client.document_changes
    assert not client.show_document
    assert not client.is_preferred


def test_eglot_1_9() -> None:
    client = recorded("eglot-1.9")
    assert client.document_changes
    assert client.configuration
    assert client.literals
    assert client.is_preferred
    assert not client.resolve_edit
    assert not client.work_done_progress


def test_ale_3_3() -> None:
    client = recorded("ale-3.3")
    assert client.literals
    assert not client.apply_edit
    assert not client.configuration


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-7", "utf-32"], "utf-32"),
        (["utf-7"], "utf-16"),
    ],
)
def test_the_first_known_encoding_is_taken(offered: list[str] | None, expected: str) -> None:
    general = {} if offered is None else {"positionEncodings": offered}
    assert encoding(params(capabilities={"general": general})) == expected


@pytest.mark.parametrize("given", [None, 5, [], {}, {"aw": None}, {"aw": 7}, {"aw": {"updates": "yes"}}])
def test_options_that_do_not_fit_are_none(given: Any) -> None:
    assert not options(params(initializationOptions=given)).updates


def test_newer_clients_may_say_more() -> None:
    assert options(params(initializationOptions={"aw": {"updates": True, "sparkle": 1}})).updates
