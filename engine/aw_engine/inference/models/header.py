"""A GGUF file's header, read with limits before the native library sees the file.

The library aborts, or allocates without limit, on some damaged headers, and gives most of them the same
message; here each has its own. Format: GGUF version 2 and 3, little endian.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.errors import ModelDamaged, ModelMissing, ModelUnsupported
from aw_engine.inference.dialects.dialect import Value

_MAX_KEYS: Final = 4096
_MAX_TENSORS: Final = 65536
_MAX_STRING: Final = 16 << 20
_MAX_ARRAY: Final = 16 << 20
_MAX_NAME: Final = 1024

_STRING, _ARRAY = 8, 9
_SCALARS: Final = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")

# Numbers in a block and bytes of a block, by ggml_type; of others only the start is checked.
_BLOCKS: Final = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip

_EMBEDDERS: Final = frozenset(
    {"bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2", "jina-bert-v3",
     "eurobert", "gemma-embedding", "t5encoder"}
)  # fmt: skip
_REINSTALL: Final = "Get the file anew."


class Tensor(Struct, frozen=True):
    """Where a tensor's bytes stand in the file; `kind` is its ggml_type, `shape` begins with what is stored
    next to each other."""

    shape: tuple[int, ...]
    kind: int
    start: int
    length: int


class Header(Struct, frozen=True):
    """What a header says: scalar values by key, the tensors by name, and bytes of the file.

    `lengths` are the lengths of the header's arrays by key; their contents are not kept.
    """

    values: Mapping[str, Value]
    lengths: Mapping[str, int]
    tensors: Mapping[str, Tensor]
    size: int

    @property
    def architecture(self) -> str:
        """`general.architecture`, "" if the file does not say."""
        return str(self.values.get("general.architecture", ""))

    def number(self, key: str, default: int = 0) -> int:
        """An integer under the architecture's own prefix, such as `block_count`."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        return int(value) if isinstance(value, int | float) and math.isfinite(value) else default


def read_header(path: Path) -> Header:
    """The header of a model that can write or judge; every tensor's extent lies inside the file.

    :raises ModelMissing: if there is no such file.
    :raises ModelDamaged: if it is empty, cut, altered, no regular file, a web page or no GGUF at all.
    :raises ModelUnsupported: if it is an embedding model, a vision projector, or only a vocabulary.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # to open a pipe would wait for its writer
        raise ModelDamaged(f"{path} is no file but a pipe or a device. Choose a .gguf file.")
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size == 0:
                raise ModelDamaged(f"Model file {path.name} is empty. {_REINSTALL}")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                header = _Reader(data, path.name).header()
    except FileNotFoundError:
        raise ModelMissing(f"Model not found: {path}. Choose another model.") from None
    except IsADirectoryError:
        raise ModelDamaged(f"{path} is a directory, not a model file. Choose a .gguf file.") from None
    except PermissionError:
        if path.is_dir():  # Windows says so
            raise ModelDamaged(f"{path} is a directory, not a model file. Choose a .gguf file.") from None
        raise ModelMissing(
            f"Model {path} cannot be opened: permission denied. Change its permissions."
        ) from None
    _refuse_wrong_kind(header)
    return header


def _refuse_wrong_kind(header: Header) -> None:
    kind = header.values.get("general.type", "model")
    name = header.architecture
    if not name:
        raise ModelDamaged(f"The model file does not name its architecture. {_REINSTALL}")
    if name == "clip" or kind == "mmproj":
        raise ModelUnsupported(
            "This is a vision projector (mmproj); it cannot write. Choose a language model."
        )
    if kind == "adapter":
        raise ModelUnsupported("This is an adapter (LoRA), not a whole model. Choose a language model.")
    if name in _EMBEDDERS or header.number("pooling_type") > 0:
        raise ModelUnsupported("This is an embedding model; it cannot write. Choose a language model.")
    if not header.tensors:
        raise ModelUnsupported("This file holds a vocabulary only; it cannot write. Choose a language model.")
    if "tokenizer.ggml.tokens" not in header.lengths:
        raise ModelUnsupported("This file holds no vocabulary; it cannot write. Choose a language model.")


class _Reader:
    """A reader of the header's fields in their order; every step checks that it stays inside the file."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self._data = data
        self._name = name
        self._place = 0

    def header(self) -> Header:
        start = self._data[:256]
        if start[:4] != b"GGUF":
            raise ModelDamaged(self._wrong_start(start))
        self._place = 4
        version = self._count(_U32, 1 << 32, "version")
        if version not in (2, 3):
            raise ModelDamaged(f"Model file {self._name} is damaged: version {version}. {_REINSTALL}")
        tensors = self._count(_U64, _MAX_TENSORS, "number of tensors")
        keys = self._count(_U64, _MAX_KEYS, "number of keys")
        values: dict[str, Value] = {}
        lengths: dict[str, int] = {}
        for _ in range(keys):
            key = self._string(_MAX_NAME)
            kind = self._count(_U32, 1 << 32, "type")
            if kind == _ARRAY:
                lengths[key] = self._skip_array(key)
            else:
                values[key] = self._value(kind, key)
        extents = self._tensors(tensors, values.get("general.alignment", 32))
        return Header(values, lengths, extents, len(self._data))

    def _tensors(self, count: int, alignment: Value) -> dict[str, Tensor]:
        extents = dict(self._tensor() for _ in range(count))
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
            raise self._damaged("general.alignment")
        start = -(-self._place // alignment) * alignment
        for name, tensor in extents.items():
            if start + tensor.start + tensor.length > len(self._data):
                raise ModelDamaged(
                    f"Model file is damaged: \"tensor '{name}' data is not within the file bounds\". "
                    f"It is probably an unfinished download. {_REINSTALL}"
                )
        return {name: replace(tensor, start=start + tensor.start) for name, tensor in extents.items()}

    def _tensor(self) -> tuple[str, Tensor]:
        """A tensor's name, and where it stands behind the start of all tensors."""
        name = self._string(_MAX_NAME)
        shape = tuple(self._count(_U64, 1 << 40, name) for _ in range(self._count(_U32, 4, name)))
        kind = self._count(_U32, 1 << 16, name)
        offset = self._count(_U64, 1 << 62, name)
        numbers, size = _BLOCKS.get(kind, (1, 0))
        return name, Tensor(shape, kind, offset, math.prod(shape) // numbers * size)

    def _value(self, kind: int, key: str) -> Value:
        if kind == _STRING:
            return self._string(_MAX_STRING)
        scalar = _SCALARS.get(kind)
        if scalar is None:
            raise self._damaged(key)
        place = self._advance(scalar.size)
        (value,) = scalar.unpack_from(self._data, place)
        return value  # type: ignore[no-any-return]

    def _skip_array(self, key: str) -> int:
        kind = self._count(_U32, 1 << 32, key)
        length = self._count(_U64, _MAX_ARRAY, key)
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            self._advance(scalar.size * length)
        elif kind == _STRING:
            self._skip_strings(length)
        else:
            raise self._damaged(key)
        return length

    def _skip_strings(self, count: int) -> None:
        # A vocabulary has 150,000 of them: no method calls, no objects.
        data, place, end, unpack = self._data, self._place, len(self._data) - 8, _U64.unpack_from
        for _ in range(count):
            if place > end:
                raise self._cut()
            place += 8 + unpack(data, place)[0]
        self._place = place
        self._advance(0)

    def _string(self, limit: int) -> str:
        length = self._count(_U64, limit, "length of a string")
        place = self._advance(length)
        return self._data[place : place + length].decode(errors="replace")

    def _count(self, form: struct.Struct, limit: int, what: str) -> int:
        place = self._advance(form.size)
        (value,) = form.unpack_from(self._data, place)
        if value > limit:
            raise self._damaged(what)
        return int(value)

    def _advance(self, size: int) -> int:
        """The current offset, which then moves on by `size` bytes."""
        place = self._place
        if place + size > len(self._data):
            raise self._cut()
        self._place = place + size
        return place

    def _cut(self) -> ModelDamaged:
        return ModelDamaged(
            f"Model file {self._name} is damaged: it ends inside its header. "
            f"It is probably an unfinished download. {_REINSTALL}"
        )

    def _damaged(self, what: str) -> ModelDamaged:
        return ModelDamaged(f"Model file {self._name} is damaged: {what[:60]} makes no sense. {_REINSTALL}")

    def _wrong_start(self, start: bytes) -> str:
        head = start.lstrip().lower()
        if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
            return f"{self._name} is a web page, not a model: the download went wrong. {_REINSTALL}"
        if start.startswith(b"version https://git-lfs"):
            return f"{self._name} is a Git LFS pointer, not the model itself. {_REINSTALL}"
        return f"{self._name} is not a GGUF model file. Choose a .gguf file."
