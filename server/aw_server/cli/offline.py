"""`--offline`: nothing is fetched, and a model that would have to be is refused.

A model server on this computer is no network: only what leaves the computer is refused.
"""

from aw_engine.domain.brief import BUILTIN
from aw_engine.errors import ModelMissing, SettingsError
from aw_engine.inference import offline
from aw_engine.inference.models.reference import hub_file, resolve
from aw_engine.inference.served.address import server_address


def enforce(*models: str | None) -> None:
    """Keep this process and its workers off the network from now on.

    :raises SettingsError: if one of the models is on a server.
    :raises ModelMissing: if one would have to be downloaded.
    """
    for ref in models:
        if ref is not None:
            _refuse(ref)
    offline.enforce()


def _refuse(ref: str) -> None:
    address = server_address(ref)
    if address is not None:
        if not address.loopback:
            raise SettingsError(
                f"{address.host} is another computer, which --offline forbids. Give a server on this one, "
                f"a .gguf file, or `{BUILTIN}`."
            )
        return
    try:
        resolve(ref)
    except ModelMissing as error:
        if hub_file(ref) is None:
            raise
        raise ModelMissing(
            f"{ref} is in none of the caches on this computer, and --offline forbids to fetch it. "
            f"Give a .gguf file, or `{BUILTIN}`."
        ) from error
