"""Where a client's request or command becomes a typed call: parameters decoded strictly, failures in the
protocol's words."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from pygls.exceptions import JsonRpcInvalidParams

from aw_server.jobs.refusal import UnknownCandidate, UnknownJob
from aw_server.rpc import RequestFailed

if TYPE_CHECKING:
    from aw_server.server import AwServer

P = TypeVar("P", bound=msgspec.Struct)
Handler = Callable[["AwServer", P], Any]


def request(server: "AwServer", method: str, kind: type[P], handler: Handler[P]) -> None:
    """Let the handler, plain or a coroutine, answer `method`; what it returns may be a struct.

    `UnknownJob` and `UnknownCandidate` out of it become the error RequestFailed with `data.kind`.
    """

    def decoded(params: object) -> P:
        return decode(params, kind)

    server.feature(method)(_answering(handler, decoded))


def command(server: "AwServer", name: str, kind: type[P], handler: Handler[P]) -> None:
    """Let the handler run the command `name`, whose only argument is an object, or absent.

    pygls never answers a command whose coroutine is cancelled: commands answer at once.
    """

    def decoded(*arguments: object) -> P:
        if len(arguments) > 1:
            raise JsonRpcInvalidParams(f"Expected one argument, an object; got {len(arguments)}.")
        return decode(arguments[0] if arguments else None, kind)

    server.command(name)(_answering(handler, decoded))


def decode(params: object, kind: type[P]) -> P:
    """`params` as `kind`; absent ones are an empty object.

    :raises JsonRpcInvalidParams: with what was expected where, never with a value.
    """
    try:
        return msgspec.convert({} if params is None else params, kind)
    except msgspec.ValidationError as error:
        raise JsonRpcInvalidParams(_without_values(error)) from None


def _answering(handler: Handler[P], decoded: Callable[..., P]) -> Callable[..., Any]:
    """The handler as pygls calls it: with any number of arguments, which pygls counts by the signature."""
    if inspect.iscoroutinefunction(handler):

        async def later(ls: Any, *arguments: object) -> Any:
            with _failures():
                return await handler(ls, decoded(*arguments))

        return later

    def at_once(ls: Any, *arguments: object) -> Any:
        with _failures():
            return handler(ls, decoded(*arguments))

    return at_once


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except UnknownJob as error:
        raise RequestFailed(str(error), data={"kind": "unknownJob"}) from None
    except UnknownCandidate as error:
        raise RequestFailed(str(error), data={"kind": "unknownCandidate"}) from None


def _without_values(error: msgspec.ValidationError) -> str:
    """msgspec names the path and what was expected; of values it quotes only those of enumerations."""
    text = str(error)
    if text.startswith("Invalid enum value"):
        _, _, path = text.partition(" - at ")
        return f"Invalid value - at {path}" if path else "Invalid value"
    return text
