"""Texts against themselves with other quotation marks: pairs of which neither text is the better one."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from aw_training.judge.pairs import QUALITIES, Pair

KIND: Final = "neutral"
_MARKS: Final = re.compile(r'["“”]')
_MOST_WORDS: Final = 4


def requoted(text: str, rng: Random) -> Pair:
    """The text against itself without its quotation marks, or with some around a few words if it has none."""
    if _MARKS.search(text):
        return Pair(KIND, QUALITIES, text, _MARKS.sub("", text))
    words = text.split()
    count = rng.randint(1, min(_MOST_WORDS, len(words)))
    start = rng.randint(0, len(words) - count)
    words[start] = f'"{words[start]}'
    words[start + count - 1] = f'{words[start + count - 1]}"'
    return Pair(KIND, QUALITIES, text, " ".join(words))
