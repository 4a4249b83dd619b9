"""Good prose made wordy: the copy-editor's tables run backwards (Weaver's instruction backtranslation).

A judge fitted on errors alone learns that what is likely is good, and padding is made of likely words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random

from aw_engine.text.edits.tables import rows

_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_FILLERS = ("very", "really", "quite", "basically", "actually", "simply")
_ADJECTIVE = re.compile(r"\b(?:is|are|was|were|be) (?=[a-z]{4,}\b)")


def pad(text: str, times: int, rng: Random) -> str:
    """`text` padded up to `times`: a long phrase for a short word, an idle opener, a filler word."""
    for _ in range(times):
        text = rng.choice((_lengthen, _lengthen, _open, _fill))(text, rng)
    return text


def _lengthen(text: str, rng: Random) -> str:
    found = [match for match in re.finditer(r"\b[a-z]+\b", text) if match[0] in _long_phrases()]
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + rng.choice(_long_phrases()[match[0]]) + text[match.end() :]


def _open(text: str, rng: Random) -> str:
    sentences = _SENTENCE.split(text)
    at = rng.randrange(len(sentences))
    first, _, rest = sentences[at].partition(" ")
    if not (first[1:].islower() or first in ("A", "I")) or not rest:
        return text
    opener = rng.choice([row[0] for row in rows("openers") if len(row) == 1 and row[0].startswith("it ")])
    kept = first if first == "I" else first.lower()
    sentences[at] = f"{opener[0].upper()}{opener[1:]} {kept} {rest}"
    return " ".join(sentences)


def _fill(text: str, rng: Random) -> str:
    places = [match.end() for match in _ADJECTIVE.finditer(text)]
    if not places:
        return text
    at = rng.choice(places)
    return f"{text[:at]}{rng.choice(_FILLERS)} {text[at:]}"


@cache
def _long_phrases() -> Mapping[str, tuple[str, ...]]:
    """A single short word -> the long phrases that the table shortens to it."""
    found: dict[str, list[str]] = {}
    for long, *short in rows("wordy"):
        if short and short[0].isalpha() and "~" not in long:
            found.setdefault(short[0], []).append(long)
    return {short: tuple(longs) for short, longs in found.items()}
