"""A process that cannot reach the network, so that `--offline` is enforced and not only promised."""

import os
import sys
from typing import Final

from aw_engine.errors import SettingsError

VARIABLE: Final = "AW_OFFLINE"
"""Set to 1 for processes that are to go offline as they start: the model's worker heeds it."""

_LOOKUPS: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_CONNECTIONS: Final = ("socket.connect", "socket.sendto", "socket.sendmsg")


def enforce() -> None:
    """Keep Python code in this process and in its workers from looking up names and reaching other computers.

    An attempt raises `SettingsError`. This cannot be undone.
    """
    os.environ[VARIABLE] = "1"
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    # Python's own event loop on Windows connects to itself through 127.0.0.1.
    lookup = event in _LOOKUPS and not _is_here(arguments[0])
    if lookup or (event in _CONNECTIONS and _is_elsewhere(arguments[1])):
        raise SettingsError("The network is not used: this run is --offline.")


def _is_here(name: object) -> bool:
    """Whether the name that is looked up is this computer's, as of a model server on it."""
    host = name[0] if isinstance(name, tuple) else name
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    return isinstance(host, str) and (host == "localhost" or host.startswith(("127.", "::1")))


def _is_elsewhere(address: object) -> bool:
    """Whether the address may be another computer's; this computer's are paths and loopback addresses."""
    if not isinstance(address, tuple):
        return False
    return not str(address[0]).startswith(("127.", "::1"))
