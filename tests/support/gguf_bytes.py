"""GGUF files as bytes: values copied as they lie, without taking them apart."""

import struct
from pathlib import Path

import numpy as np

INT32, UINT32, FLOAT32, BOOL, STRING, ARRAY = 5, 4, 6, 7, 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_ALIGNMENT = 32
Entries = dict[str, tuple[int, bytes]]
Tensors = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.floating]]]


def string(text: str | bytes) -> bytes:
    """The text as a value."""
    content = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(content)) + content


def end(data: bytes, kind: int, at: int) -> int:
    """Where the value of this kind that begins at `at` ends."""
    if kind == STRING:
        return at + 8 + int(struct.unpack_from("<Q", data, at)[0])
    if kind != ARRAY:
        return at + _SIZES[kind]
    inner, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if inner != STRING:
        return at + _SIZES[inner] * int(count)
    for _ in range(count):
        at += 8 + struct.unpack_from("<Q", data, at)[0]
    return at


def entries_of(data: bytes) -> Entries:
    """The metadata of a GGUF file: kind and bytes of each value by key."""
    _, _, _, count = struct.unpack_from("<4sIQQ", data)
    entries: Entries = {}
    at = 24
    for _ in range(count):
        start, at = at + 8, end(data, STRING, at)
        key = data[start:at].decode()
        (kind,) = struct.unpack_from("<I", data, at)
        start, at = at + 4, end(data, kind, at + 4)
        entries[key] = (kind, data[start:at])
    return entries


def write_file(path: Path, entries: Entries, tensors: Tensors) -> None:
    """Write a file with this metadata and these tensors."""
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(entries))
    header += b"".join(
        string(key) + struct.pack("<I", kind) + value for key, (kind, value) in entries.items()
    )
    contents = b""
    for name, tensor in tensors.items():
        rank, half = tensor.ndim, tensor.dtype == np.float16
        header += string(f"{name}.weight") + struct.pack(
            f"<I{rank}QIQ", rank, *reversed(tensor.shape), half, len(contents)
        )
        contents += _padded(tensor.tobytes())
    path.write_bytes(_padded(header) + contents)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % _ALIGNMENT)
