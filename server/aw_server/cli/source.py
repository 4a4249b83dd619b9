"""Reading the writer's file, or refusing it in a sentence."""

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from aw_engine.errors import PassageError
from aw_server.cli.failures import FileError

LIMIT = 20_000_000  # bytes
_BOM = "\ufeff"


class SourceFile(Struct, frozen=True):
    """A document as it was read: `text` without byte order mark, line ends untouched. stdin has no `path`."""

    name: str
    path: Path | None
    data: bytes
    text: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """The bytes of another version of the document."""
        return ((_BOM if self.bom else "") + text).encode()


def read(name: str) -> SourceFile:
    """The document called `name`, or stdin for `-`.

    :raises FileError: if it is not there, no regular text file, not UTF-8, or above 20 MB.
    :raises PassageError: if nothing but white space is in it.
    """
    if name == "-":
        return _decode("stdin", None, _take(sys.stdin.buffer, "stdin"))
    path = Path(name)
    try:
        if path.is_dir():
            raise FileError(f"{name} is a folder; name a file in it.")
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > LIMIT:
                raise FileError(_too_large(name, status.st_size))
            data = _take(file, name)
    except OSError as error:
        raise FileError(_unreadable(name, error)) from error
    return _decode(name, path, data)


def _take(file: BinaryIO, name: str) -> bytes:
    data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise FileError(_too_large(name, None))
    return data


def _decode(name: str, path: Path | None, data: bytes) -> SourceFile:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"{name} is UTF-16; save it as UTF-8 first, and run this again.")
    at = data.find(b"\0")
    if at >= 0:
        raise FileError(f"{name} is a binary file (byte {at + 1:,} is zero); name a text file.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{name} is not UTF-8: byte {error.start + 1:,} (line {line:,}) is 0x{data[error.start]:02X}; "
            "save it as UTF-8 first, and run this again."
        ) from None
    bom = text.startswith(_BOM)
    if not text.removeprefix(_BOM).strip():
        instead = "write a paragraph first, or name another file" if path else "give it some text"
        raise PassageError("empty", f"{name} is empty; {instead}.")
    return SourceFile(name=name, path=path, data=data, text=text.removeprefix(_BOM), bom=bom)


def _too_large(name: str, size: int | None) -> str:
    has = f"has {size / 1e6:,.0f} MB" if size else "is larger"
    limit = f"the limit is {LIMIT / 1e6:.0f} MB"
    return f"{name} {has}; {limit}. Copy the part that you work on into a file of its own."


def _unreadable(name: str, error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return f"There is no file {name}; check the path."
        case PermissionError():
            return f"{name} may not be read; change its permissions, or copy it."
        case _:
            return f"{name} cannot be read ({error.strerror}); check the path and the disk."
