"""What this server overrides in pygls, or reaches into, is still there."""

import inspect

import pytest
from lsprotocol import types
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from aw_server.app import create_server
from aw_server.rpc import AwProtocol, converter


@pytest.mark.parametrize("name", [name for name in vars(AwProtocol) if name.startswith(("lsp_", "_s"))])
def test_what_is_overridden_exists_with_the_same_parameters(name: str) -> None:
    theirs = inspect.signature(getattr(LanguageServerProtocol, name))
    ours = inspect.signature(getattr(AwProtocol, name))
    assert list(ours.parameters) == list(theirs.parameters)


def test_the_methods_are_registered_for_the_same_messages() -> None:
    for name in vars(AwProtocol):
        if name.startswith("lsp_"):
            assert getattr(AwProtocol, name).method_name == getattr(LanguageServerProtocol, name).method_name


def test_what_is_reached_into_exists() -> None:
    protocol = create_server().protocol
    assert protocol._request_futures == {}
    assert protocol._result_types == {}
    assert protocol._shutdown is False
    assert protocol._workspace is None
    assert callable(protocol._handle_response)


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
