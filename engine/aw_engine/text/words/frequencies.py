"""How often words are written in English of every kind, by the word list of the package `wordfreq`.

Robyn Speer's list (wordfreq 3.1, CC BY-SA 4.0) holds some 320,000 words that make up at least one word in a
hundred million: British and American, of trades and of the street, foreign ones and names, and common
misspellings too. Its file is read by itself: to import the package takes longer than to read the list.
"""

import gzip
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import msgspec

UNLISTED: Final = 0.8
"""The frequency of a word that is not listed; the rarest that are have 1.0."""

_LIST = "wordfreq/data/large_en.msgpack.gz"


def zipf(word: str) -> float:
    """How often `word` (lower-case) is written: log10 of its occurrences in a thousand million words."""
    centibels = _frequencies().get(word)
    return UNLISTED if centibels is None else 9 - centibels / 100


def listed(word: str) -> bool:
    """Whether `word` (lower-case) is in the list: a word, a name, or a misspelling that many make."""
    return word in _frequencies()


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, int]:
    """Each word with its frequency in centibels below one. Takes about 0.15 s and 40 MB, once."""
    packed = Path(str(distribution("wordfreq").locate_file(_LIST))).read_bytes()
    _, *by_centibel = msgspec.msgpack.decode(
        gzip.decompress(packed), type=list[dict[str, object] | list[str]]
    )
    found: dict[str, int] = {}
    for centibels, words in enumerate(by_centibel):
        found.update(dict.fromkeys(words, centibels))
    return found
