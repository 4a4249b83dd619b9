"""Models for the length of one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from aw_server.runs.backends import OpenBackends


@asynccontextmanager
async def opened() -> AsyncIterator[OpenBackends]:
    """Back ends whose workers have all ended after the block, also after an interrupted one."""
    backends = OpenBackends()
    try:
        yield backends
    finally:
        with anyio.CancelScope(shield=True):
            await backends.aclose()
