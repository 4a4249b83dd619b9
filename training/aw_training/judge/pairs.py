"""Two texts, one better beyond doubt or in an editor's opinion: what the judge is trained and measured on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

Quality = Literal["clear", "craft"]
QUALITIES: Final[tuple[Quality, ...]] = ("clear", "craft")

_SENTENCE: Final = re.compile(r"[.!?](?=\s|$)")


@dataclass(frozen=True)
class Pair:
    """`better` and `worse` differ in `qualities`. `kind` says how the pair was made, `origin` of what."""

    kind: str
    qualities: tuple[Quality, ...]
    better: str
    worse: str
    origin: str = ""


def write(path: Path, pairs: Iterable[Pair]) -> int:
    """Write pairs, a line of JSON each; return how many."""
    encoder = msgspec.json.Encoder()
    part = path.with_suffix(".part")
    count = 0
    with part.open("wb") as file:
        for count, pair in enumerate(pairs, 1):  # noqa: B007 - the last one is the number of them
            file.write(encoder.encode(pair) + b"\n")
    part.rename(path)
    return count


def read(path: Path) -> Iterator[Pair]:
    """The pairs of a file that `write` has written."""
    decoder = msgspec.json.Decoder(Pair)
    with path.open("rb") as file:
        yield from map(decoder.decode, file)


MARKERS: Final = ("log length", "quotation marks", "markup", "capitals", "commas", "sentence ends")
"""What a judge must not go by; each is per word, but for the first."""


def markers(text: str) -> tuple[float, ...]:
    """How much of each of `MARKERS` a text has, in units of about one."""
    words = text.split()
    size = max(1, len(words))
    return (
        math.log(size),
        10 * sum(text.count(sign) for sign in '"“”') / size,
        5 * sum(text.count(sign) for sign in "`*_[") / size,
        5 * sum(word[:1].isupper() for word in words) / size,
        10 * text.count(",") / size,
        10 * len(_SENTENCE.findall(text)) / size,
    )
