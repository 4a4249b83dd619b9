"""pygls' protocol as this server needs it: honest capabilities, errors without prose, every request answered.

What is overridden is named in `tests/server/lsp/test_pygls.py`, which fails if a newer pygls lacks it.
"""

import asyncio
import json
from collections.abc import Generator
from typing import Any

import cattrs
import msgspec
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from aw_server import protocol

INTERNAL = "internal error, see the log"

_Steps = Generator[Any, Any, Any]


class RequestFailed(JsonRpcException):
    """A request was understood and could not be done; `data.kind` says why."""

    CODE = types.LSPErrorCodes.RequestFailed.value


class AwProtocol(LanguageServerProtocol):
    """What pygls does, without its own copies of the documents and its words for failures."""

    @property
    def leaving(self) -> bool:
        """Whether `shutdown` was asked for."""
        return bool(self._shutdown)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> _Steps:
        """The capabilities, with those for which pygls' builder has no place."""
        result = yield from super().lsp_initialize(params)
        capabilities = result.capabilities
        capabilities.experimental = {
            "aw": {
                "protocol": protocol.VERSION,
                "methods": sorted(name for name in self.fm.features if name.startswith("aw/")),
            }
        }
        capabilities.notebook_document_sync = None
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> _Steps:
        """Ends the work first. pygls' own walks over requests that leave while it walks (its issue 606)."""
        self._shutdown = True
        yield self.fm.features[types.SHUTDOWN], args, None
        return None

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> _Steps:
        """Leaves the loop of messages; pygls' own ends the process in the middle of it."""
        yield self.fm.features[types.EXIT], args, None

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Steps:
        """Hands it on: a second copy of the text would only cost memory."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Steps:
        """Hands it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Steps:
        """Hands it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def _handle_cancel_notification(self, msg_id: int | str) -> None:
        """Cancels a request a moment later: one from the same write has begun by then, and answers."""
        asyncio.get_running_loop().call_soon(super()._handle_cancel_notification, msg_id)

    def receive(self, body: bytes | None) -> None:
        """Handles one message; None is what could not be one. What is wrong with a request is its answer."""
        try:
            message = json.loads(body or b"")
        except (ValueError, RecursionError):
            self.refuse(None, JsonRpcParseError("Not a message in JSON."))
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            self.refuse(None, JsonRpcInvalidRequest("Not a JSON-RPC 2.0 message."))
            return
        method, msg_id = message.get("method"), message.get("id")
        if "id" in message and (not isinstance(msg_id, int | str) or isinstance(msg_id, bool)):
            self.refuse(None, JsonRpcInvalidRequest("The id is neither a number nor a text."))
        elif isinstance(method, str):
            self._called(message, method, msg_id)
        elif "id" in message and "method" not in message:
            self._answered(message)
        else:
            self.refuse(msg_id, JsonRpcInvalidRequest("The method has no name."))

    def _called(self, message: dict[str, Any], method: str, msg_id: int | str | None) -> None:
        fault = self._untimely(method)
        if fault is None:
            try:
                self.handle_message(self.structure_message(message))
                return
            except JsonRpcException:  # pygls would never answer
                fault = JsonRpcInvalidParams(f"The parameters do not fit {method[:60]}.")
        if msg_id is not None:
            self.refuse(msg_id, fault)

    def _untimely(self, method: str) -> JsonRpcException | None:
        """What the protocol forbids at this moment."""
        if method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("The server is shutting down.")
        if self._workspace is None:
            expected = method == types.INITIALIZE
            return None if expected else JsonRpcServerNotInitialized("`initialize` comes first.")
        return JsonRpcInvalidRequest("Already initialized.") if method == types.INITIALIZE else None

    def _answered(self, message: dict[str, Any]) -> None:
        """Nobody may wait any more (pygls issue 621), and an answer that does not fit is a refusal."""
        awaited = self._request_futures.get(message["id"])
        if awaited is None or awaited.done():
            self._request_futures.pop(message["id"], None)
            self._result_types.pop(message["id"], None)
            return
        try:
            self.handle_message(self.structure_message(message))
        except JsonRpcException as error:
            self._handle_response(message["id"], None, error.to_response_error())

    def refuse(self, msg_id: int | str | None, error: JsonRpcException) -> None:
        """Answers a request with an error."""
        self._send_response(msg_id, None, error.to_response_error())

    def _send_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Sends an answer. Of a defect of ours it says only that: pygls would send the traceback."""
        if error is not None and error.code == JsonRpcInternalError.CODE:
            error = types.ResponseError(code=error.code, message=INTERNAL)
        super()._send_response(msg_id, result, error)

    def _serialize_message(self, data: Any) -> Any:
        """What JSON cannot hold by itself: our own structs beside those of LSP."""
        if isinstance(data, msgspec.Struct):
            return msgspec.to_builtins(data)
        return super()._serialize_message(data)


def converter() -> cattrs.Converter:
    """pygls' converter, but what LSP does not know stays as JSON has it: dicts with every key."""
    result: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    for kind in (JsonRPCRequestMessage, JsonRPCNotification, JsonRPCResponseMessage):
        result.register_structure_hook(kind, _as_it_is)
    return result


def _as_it_is(message: dict[str, Any], kind: type) -> Any:
    known = {name: message.get(name) for name in ("id", "method", "jsonrpc", "params", "result")}
    return kind(**{name: known[name] for name in kind.__annotations__})
