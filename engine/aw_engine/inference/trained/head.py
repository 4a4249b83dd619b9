"""What was learnt: for each quality a linear reading of the mean states of a text."""

from math import isfinite
from pathlib import Path
from zipfile import BadZipFile

import msgspec
import numpy as np
from msgspec import Struct

from aw_engine.errors import ModelDamaged
from aw_engine.inference.models.reference import TRAINED_HEAD
from aw_engine.inference.trained.dequantise import Matrix


class About(Struct, frozen=True, forbid_unknown_fields=True):
    """What the head's file says of itself.

    Scores are made of the states after each of `layers`, counted from 1. `first` is the token before every
    text. By a quality, the log-odds of two texts are the difference of their scores, times its gain,
    times the root of their mean number of tokens: a longer text says more about itself. `slopes` say by how
    much scores of good texts rise with the logarithm of their tokens, which is taken out again.
    """

    name: str
    layers: tuple[int, ...]
    first: int
    qualities: tuple[str, ...]
    gains: tuple[float, ...]
    slopes: tuple[float, ...]


class Head(Struct, frozen=True):
    """`weights` make scores of mean states: (layers times width, qualities)."""

    about: About
    weights: Matrix


def load_head(path: Path = TRAINED_HEAD) -> Head:
    """The head in a file, by default the package's.

    :raises ModelDamaged: if the file is not whole, or its parts do not fit each other.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            about = msgspec.json.decode(held["about"].tobytes(), type=About)
            weights = held["weights"].astype(np.float32)
    except (OSError, ValueError, EOFError, KeyError, BadZipFile, msgspec.MsgspecError) as error:
        raise _damaged(path) from error
    qualities = {weights.shape[-1], len(about.qualities), len(about.gains), len(about.slopes)}
    numbers = (*about.gains, *about.slopes, *weights.flat)
    rising = about.layers and list(about.layers) == sorted({*about.layers}) and about.layers[0] > 0
    if weights.ndim != 2 or len(qualities) != 1 or not rising or not all(map(isfinite, numbers)):
        raise _damaged(path)
    return Head(about=about, weights=weights)


def save_head(head: Head, path: Path) -> None:
    """Write what `load_head` reads, weights in half precision; whole or not at all."""
    about = np.frombuffer(msgspec.json.encode(head.about), dtype=np.uint8)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, about=about, weights=head.weights.astype(np.float16))
    part.replace(path)


def _damaged(path: Path) -> ModelDamaged:
    return ModelDamaged(f"The judge's file {path.name} is damaged. Reinstall aw-server.")
