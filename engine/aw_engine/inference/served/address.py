"""What `http://127.0.0.1:8080#model` means, and whether that is this computer. The network is not used."""

import os
import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from aw_engine.errors import SettingsError
from aw_engine.inference import offline

KEY_VARIABLE: Final = "AW_SERVER_KEY"
"""The environment's variable that holds the key of a server that wants one."""

_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_OLLAMA: Final = "ollama:"
_OLLAMA_AT: Final = "http://127.0.0.1:11434"
_INTERFACE: Final = re.compile(r"(?:/v1)?(?:/(?:chat/)?completions|/models)?/*$")
_ANY: Final = ("0.0.0.0", "::")  # noqa: S104 - as servers print that they listen at every address
_MODELS_AT: Final = "huggingface.co"  # addresses there are files, or a mistake


class ServerAddress(Struct, frozen=True):
    """A model server: `base` is its address without a slash at its end, `model` one of its models.

    An empty `model` means the only one that it has.
    """

    base: str
    host: str
    model: str = ""

    @property
    def title(self) -> str:
        """What it is called before it was asked: `qwen3 on 127.0.0.1:8080`."""
        where = self.base.partition("://")[2]
        return f"{self.model} on {where}" if self.model else f"the model on {where}"

    @property
    def loopback(self) -> bool:
        """Whether the server is this computer."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def server_address(ref: str) -> ServerAddress | None:
    """The server that a model reference means, None if it means something else.

    It is `http://HOST:PORT`, with `#MODEL` where the server has several models, or `ollama:MODEL`. What an
    OpenAI client would be given (`…/v1`) is understood too.

    :raises SettingsError: if it can be no server's address, or holds a password.
    """
    if ref.lower().startswith(_OLLAMA):
        name = ref[len(_OLLAMA) :].strip("/")
        return ServerAddress(_OLLAMA_AT, "127.0.0.1", name)
    if not _WEB.match(ref):
        return None
    try:
        parts = urlsplit(ref)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError("That is no server's address. Write it as http://127.0.0.1:8080.") from None
    if parts.username is not None or parts.password is not None or parts.query:
        # Not quoted: it may hold a password.
        raise SettingsError(
            f"A server's address holds no name, password or query. Put its key into {KEY_VARIABLE}."
        )
    if parts.path.lower().endswith(".gguf") or host == _MODELS_AT:
        return None
    if not host:
        raise SettingsError("That is no server's address. Write it as http://127.0.0.1:8080.")
    if host in _ANY:
        host = "127.0.0.1"
    where = f"[{host}]" if ":" in host else host
    if port is not None:
        where = f"{where}:{port}"
    return ServerAddress(
        f"{parts.scheme.lower()}://{where}{_INTERFACE.sub('', parts.path)}", host, parts.fragment
    )


def permit(address: ServerAddress, hosts: Collection[str]) -> None:
    """Return if text may be sent to this server: this computer's always, another's if its host is in `hosts`.

    :raises SettingsError: if not; the sentence says how to allow it.
    """
    if address.loopback:
        return
    if os.environ.get(offline.VARIABLE) == "1":
        raise SettingsError(
            f"{address.host} is another computer, and the network is not used ({offline.VARIABLE} is set)."
        )
    if address.host not in {host.lower() for host in hosts}:
        raise SettingsError(
            f"{address.host} is another computer: your text would be sent there. To allow it, give "
            f"--allow-host {address.host}, or in an editor the setting aw.allowedHosts."
        )
