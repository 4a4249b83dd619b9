"""What can be known of a model without loading it: whether it is there and whole, and what it can do."""

from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from aw_engine.domain.brief import BUILTIN, SMOLLM2, TRAINED, Models
from aw_engine.domain.passage import ENGLISH
from aw_engine.errors import AwError
from aw_engine.inference.models.reference import cache_folders, resolve, trained_base
from aw_engine.inference.served.address import server_address


class Examined(Struct, frozen=True):
    """A model file by its header. Only the `mini` dialect follows no instructions and is English alone.

    A model on a server has no `path` and no size; its context is what the server last said, 0 before.
    """

    ref: str
    path: str
    name: str
    bytes: int
    dialect: str
    context: int
    licence: str | None

    @property
    def free(self) -> bool:
        """Whether it follows free instructions, in any language."""
        return self.dialect != "mini"


def settled(models: Models, language: str) -> Models:
    """The same models, the judge named: where none is, the trained one if it can read this language and its
    weights are installed, else the model that writes."""
    if models.judge:
        return models
    trained = language == ENGLISH and trained_base() is not None
    return Models(models.writer, TRAINED if trained else models.writer)


def examine(ref: str) -> Examined:
    """What the file's header says; read once, until the file changes.

    :raises ModelError: if it is missing, damaged, or cannot write.
    :raises SettingsError: if `ref` is no reference to a file.
    """
    if (address := server_address(ref)) is not None:
        from aw_engine.inference.served.remembered import remembered as last_said

        known = last_said(ref)
        return Examined(ref, "", address.title, 0, "chat", known.context if known else 0, None)
    path = resolve(ref)
    try:
        state = path.stat()
        stamp = (state.st_size, state.st_mtime_ns)
    except OSError:  # reading it says why
        stamp = (0, 0)
    return _examine(ref, path, stamp)


@lru_cache(maxsize=16)
def _examine(ref: str, path: Path, stamp: tuple[int, int]) -> Examined:
    from aw_engine.inference.models.header import read_header  # only for what is asked of a model

    header = read_header(path)
    licence = header.values.get("general.license")
    return Examined(
        ref=ref,
        path=str(path),
        name=str(header.values.get("general.name", path.stem)),
        bytes=header.size,
        dialect=str(header.values.get("aw.dialect", "chat")),
        context=header.number("context_length"),
        licence=None if licence is None else str(licence),
    )


def is_here(ref: str) -> bool:
    """Whether there is a file for this reference on this computer."""
    try:
        return resolve(ref).is_file()
    except AwError:
        return False


def cached() -> tuple[str, ...]:
    """`builtin`, `smollm2` if it is installed, and every model file in the computer's caches, by its path."""
    files: set[Path] = set()
    for folder in cache_folders():
        files |= {*folder.glob("models--*/snapshots/*/**/*.gguf"), *folder.glob("*.gguf")}
    whole = sorted(str(file) for file in files if file.is_file() and "mmproj" not in file.name.lower())
    return (BUILTIN, *((SMOLLM2,) if trained_base() else ()), *whole)


def digest(ref: str) -> str | None:
    """The file's SHA-256, or what stands for it on a server, if it is known without reading or asking."""
    from aw_engine.inference.models.verify import remembered, shipped_digest, trained_digest
    from aw_engine.inference.served.remembered import remembered as last_said

    if ref == BUILTIN:
        return shipped_digest() or None
    if ref == TRAINED:
        return trained_digest()
    try:
        known = last_said(ref) if server_address(ref) is not None else remembered(resolve(ref))
    except AwError:
        return None
    return known.digest if known else None
