"""Talks to a model server: requests with retries, bounded answers, streams that are closed when given up.

What a server answers is checked and never quoted: it may repeat the writer's text, or the key.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, TypeVar

import httpx2
import msgspec
from msgspec import Struct

from aw_engine.errors import AwError, BackendError, PassageError, ServerFailed
from aw_engine.inference.served.address import KEY_VARIABLE, ServerAddress

_T = TypeVar("_T")

ANSWER_BYTES: Final = 8_000_000
"""The longest answer that is read as a whole; lists of models and templates are far shorter."""
_EVENT_BYTES: Final = 1_000_000
_CONNECT_SECONDS: Final = 5.0
_SILENT_SECONDS: Final = 180.0
"""The longest that a server may be silent: a slow computer reads a long prompt for a minute, and other
requests may come first."""
_REFUSED_SECONDS: Final = 4.0  # a server that was just started does not listen yet
_BUSY_SECONDS: Final = 120.0  # it loads its model, or has too much to do
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0
_TIMES: Final = 2  # how often an answer is begun that breaks off
_KEYRING_SERVICE: Final = "aw-server"
_PLAIN_CODE: Final = re.compile(r"[a-z_]{3,40}")


class Patience(Struct, frozen=True):
    """Seconds: how long a server may be silent, refuse connections, and be busy, before it is given up."""

    silent: float = _SILENT_SECONDS
    refused: float = _REFUSED_SECONDS
    busy: float = _BUSY_SECONDS


PATIENCE: Final = Patience()


class Reply(Struct, frozen=True):
    """An answer that was read as a whole."""

    status: int
    body: bytes


class _Fault(Struct):
    code: str | int | None = None
    type: str | None = None


class _Faulty(Struct):
    error: _Fault


class Connection:
    """A connection to one server, for one event loop; close it with `aclose`.

    Requests are sent again while the server refuses connections or is busy. No redirect is followed, and of
    this computer's servers no proxy is asked.
    """

    def __init__(
        self,
        address: ServerAddress,
        patience: Patience = PATIENCE,
        key: str | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.address: Final = address
        self._patience = patience
        self._sleep = sleep
        self._client = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx2.Limits(max_connections=None),
            follow_redirects=False,
            trust_env=not address.loopback,
            # Without TLS there is nothing to verify, and reading the certificates takes a third of a second.
            verify=address.base.startswith("https:"),
        )

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def ask(self, method: str, path: str, body: object = None) -> Reply:
        """The answer, whatever its status, once the server is no longer busy.

        An answer that breaks off is asked for once more.

        :raises ServerFailed: if it cannot be reached, stays busy, is silent for too long, or breaks off.
        :raises BackendError: if the answer is too long.
        """
        for _ in range(_TIMES):
            with suppress(Broken):
                async with self._answered(method, path, body) as response:
                    return Reply(response.status_code, await self._whole(response))
        raise broken(self.address)

    async def get(self, path: str, kind: type[_T]) -> _T | None:
        """What the server says at this place, None where it says nothing of this kind."""
        reply = await self.ask("GET", path)
        if reply.status in (401, 403):
            raise self.refused(reply)
        return decoded(reply.body, kind) if reply.status == 200 else None

    async def post(self, path: str, body: object, kind: type[_T]) -> _T:
        """The answer to a request.

        :raises ServerFailed: if the server refuses it.
        :raises BackendError: if the answer is of another kind.
        """
        reply = await self.ask("POST", path, body)
        if reply.status != 200:
            raise self.refused(reply)
        found = decoded(reply.body, kind)
        if found is None:
            raise self.malformed()
        return found

    async def stream(self, path: str, body: object, hear: Callable[[bytes], bool]) -> None:
        """Tell `hear` each event of the answer, until it says that it has heard enough, or that was all.

        The connection is closed at once when it has heard enough, and when the caller is cancelled. A server
        that answers in one piece is heard as one event.

        :raises Broken: if the answer broke off.
        :raises ServerFailed: if the server refuses, or is silent for too long.
        :raises BackendError: if the answer is none.
        """
        async with self._answered("POST", path, body) as response:
            if response.status_code != 200:
                raise self.refused(Reply(response.status_code, await self._whole(response)))
            if response.headers.get("content-type", "").startswith("application/json"):
                hear(await self._whole(response))
                return
            events = aiter(httpx2.EventSource(response, max_event_size=_EVENT_BYTES))
            while True:
                try:
                    event = await self._in_time(anext(events))
                except StopAsyncIteration:
                    return
                except httpx2.SSEError:
                    raise self.malformed() from None
                except httpx2.HTTPError:
                    raise Broken from None
                if event.data and hear(event.data.encode()):
                    return

    def unusable(self, event: bytes) -> AwError:
        """The error about an event that says what went wrong, or nothing that can be read."""
        told = decoded(event, _Faulty) is not None
        return self.refused(Reply(500, event)) if told else self.malformed()

    def malformed(self) -> BackendError:
        """The error about an answer that is not of the interface."""
        return BackendError(
            f"What runs at {self.address.base} answers, but not as a model server does. "
            "See what it is, or choose another model."
        )

    def refused(self, reply: Reply) -> ServerFailed | PassageError:
        """The error about an answer that says no."""
        base, status = self.address.base, reply.status
        if 300 <= status < 400:
            return ServerFailed(
                f"{base} sends its callers elsewhere, where your text does not follow. "
                "Give the address that it leads to."
            )
        if status in (401, 403):
            return ServerFailed(
                f"The server at {base} wants a key, or another one. Put it into {KEY_VARIABLE}."
            )
        code = _code(reply.body)
        if "context" in code:
            return PassageError(
                "tooLong", "This is more than the server's model reads at once. Choose a shorter passage."
            )
        if status == 404:
            wanted = f"no model {self.address.model}" if self.address.model else "nothing at this place"
            return ServerFailed(
                f"The server at {base} says that it has {wanted}. "
                f"See which models it lists: {base}/v1/models."
            )
        said = f"{status}, {code}" if code else str(status)
        return ServerFailed(f"The server at {base} refuses the request ({said}). See what it says.")

    @asynccontextmanager
    async def _answered(self, method: str, path: str, body: object) -> AsyncIterator[httpx2.Response]:
        """The answer, its body not read yet, once the server neither refuses connections nor is busy."""
        began, pause = time.monotonic(), _FIRST_PAUSE
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Accept-Encoding": "identity"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        while True:
            asked = self._client.build_request(
                method, self.address.base + path, content=content, headers=headers
            )
            waited = time.monotonic() - began
            wish = 0.0
            try:
                response = await self._in_time(self._client.send(asked, stream=True))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if waited > self._patience.refused:
                    raise self._unreachable() from None
            except httpx2.HTTPError:  # it went away before it answered
                if waited > self._patience.refused:
                    raise self._unreachable() from None
            else:
                try:
                    if response.status_code not in (429, 503) or waited > self._patience.busy:
                        if response.status_code in (429, 503):
                            raise self._busy(response.status_code)
                        yield response
                        return
                    wish = _seconds(response.headers.get("retry-after", ""))
                finally:
                    await response.aclose()
            await self._sleep(max(pause, wish))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _whole(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        parts = aiter(response.aiter_bytes())
        while True:
            try:
                body += await self._in_time(anext(parts))
            except StopAsyncIteration:
                return bytes(body)
            except httpx2.HTTPError:
                raise Broken from None
            if len(body) > ANSWER_BYTES:
                raise self.malformed()

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._patience.silent):
                return await work
        except TimeoutError:
            raise ServerFailed(
                f"The server at {self.address.base} has said nothing for {self._patience.silent:g} seconds. "
                "Does it work at something else, or is the model too large for its computer?"
            ) from None

    def _unreachable(self) -> ServerFailed:
        return ServerFailed(
            f"Nothing answers at {self.address.base}. Start the model server, or correct the address; "
            "`aw-server doctor --servers` looks for servers on this computer."
        )

    def _busy(self, status: int) -> ServerFailed:
        return ServerFailed(
            f"The server at {self.address.base} has been loading or busy for {self._patience.busy:g} seconds "
            f"({status}). Try again when it is ready."
        )


class Broken(Exception):
    """An answer broke off."""


def broken(address: ServerAddress) -> ServerFailed:
    """The error about a server that breaks its answers off again and again."""
    return ServerFailed(
        f"The server at {address.base} breaks its answers off. See what it says; it may have run out of "
        "memory."
    )


def decoded(body: bytes, kind: type[_T]) -> _T | None:
    """The JSON value, None if it is none of this kind."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def key_for(address: ServerAddress) -> str | None:
    """The key for this server, from the environment, or from the keyring if the package is there."""
    if key := os.environ.get(KEY_VARIABLE, "").strip():
        return key
    if find_spec("keyring") is None:
        return None
    keyring: Any = import_module("keyring")
    try:
        found = keyring.get_password(_KEYRING_SERVICE, address.base)
    except keyring.errors.KeyringError:
        return None
    return str(found) if found else None


def _code(body: bytes) -> str:
    """The server's word for what is wrong, if it is a plain one."""
    found = decoded(body, _Faulty)
    words = (found.error.type, found.error.code) if found is not None else ()
    return next((word for word in words if isinstance(word, str) and _PLAIN_CODE.fullmatch(word)), "")


def _seconds(wish: str) -> float:
    """The pause that a server asks for, at most half a minute."""
    return min(30.0, float(wish)) if wish.isdecimal() else 0.0
