"""How a model is run on this machine: by defaults, or by the settings that `aw-server bench --tune` found.

These are remembered for each model file (by its digest), processor and build of llama.cpp.
"""

import os
import platform
from pathlib import Path
from typing import Final, Literal

import psutil
from msgspec import Struct

from aw_engine.inference import cache_note

CacheType = Literal["f32", "f16", "bf16", "q8_0"]

_SMALL: Final = 64_000_000  # parameters
_LIGHT: Final = 256_000_000
_MOST_THREADS: Final = 8
_MOST_CONTEXTS: Final = 4  # more would wait for each other's part in Python


class Tuning(Struct, frozen=True, forbid_unknown_fields=True):
    """How a model is run: `batch` tokens are evaluated at a time, `width` sequences are decoded at a time.

    `contexts` work in parallel, each with `threads`; they share the width.
    `keys` and `values` are the types of the KV cache's cells. With flash attention and types that differ,
    llama.cpp attends cell by cell, in the order of the cells and without those of other sequences: what a
    token attends to is then summed in the same order whatever else is in its batch. With equal types it takes
    one of three algorithms, depending on the shape of the batch, and each sums in an order of its own.
    """

    threads: int
    batch: int
    width: int = 32
    flash: bool = True
    keys: CacheType = "f16"
    values: CacheType = "bf16"
    contexts: int = 1

    def __post_init__(self) -> None:
        sized = 16 <= self.batch <= 4096 and 1 <= self.width <= 55
        if not (1 <= self.threads <= 512 and 1 <= self.contexts <= 64 and sized):
            raise ValueError("these settings are out of bounds")


class Trial(Struct, frozen=True):
    """The speed of one setting: `reading` and `writing` are tokens per second, 0 where that was not tried."""

    tuning: Tuning
    reading: float = 0.0
    writing: float = 0.0


class Tuned(Struct, frozen=True):
    """The best settings found, and all that were tried in their order."""

    best: Tuning
    trials: tuple[Trial, ...]


class _Found(Struct, frozen=True):
    machine: str
    tuning: Tuning


def cores() -> int:
    """Physical cores that this process may use, at most 8."""
    allowed = len(psutil.Process().cpu_affinity()) if psutil.LINUX or psutil.WINDOWS else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed, _MOST_THREADS))


def small(parameters: int) -> bool:
    """Whether a model's matrix products are too short to be divided among threads.

    On a busy machine the threads would wait for each other, which cost a factor of 15 here; contexts with a
    thread each do not (docs/experiments.md).
    """
    return parameters < _SMALL


def default(parameters: int, processors: int = 0) -> Tuning:
    """Settings for a model that was never measured here, on so many processors (0: all that there are).

    Several contexts serve a light model better than several threads in one; a large one's weights would be
    fetched by each.
    """
    processors = processors or cores()
    if parameters >= _LIGHT:
        return Tuning(threads=processors, batch=512)
    contexts = 1 << min(processors, _MOST_CONTEXTS).bit_length() - 1  # halves of halves
    if small(parameters):
        return Tuning(threads=1, batch=128, contexts=contexts)
    return Tuning(threads=processors // contexts, batch=512, contexts=contexts)


def remembered(digest: str, build: str) -> Tuning | None:
    """The settings found for this file, with this build of llama.cpp, on a machine like this one."""
    found = cache_note.read(_note(digest), _Found)
    return found.tuning if found is not None and found.machine == _machine(build) else None


def remember(digest: str, build: str, tuning: Tuning) -> None:
    """Keep these settings, so that `remembered` returns them from now on.

    :raises OSError: if they cannot be written.
    """
    cache_note.write(_note(digest), _Found(_machine(build), tuning))


def _machine(build: str) -> str:
    return f"{platform.machine()} {platform.processor()} · {cores()} cores · {build}"


def _note(digest: str) -> Path:
    return cache_note.path(cache_note.folder("tuning"), digest.encode())
