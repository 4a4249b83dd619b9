"""pygls' protocol as this server needs it: honest capabilities, errors without prose, every request answered.

What is overridden is named in `tests/server/lsp/test_pygls.py`, which fails if a newer pygls lacks it.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import Future, InvalidStateError
from typing import Any, Literal

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

    def __init__(self, server: Any, converter: cattrs.Converter) -> None:
        self._phase: Literal["new", "initialized", "leaving"] = "new"
        self._asked: set[int | str] = set()  # ids of our requests that are not answered yet
        super().__init__(server, converter)  # reads every property

    @property
    def leaving(self) -> bool:
        """Whether `shutdown` was asked for."""
        return self._phase == "leaving"

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> _Steps:
        """Answer with the capabilities, also those for which pygls' builder has no place."""
        self._phase = "initialized"
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
        """End the work first. pygls' own walks over requests that leave while it walks (its issue 606)."""
        self._phase = "leaving"
        yield self.fm.features[types.SHUTDOWN], args, None
        return None

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> _Steps:
        """Leave the loop of messages; pygls' own ends the process in the middle of it."""
        yield self.fm.features[types.EXIT], args, None

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Steps:
        """Hand it on without pygls' own copy of the text, which would only cost memory."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Steps:
        """Hand it on, as `didOpen`."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Steps:
        """Hand it on, as `didOpen`."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def send_request(
        self,
        method: str,
        params: Any = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: int | str | None = None,
    ) -> Future[Any]:
        """Send a request, and note its id: pygls keeps our requests and the client's in one place."""
        asked = str(uuid.uuid4()) if msg_id is None else msg_id
        self._asked.add(asked)
        return super().send_request(method, params, callback, asked)

    def receive(self, body: bytes | None) -> None:
        """Handle one message; None is what could not be one. What is wrong with a request is its answer."""
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
                called = self.structure_message(message)
                if method == types.CANCEL_REQUEST:
                    # A moment later: a request from the same write has begun by then, and answers.
                    asyncio.get_running_loop().call_soon(self.handle_message, called)
                else:
                    self.handle_message(called)
                return
            except JsonRpcException:  # pygls would never answer
                fault = JsonRpcInvalidParams(f"The parameters do not fit {method[:60]}.")
        if msg_id is not None:
            self.refuse(msg_id, fault)

    def _untimely(self, method: str) -> JsonRpcException | None:
        """What the protocol forbids at this moment."""
        if method == types.EXIT:
            return None
        if self.leaving:
            return JsonRpcInvalidRequest("The server is shutting down.")
        if self._phase == "new":
            expected = method == types.INITIALIZE
            return None if expected else JsonRpcServerNotInitialized("`initialize` comes first.")
        return JsonRpcInvalidRequest("Already initialized.") if method == types.INITIALIZE else None

    def _answered(self, message: dict[str, Any]) -> None:
        """Hand an answer to who waits for it; one that does not fit is a refusal."""
        msg_id = message["id"]
        if msg_id not in self._asked:
            return
        self._asked.discard(msg_id)
        with contextlib.suppress(InvalidStateError):  # nobody waits any more (pygls issue 621)
            try:
                answer = self.structure_message(message)
            except JsonRpcException as error:
                answer = types.ResponseErrorMessage(id=msg_id, error=error.to_response_error())
            self.handle_message(answer)

    def refuse(self, msg_id: int | str | None, error: JsonRpcException) -> None:
        """Answer a request with an error."""
        self._send_response(msg_id, None, error.to_response_error())

    def _send_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Send an answer. Of a defect of ours it says only that: pygls would send the traceback."""
        if error is not None and error.code == JsonRpcInternalError.CODE:
            error = types.ResponseError(code=error.code, message=INTERNAL)
        super()._send_response(msg_id, result, error)


def converter() -> cattrs.Converter:
    """pygls' converter that knows our own structs; what LSP does not know stays a dict with every key."""
    result: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    for kind in (JsonRPCRequestMessage, JsonRPCNotification, JsonRPCResponseMessage):
        result.register_structure_hook(kind, _as_it_is)
    result.register_unstructure_hook(msgspec.Struct, msgspec.to_builtins)
    return result


def _as_it_is(message: dict[str, Any], kind: type) -> Any:
    known = {name: message.get(name) for name in ("id", "method", "jsonrpc", "params", "result")}
    return kind(**{name: known[name] for name in kind.__annotations__})
