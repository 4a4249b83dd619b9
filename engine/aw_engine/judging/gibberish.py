"""Signs that a text has stopped being language: unknown words, loops, foreign scripts.

Unknown words alone would have stopped the collapses in AlphaWrite's published runs in the generation in which
they began (up to 45 % of the words were in no dictionary).
"""

import unicodedata
from collections import Counter
from functools import cache

from aw_engine.domain.passage import ENGLISH
from aw_engine.text.measures import Ngram, ngrams, words
from aw_engine.text.words import lexicon

# Share of unknown words above the original's. On a short text one new word is always allowed.
_UNKNOWN_SHARE = 0.03
_REPEATS = 3


def gibberish(original: str, rewrite: str, language: str) -> bool:
    """Whether `rewrite` has become gibberish where `original` was not."""
    if _loops(original, rewrite):
        return True
    return language == ENGLISH and _unknown(original, rewrite)


def scripts(text: str) -> frozenset[str]:
    """Unicode scripts of the letters in `text`, by the first word of each letter's name ("LATIN", "CJK")."""
    return frozenset(_script(letter) for letter in set(text) if letter.isalpha())


@cache
def _script(letter: str) -> str:
    # Compatibility forms (fullwidth, ligatures, mathematical letters) belong to the script they stand for;
    # the micro sign and the ohm sign are symbols that happen to be Greek.
    if letter in "µμΩΩ":
        return "COMMON"
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "UNKNOWN")
    return name.split()[0].split("-")[0]


def _unknown(original: str, rewrite: str) -> bool:
    given = {word.lower() for word in words(original)}
    before, after = words(original), words(rewrite)
    old = sum(not _known(word, frozenset()) for word in before)
    new = sum(not _known(word, given) for word in after)
    allowed = max(1.0, len(after) * (old / max(1, len(before)) + _UNKNOWN_SHARE))
    return new > allowed


def _known(word: str, given: set[str] | frozenset[str]) -> bool:
    if word.lower() in given or not any(letter.isalpha() for letter in word):
        return True
    # A compound is as good as its parts.
    return all(_part_known(part) for part in word.replace("‐", "-").split("-") if part)


def _part_known(part: str) -> bool:
    if len(part) == 1 or any(char.isdigit() or char.isupper() for char in part[1:]):
        return True  # a letter, an acronym or an identifier: no list has them all
    plain = part.replace("’", "'")
    return lexicon().known(plain) or lexicon().known(plain.removesuffix("'"))


def _loops(original: str, rewrite: str) -> bool:
    """Whether some 4-gram occurs more than three times, and more than twice as often as in the original."""
    before = _fourgrams(original)
    return any(n > max(_REPEATS, 2 * before[gram]) for gram, n in _fourgrams(rewrite).items())


def _fourgrams(text: str) -> Counter[Ngram]:
    return ngrams([word.lower() for word in words(text)], 4)
