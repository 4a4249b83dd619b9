"""`--offline`: nothing is fetched, and a model that would have to be is refused."""

import re

from aw_engine.domain.brief import BUILTIN
from aw_engine.errors import ModelMissing, SettingsError
from aw_engine.inference import offline
from aw_engine.inference.models.reference import hub_file, resolve

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|ollama:", re.IGNORECASE)


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
    if _ADDRESS.match(ref) and hub_file(ref) is None:
        raise SettingsError(
            f"{ref} is on the network, which --offline forbids. Give a .gguf file, or `{BUILTIN}`."
        )
    try:
        resolve(ref)
    except ModelMissing as error:
        if hub_file(ref) is None:
            raise
        raise ModelMissing(
            f"{ref} is in none of the caches on this computer, and --offline forbids to fetch it. "
            f"Give a .gguf file, or `{BUILTIN}`."
        ) from error
