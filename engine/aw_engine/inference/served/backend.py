"""`ServerBackend`: a model that a server runs already, on this computer or where the writer allows it."""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from aw_engine.errors import BackendError, SettingsError
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Completion,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)
from aw_engine.inference.served.address import permit, server_address
from aw_engine.inference.served.chat_server import chat_server
from aw_engine.inference.served.connection import PATIENCE, Broken, Connection, Patience, broken, key_for
from aw_engine.inference.served.discovery import Served, discover
from aw_engine.inference.served.interface import Interface, Written, telling
from aw_engine.inference.served.llama_server import llama_server
from aw_engine.inference.served.remembered import remember
from aw_engine.inference.sizes import CONTEXT_LIMIT

_ASKED_AGAIN: Final = 300.0  # seconds without a request after which a server may have another model

_TRIES: Final = 3

_T = TypeVar("_T")
_A = TypeVar("_A")


class ServerBackend:
    """A `Backend` on a server, found out by asking when it is first needed. For one event loop.

    `hosts` are other computers to which text may be sent. As many requests are sent at once as the server
    works at. Giving up closes the connection, which ends the work on the server.
    """

    def __init__(
        self,
        ref: str,
        *,
        hosts: Collection[str] = (),
        context: int = CONTEXT_LIMIT,
        patience: Patience = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """:raises SettingsError: if `ref` is no server, or one that text may not be sent to."""
        address = server_address(ref)
        if address is None:
            raise SettingsError(f"{ref} is no server's address. Write it as http://127.0.0.1:8080.")
        permit(address, hosts)
        self._ref = ref
        self._address = address
        self._context = context
        self._patience = patience
        self._clock = clock
        self._used = -_ASKED_AGAIN
        self._finding = anyio.Lock()
        self._connection: Connection | None = None
        self._found: tuple[ModelInfo, Interface, anyio.CapacityLimiter] | None = None

    async def info(self) -> ModelInfo:
        """The model that the server has."""
        return (await self._ready())[0]

    async def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions, each as it finishes. Leaving the iteration ends the others."""
        if not requests:
            return
        _, interface, slots = await self._ready()

        async def one(index: int, request: Generation) -> Completion:
            found = await self._written(request, interface, slots, telling(index, written))
            return Completion(
                index=index,
                text=found.text,
                finish=found.finish,
                tokens=found.tokens,
                prompt_tokens=found.prompt_tokens,
            )

        # Tasks, not a task group: a generator may be closed in another task, where no scope can be left.
        tasks = [asyncio.create_task(one(index, request)) for index, request in enumerate(requests)]
        try:
            for finished in asyncio.as_completed(tasks):
                yield await finished
        finally:
            await _ended(tasks)
            self._used = self._clock()

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        _, interface, slots = await self._ready()
        return await self._all(interface.choose, requests, slots)

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Nothing: no server tells how likely a text is.

        :raises BackendError: if anything is asked.
        """
        if requests:
            raise BackendError("A server does not tell how likely a text is; choose a model file for that.")
        return []

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, estimated where the server does not count."""
        _, interface, slots = await self._ready()
        return await self._all(interface.count, texts, slots)

    async def aclose(self) -> None:
        """Close the connections; the server goes on."""
        connection, self._connection, self._found = self._connection, None, None
        if connection is not None:
            await connection.aclose()

    async def _written(
        self,
        request: Generation,
        interface: Interface,
        slots: anyio.CapacityLimiter,
        told: Callable[[str], None],
    ) -> Written:
        """What the model wrote. A server that breaks answers off is given one request at a time from then on:
        some can work at one only, and drop it for the next.
        """
        for _ in range(_TRIES):
            async with slots:
                try:
                    return await interface.write(request, told)
                except Broken:
                    slots.total_tokens = 1
        raise broken(self._address)

    async def _all(
        self, ask: Callable[[_T], Awaitable[_A]], requests: Sequence[_T], slots: anyio.CapacityLimiter
    ) -> list[_A]:
        async def one(request: _T) -> _A:
            async with slots:
                return await ask(request)

        tasks = [asyncio.create_task(one(request)) for request in requests]
        try:
            return [await task for task in tasks]
        finally:
            await _ended(tasks)
            self._used = self._clock()

    async def _ready(self) -> tuple[ModelInfo, Interface, anyio.CapacityLimiter]:
        async with self._finding:
            fresh = self._clock() - self._used < _ASKED_AGAIN
            if self._found is None or not fresh:
                self._found = await self._discovered()
            self._used = self._clock()
            return self._found

    async def _discovered(self) -> tuple[ModelInfo, Interface, anyio.CapacityLimiter]:
        if self._connection is None:
            self._connection = Connection(self._address, self._patience, key_for(self._address))
        connection = self._connection
        served = await discover(connection)
        interface: Interface | None = await llama_server(connection, served)
        if interface is None:
            interface = await chat_server(connection, served)
        info = self._described(served, interface, min(served.context, self._context))
        await anyio.to_thread.run_sync(remember, info)
        return info, interface, anyio.CapacityLimiter(served.at_once)

    def _described(self, served: Served, interface: Interface, limit: int) -> ModelInfo:
        named = "\n".join((self._address.base, served.kind, served.name, *served.marks))
        return ModelInfo(
            ref=self._ref,
            name=re.split(r"[/\\]", served.name)[-1][:200],  # llama-server calls a model by its file's path
            digest=hashlib.sha256(named.encode()).hexdigest(),
            context=limit,
            dialect="chat",
            capabilities=interface.capabilities,
            settings={"server": served.kind, "atOnce": served.at_once},
            host="" if self._address.loopback else self._address.host,
        )


async def _ended(tasks: Sequence["asyncio.Task[_A]"]) -> None:
    """Cancel what still works, and wait until its connections are closed."""
    for task in tasks:
        task.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.gather(*tasks, return_exceptions=True)
