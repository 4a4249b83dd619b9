"""For which word an unknown one may be a slip, and how surely: a noisy channel with the frequencies of both.

A right word that no list has looks like a slip of a common word all the more seldom the longer it is, the
commoner it is beside its neighbour, and the stranger the slip would be. The weights are those of a logistic
regression on 1,800 misspellings against 5,000 right words that the lexicon lacks; at odds above 0 it took
95 of 100 misspellings for such, and of 100 right words one to two.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from math import inf
from typing import Final

from aw_engine.text.words import lexicon
from aw_engine.text.words.frequencies import listed, zipf

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = "aeiouy"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_MOST = 3

# Log-odds (nats).
_BASE: Final = -14.5
_LETTER: Final = 1.27  # for each letter up to the tenth
_FREQUENCY: Final = 2.67  # for each factor of ten by which the other word is commoner
_LISTED: Final = -1.8  # if many write the word
_FIRST: Final = -2.7  # if the first letter is wrong: people seldom miss that
_SECOND: Final = -2.5  # if it takes several slips, which leave its consonants as they are
_SWAPPED: Final = 0.0
_DOUBLED: Final = 0.0  # a letter once for twice, or twice for once
_SILENT_E: Final = 0.1  # an e kept before an ending: hopeing
_MISSING: Final = 0.0
_SOUND: Final = -0.9  # desision
_VOWEL: Final = -2.7
_EXTRA: Final = -3.0
_KEY: Final = -2.6  # the key beside the right one
_OTHER: Final = -4.3

_LEAST_COMMON: Final = 2.8  # the frequency (zipf) of a word that others are taken for, at least
_LEAST_COMMON_FAR: Final = 3.5
_FAR_LENGTH: Final = 6  # letters of a word in which several slips are looked for
_FAR_CONSONANTS: Final = 4
_ALIKE = ({"c", "s"}, {"c", "k"}, {"s", "z"}, {"g", "j"})
_ENDING = re.compile(r"(?:ing|ly|able|ments?|ed|er|y)$")
# British and American forms of one word, which are never changed into each other.
_VARIANTS = (
    (re.compile(r"[ao]e"), "e"),
    (re.compile(r"our"), "or"),
    (re.compile(r"([iy])s(?=(?:e[drs]?|ers|ing|ations?|able)$)"), r"\1z"),
    (re.compile(r"re(?=s?$)"), "er"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"ll(?=(?:ed|ing|ers?|ors?|ery|ful|ment)s?$)"), "l"),
    (re.compile(r"ence(?=s?$)"), "ense"),
    (re.compile(r"dgement"), "dgment"),
    (re.compile(r"(?<=[lmnpr])t$"), "ed"),
)


@lru_cache(maxsize=4096)
def readings(word: str) -> tuple[tuple[str, float], ...]:
    """Known words that `word` (lower-case) may be a slip for, with log-odds (nats) that it is, best first.

    British and American forms are no slips for each other, and an -in for an -ing is how somebody speaks.
    """
    found: dict[str, float] = {}
    if len(word) >= _FAR_LENGTH:
        found = dict.fromkeys(_sounding_like(word), _SECOND)
    for other, slip in _one_slip(word):
        if slip > found.get(other, -inf) and _common(other, _LEAST_COMMON):
            found[other] = slip
    given = _BASE + _LETTER * min(len(word), 10) + (_LISTED if listed(word) else 0.0)
    weighed = (
        (other, given + slip + _FREQUENCY * (zipf(other) - zipf(word)))
        for other, slip in found.items()
        if other != word and not _meant(word, other)
    )
    return tuple(sorted(weighed, key=lambda reading: (-reading[1], reading[0]))[:_MOST])


def odds(word: str) -> float:
    """Log-odds (nats) that `word` (lower-case) is a slip for some known word."""
    best = readings(word)
    return best[0][1] if best else -inf


def _common(word: str, least: float) -> bool:
    return len(word) > 2 and zipf(word) >= least and lexicon().known(word) and not lexicon().name(word)


def _meant(word: str, other: str) -> bool:
    spoken = word.endswith("in") and other == f"{word}g"
    return spoken or one_spelling(word) == one_spelling(other)


def one_spelling(word: str) -> str:
    """The word (lower-case) in a form that its British and American spellings share, mostly the latter."""
    for variant, form in _VARIANTS:
        word = variant.sub(form, word)
    return word


def _one_slip(word: str) -> Iterator[tuple[str, float]]:
    """The words one slip away, and what the slip adds to the odds."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        first = 0.0 if at else _FIRST
        before, here, after = word[at - 1 : at], tail[:1], tail[1:2]
        if after and here != after:
            yield head + after + here + tail[2:], _SWAPPED + first
        if here:
            yield head + tail[1:], _extra(here, before, tail[1:]) + first
            for letter in _LETTERS:
                yield head + letter + tail[1:], _exchanged(here, letter) + first
            if here == "f":
                yield f"{head}ph{tail[1:]}", _SOUND + first
        for letter in _LETTERS:
            doubles = letter in (before, here)
            yield head + letter + tail, _DOUBLED if doubles else _MISSING + first


def _extra(letter: str, before: str, rest: str) -> float:
    if letter in (before, rest[:1]):
        return _DOUBLED
    return _SILENT_E if letter == "e" and before and _ENDING.match(rest) else _EXTRA


def _exchanged(wrong: str, right: str) -> float:
    if wrong in _VOWELS and right in _VOWELS:
        return _VOWEL
    if {wrong, right} in _ALIKE:
        return _SOUND
    return _KEY if right in _neighbours().get(wrong, "") else _OTHER


@cache
def _neighbours() -> dict[str, str]:
    """Which keys touch a key on the usual English keyboard."""
    keys = {
        letter: (row, at + row / 2) for row, letters in enumerate(_ROWS) for at, letter in enumerate(letters)
    }
    return {
        letter: "".join(
            other
            for other, (down, along) in keys.items()
            if other != letter and abs(down - row) <= 1 and abs(along - at) <= 1
        )
        for letter, (row, at) in keys.items()
    }


def _sounding_like(word: str) -> tuple[str, ...]:
    """Common words with the same consonants and about as many letters: people miss vowels and doubles."""
    consonants = _consonants(word)
    alike = _by_consonants().get(consonants, ()) if len(consonants) >= _FAR_CONSONANTS else ()
    return tuple(other for other in alike if _within_two(word, other))


def _within_two(one: str, other: str) -> bool:
    """Whether two letters that are dropped, added or exchanged, or fewer, lead from one to the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        above, row = row, [at]
        for along, wanted in enumerate(other, 1):
            row.append(min(above[along] + 1, row[-1] + 1, above[along - 1] + (letter != wanted)))
        if min(row) > 2:
            return False
    return row[-1] <= 2


def _consonants(word: str) -> str:
    plain = word.replace("ph", "f").replace("ck", "k").replace("wh", "w")
    return re.sub(r"(.)\1+", r"\1", plain[:1] + re.sub(r"[aeiouy]", "", plain[1:]))


@cache
def _by_consonants() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word in lexicon().classes:
        if len(word) >= _FAR_LENGTH and word.isalpha() and _common(word, _LEAST_COMMON_FAR):
            index.setdefault(_consonants(word), []).append(word)
    return {consonants: tuple(words) for consonants, words in index.items()}
