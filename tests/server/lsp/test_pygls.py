"""What this server overrides in pygls is still there, and of pygls' private names it uses one."""

import inspect
import re

import pytest
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from aw_server import rpc
from aw_server.app import create_server
from aw_server.rpc import AwProtocol, converter

OVERRIDDEN = (
    "send_request",
    "_send_response",
    *(name for name in vars(AwProtocol) if name.startswith("lsp_")),
)


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_what_is_overridden_exists_with_the_same_parameters(name: str) -> None:
    theirs = inspect.signature(getattr(LanguageServerProtocol, name))
    ours = inspect.signature(vars(AwProtocol)[name])
    assert list(ours.parameters) == list(theirs.parameters)


def test_the_methods_are_registered_for_the_same_messages() -> None:
    for name in vars(AwProtocol):
        if name.startswith("lsp_"):
            assert getattr(AwProtocol, name).method_name == getattr(LanguageServerProtocol, name).method_name


def test_nothing_else_of_ours_stands_in_the_way_of_pygls() -> None:
    plain = LanguageServer("plain", "1").protocol
    theirs = {*dir(plain)}
    ours = {name for name in vars(AwProtocol) if not name.startswith("__")}
    assert ours & theirs == {*OVERRIDDEN}
    assert not theirs & (vars(create_server().protocol).keys() - vars(plain).keys())


def test_of_pygls_private_names_one_is_used() -> None:
    theirs = {*dir(LanguageServer("plain", "1").protocol)}
    used = set(re.findall(r"(?:self|super\(\))\.(_[a-z]\w*)", inspect.getsource(rpc)))
    assert used & theirs == {"_send_response"}


def test_pygls_knows_no_methods_that_a_client_could_reach_without_us() -> None:
    server = create_server()
    notebooks = {name for name in server.protocol.fm.builtin_features if name.startswith("notebookDocument/")}
    others = set(server.protocol.fm.builtin_features) - notebooks
    assert others <= {
        types.INITIALIZE,
        types.INITIALIZED,
        types.SHUTDOWN,
        types.EXIT,
        types.SET_TRACE,
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CHANGE,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        types.WORKSPACE_EXECUTE_COMMAND,
        types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
    }


@pytest.mark.parametrize("key", ["from", "type_name", "class", "_private"])
def test_parameters_of_our_own_methods_keep_every_key(key: str) -> None:
    message = {"jsonrpc": "2.0", "method": "aw/x", "params": {key: {key: 1}}}
    mend = converter()
    assert mend.structure(dict(message), JsonRPCNotification).params == {key: {key: 1}}
    assert mend.structure({**message, "id": 1}, JsonRPCRequestMessage).params == {key: {key: 1}}
    answer = {"jsonrpc": "2.0", "id": 1, "result": {key: 1}}
    assert mend.structure(answer, JsonRPCResponseMessage).result == {key: 1}
