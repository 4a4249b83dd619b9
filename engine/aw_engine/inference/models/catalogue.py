"""The short list of models that can be fetched by a name."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

_OVERHEAD = 1.25  # memory of a loaded model over its file's size: the KV cache and working space


class Listed(Struct, frozen=True, forbid_unknown_fields=True):
    """A model of the list: `name` is what `pull` and `--model` take, `megabytes` about its file's size."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    repository: str
    file: str
    megabytes: int
    licence: str
    good_for: str

    @property
    def memory(self) -> int:
        """Megabytes of memory that it needs when loaded, about."""
        return int(round(_OVERHEAD * self.megabytes + 200, -2))


class _List(Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[Listed, ...]


@lru_cache(maxsize=1)
def catalogue() -> tuple[Listed, ...]:
    """The list, smallest first."""
    source = files(__package__).joinpath("catalogue.toml").read_bytes()
    return msgspec.toml.decode(source, type=_List).model


def listed(name: str) -> Listed | None:
    """The model of this name, if there is one."""
    return next((each for each in catalogue() if each.name == name), None)
