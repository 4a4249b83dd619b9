"""Looks for model servers on this computer, at the ports where they usually are."""

import asyncio
from typing import Final

from msgspec import Struct

from aw_engine.errors import AwError, ModelMissing
from aw_engine.inference.served.address import server_address
from aw_engine.inference.served.connection import Connection, Patience
from aw_engine.inference.served.discovery import discover

PORTS: Final[dict[int, str]] = {
    8080: "llama-server",
    11434: "Ollama",
    1234: "LM Studio",
    8000: "vLLM",
    5001: "KoboldCpp",
}
"""The port of each kind of server unless it was told another."""

_GLANCE: Final = Patience(silent=3.0, refused=0.0, busy=0.0)


class FoundServer(Struct, frozen=True):
    """A server that answers: `model` is what it has, and empty where `says` tells what stands in the way."""

    address: str
    kind: str
    model: str = ""
    says: str = ""


async def look(ports: dict[int, str] = PORTS) -> list[FoundServer]:
    """The model servers that answer at these ports of this computer, in their order. No key is sent."""
    found = await asyncio.gather(*(_at(port, usual) for port, usual in ports.items()))
    return [each for each in found if each is not None]


async def _at(port: int, usual: str) -> FoundServer | None:
    base = f"http://127.0.0.1:{port}"
    if not await _listens(port):
        return None
    address = server_address(base)
    if address is None:
        return None
    connection = Connection(address, _GLANCE)
    try:
        served = await discover(connection)
    except ModelMissing as error:  # several, or none yet
        return FoundServer(base, usual, says=str(error))
    except AwError as error:
        return FoundServer(base, f"something, {usual} perhaps", says=str(error))
    finally:
        await connection.aclose()
    return FoundServer(base, served.kind, served.name)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 1.0)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
