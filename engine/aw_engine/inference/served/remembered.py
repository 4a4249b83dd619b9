"""What a server said last, so that lists, the status and forecasts need not ask it."""

from contextlib import suppress

from msgspec import Struct

from aw_engine.inference import cache_note
from aw_engine.inference.backend import ModelInfo


class KnownServer(Struct, frozen=True):
    """The model as the server last described it: its name, `ModelInfo.digest`, and context in tokens."""

    name: str
    digest: str
    context: int


def remembered(ref: str) -> KnownServer | None:
    """What is known of the server that this reference means, None if it was never asked."""
    return cache_note.read(cache_note.path(cache_note.folder("servers"), ref.encode()), KnownServer)


def remember(info: ModelInfo) -> None:
    """Keep what the server has said; not on a full disk or in a read-only home."""
    place = cache_note.path(cache_note.folder("servers"), info.ref.encode())
    with suppress(OSError):
        cache_note.write(place, KnownServer(info.name, info.digest, info.context))
