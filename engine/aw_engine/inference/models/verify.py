"""Whether a model file is what it was, and whether it fits into memory."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import psutil
from msgspec import Struct

from aw_engine.domain.brief import BUILTIN
from aw_engine.errors import ModelDamaged, ModelMissing, OutOfMemory
from aw_engine.inference import cache_note
from aw_engine.inference.models.header import Header
from aw_engine.inference.models.reference import BUILTIN_FILE, TRAINED_BASE_DIGEST, TRAINED_HEAD

_CHUNK: Final = 8 << 20
_COMPUTE: Final = 200 << 20
_MARGIN: Final = 200 << 20
_GIGA: Final = 1e9


class _Known(Struct, frozen=True):
    """What was found when the file was last read."""

    size: int
    modified: int
    digest: str


def digest_of(path: Path, ref: str, on_progress: Callable[[float], None]) -> str:
    """SHA-256 of the model file in hexadecimal. `builtin` is compared with the digest it was shipped with.

    Other files are read once and remembered by path, size and time of change.

    :raises ModelMissing: if the built-in model is not what was shipped.
    """
    if ref == BUILTIN:
        digest = sha256(path, on_progress)
        if digest != shipped_digest():
            raise ModelMissing("The built-in model is damaged or missing. Reinstall aw-server.")
        return digest
    state = path.stat()
    known = remembered(path)
    if known is not None and (known.size, known.modified) == (state.st_size, state.st_mtime_ns):
        return known.digest
    digest = sha256(path, on_progress)
    _remember(path, _Known(state.st_size, state.st_mtime_ns, digest))
    return digest


def verify(path: Path, ref: str, on_progress: Callable[[float], None]) -> str:
    """Read the whole file and compare it with what it is known to be; return its SHA-256.

    :raises ModelDamaged: if its bytes changed while size and time of change did not.
    """
    if ref == BUILTIN:
        return digest_of(path, ref, on_progress)
    state = path.stat()
    known = remembered(path)
    digest = sha256(path, on_progress)
    if known is not None and known.digest != digest and known.modified == state.st_mtime_ns:
        raise ModelDamaged(
            f"Model file {path.name} is not what it was: some bytes changed. Get the file anew."
        )
    _remember(path, _Known(state.st_size, state.st_mtime_ns, digest))
    return digest


def sha256(path: Path, on_progress: Callable[[float], None]) -> str:
    """SHA-256 of a file; `on_progress` is told the share read, 0..1, and may raise to stop."""
    total = max(1, path.stat().st_size)
    done = 0
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
            done += len(chunk)
            on_progress(min(1.0, done / total))
    return hasher.hexdigest()


@lru_cache(maxsize=1)
def trained_digest() -> str:
    """The digest of the trained judge, of its base and of what was trained: another head is another judge."""
    return hashlib.sha256(TRAINED_BASE_DIGEST.encode() + TRAINED_HEAD.read_bytes()).hexdigest()


def shipped_digest() -> str:
    """The digest written beside the built-in model, "" if that file is missing."""
    try:
        return BUILTIN_FILE.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def remembered(path: Path) -> _Known | None:
    """What is known of this file, if it was read before."""
    return cache_note.read(_note(path), _Known)


def _remember(path: Path, known: _Known) -> None:
    with suppress(OSError):  # a full disk or a read-only home: the file will be read again next time
        cache_note.write(_note(path), known)


def _note(path: Path) -> Path:
    return cache_note.path(cache_note.folder("digests"), os.fsencode(path.resolve()))


def check_memory(header: Header, context: int) -> None:
    """Check that a model fits into the memory that is free.

    :raises OutOfMemory: if weights, context and compute buffers need more; the sentence gives the numbers.
    """
    weights, cells = header.size, kv_bytes(header, context)
    needed = weights + cells + min(_COMPUTE, weights)
    free = psutil.virtual_memory().available
    if needed + min(_MARGIN, weights) > free:
        raise OutOfMemory(
            f"This model needs about {needed / _GIGA:.1f} GB ({weights / _GIGA:.1f} GB weights, "
            f"{cells / _GIGA:.1f} GB context); {free / _GIGA:.1f} GB is free. Choose a smaller model."
        )


def kv_bytes(header: Header, context: int) -> int:
    """Bytes of a half-precision KV cache for `context` tokens, by the header's numbers."""
    heads = max(1, header.number("attention.head_count", 1))
    width = header.number("embedding_length")
    key = header.number("attention.key_length", width // heads)
    value = header.number("attention.value_length", width // heads)
    per_token = (
        header.number("block_count") * header.number("attention.head_count_kv", heads) * (key + value) * 2
    )
    return min(context, max(1, header.number("context_length", context))) * per_token
