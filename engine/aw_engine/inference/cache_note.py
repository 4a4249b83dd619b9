"""Small files in the user's cache folder: one JSON value each, written whole or not at all.

A note only saves work that can be done again: one that is damaged, or of an earlier version, counts as none.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

_Note = TypeVar("_Note")


def folder(name: str) -> Path:
    """The folder of the notes of one kind. It need not exist."""
    return platformdirs.user_cache_path("aw", appauthor=False) / name


def path(folder: Path, key: bytes, version: int = 1) -> Path:
    """The file of the note about `key`.

    Whoever changes what the notes mean raises `version`: notes of another version are then not found.
    """
    named = key if version == 1 else b"%d\n" % version + key
    return folder / f"{hashlib.sha256(named).hexdigest()[:32]}.json"


def read(path: Path, kind: type[_Note]) -> _Note | None:
    """The note in this file; None if there is none that can be read as a `kind`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def write(path: Path, note: object) -> None:
    """Write the note beside its place, then rename it, so that nobody ever reads half of it.

    :raises OSError: if it cannot be written; an earlier note is then still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(note))
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            os.unlink(partial)
        raise
