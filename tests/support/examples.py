"""Long tables of examples, which are kept as TOML in `tests/data/examples`."""

from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

FOLDER = Path(__file__).parents[1] / "data" / "examples"


def examples(name: str, shape: type[T]) -> T:
    """What `<name>.toml` holds.

    :raises msgspec.ValidationError: if it has another shape.
    """
    return msgspec.toml.decode((FOLDER / f"{name}.toml").read_bytes(), type=shape)


def tables(name: str) -> dict[str, list[tuple[str, ...]]]:
    """The tables of `<name>.toml`, whose rows are texts."""
    return examples(name, dict[str, list[tuple[str, ...]]])
