"""Misspelt words, from a table and by likely slips, and words run together or torn apart.

A word that no list has is not therefore wrong: `slip_odds` says for how likely a slip it must be taken.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import inflect, regular
from aw_engine.text.edits.sentence import Sentence, SentenceWord
from aw_engine.text.edits.slip_odds import odds, one_spelling, readings
from aw_engine.text.edits.tables import phrases, rows
from aw_engine.text.words import lexicon
from aw_engine.text.words.frequencies import listed as written
from aw_engine.text.words.frequencies import zipf

_LETTER_RUNS = re.compile(r"[A-Za-z]+")
_NO_WORD = 3.0  # what speaks for mending a listed misspelling that is nothing else
_LEAST = -3.0  # odds (nats) of a slip from which a longer word may be mended
_NOT_SHORT = 6
_STEEPER = 1.5  # what odds below 0 count again
_OTHERS = 2.0  # what it counts that another reading has better odds: it stands for slip and frequency
_CLEAR = 2.0  # odds from which nothing is held against mending it
_COMPANY = 1.5  # doubt (nats) for each unknown word near by that is no slip, as in dialect and jargon
_MOST_DOUBT = 4.0
_LIKE_NO_WORD = -5.0  # odds below which a word is like no other
_NAME = 3.0  # doubt where a capital opens the sentence: it may be a name
_COMMONLY_WRITTEN = 3.0  # frequency (zipf) from which a part of a word is a word
_RARELY_WRITTEN = 2.0  # frequency (zipf) above which two words written as one are a word
_COMMONER = 1.0  # what a right form is commoner than the wrong one, at least (zipf)
_COMMON = 4  # the class from which a word is taken for the base of a misformed one
_LONG = 9  # letters: upcall, runas
_BOTH_COMMON = 12  # class of words that do not make up a new word, with a particle or without
# Of two words run together one is mostly such. Particles are not: onboard, checkin, upsert are words.
_JOINED = frozenset(
    ("the", "a", "of", "and", "to", "is", "it", "that", "was", "for", "with", "are", "be", "this", "have")
) | frozenset(("from", "not", "at", "i", "he", "she", "they"))
_PREFIXES = (
    "un",
    "re",
    "non",
    "sub",
    "pre",
    "over",
    "multi",
    "micro",
    "mis",
    "inter",
    "anti",
    "counter",
    "out",
)
_SUFFIXES = ("ly", "ness", "less", "able", "er", "ers", "ish", "like", "wise", "ful", "ist", "ists", "ism")


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if not word.free:
            continue
        listed = _listed().get(word.lower, ())
        for right in listed or misformed(word.lower):
            no_word = _NO_WORD if listed and not lexicon().known(word.lower) else 0.0
            yield sentence.replace(at, at + 1, right, "misspelling", no_word)
        if not listed and _strange(word):
            yield from _unknown(sentence, at, word)
    for at, entry, right in matches(sentence, "run_together"):
        yield sentence.replace(at, at + len(entry), right, "run-together")
    for at, entry, right in matches(sentence, "split_words"):
        yield sentence.replace(at, at + len(entry), right, "split-word")
    yield from _torn(sentence)


def matches(sentence: Sentence, table: str) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Where a left side of `table` stands in the sentence: first word's index, its words, a replacement."""
    index = phrases(table)
    for at, word in enumerate(sentence.words):
        for entry, rights in index.get(word.lower, ()) if word.free else ():
            here = tuple(other.lower for other in sentence.words[at : at + len(entry)])
            if here == entry and sentence.close(at, at + len(entry)):
                for right in rights:
                    yield at, entry, right


def _strange(word: SentenceWord) -> bool:
    return word.lower.isalpha() and not known(word.lower)


def _unknown(sentence: Sentence, at: int, word: SentenceWord) -> Iterator[Edit]:
    """What an unknown word may be a slip for, where that is likelier than that it is meant.

    Where hardly so, much must speak for it in the sentence, too; among other unknown words nothing may.
    """
    lower = word.lower
    capital = word.text[0].isupper()
    kind = "spelling-capital" if capital else "spelling"
    doubt = _doubt(sentence, at) + (_NAME if capital else 0.0)
    best = odds(lower) - doubt
    not_short = len(lower) >= (_NOT_SHORT if written(lower) else _NOT_SHORT - 1)
    if best > (_LEAST if not doubt and not_short else 0.0):
        held_against = min(0.0, best - _CLEAR) + _STEEPER * min(0.0, best)
        for right, chance in readings(lower):
            yield sentence.replace(at, at + 1, right, kind, held_against + _OTHERS * (chance - odds(lower)))
    if capital or zipf(lower) > _RARELY_WRITTEN:
        return
    for cut in range(1, len(lower)):
        left, right = lower[:cut], lower[cut:]
        if len(lower) > 3 and _whole(left) and _whole(right) and _written_as_one(left, right):
            yield sentence.replace(at, at + 1, f"{left} {right}", "run-together", -0.5)


def _doubt(sentence: Sentence, at: int) -> float:
    """What the odds of a slip must exceed here (nats): unknown words that are no slips come in company.

    Names are unknown everywhere and say nothing.
    """
    others = (
        word
        for place, word in enumerate(sentence.words)
        if place != at and word.free and (word.first or word.text.islower())
    )
    return min(_MOST_DOUBT, _COMPANY * sum(_strange(word) and _no_slip(word.lower) for word in others))


@lru_cache(maxsize=4096)
def _no_slip(word: str) -> bool:
    """Whether an unknown word seems to be meant: others write it too, or it is like no other word."""
    if word in _listed() or misformed(word):
        return False
    return odds(word) < (0.0 if written(word) else _LIKE_NO_WORD)


@lru_cache(maxsize=4096)
def known(word: str) -> bool:
    """Whether a word is listed in British or American spelling, or formed of a listed one.

    So are lambdas, unmerged, unsustainably and replacers.
    """
    if lexicon().known(word) or lexicon().known(one_spelling(word)):
        return True
    listed = lexicon().frequency
    for ending in ("s", "es", "ies", "ed", "d", "ing", "ied"):
        stem = word.removesuffix(ending)
        for base in (stem, stem + "y", stem + "e") if stem != word and len(stem) > 2 else ():
            if listed(base) and word in (inflect(base).third, inflect(base).past, inflect(base).ing):
                return True
    if len(word) <= 6:
        return False
    rests = (word.removeprefix(start) for start in _PREFIXES if word.startswith(start))
    if any(listed(rest) > 4 or (len(rest) > 6 and known(rest)) for rest in rests):
        return True
    return any(listed(base) > least for base, least in _bases(word))


def _bases(word: str) -> Iterator[tuple[str, int]]:
    """What a word may be derived from by an ending, and the class that it must exceed to be that."""
    for ending in _SUFFIXES:
        stem = word.removesuffix(ending)
        if stem == word or stem.endswith("y"):
            continue
        yield stem, 0 if ending == "ly" and not stem.endswith(("ic", "le", "ue")) else 4
        if ending[0] in "aei" and not (ending in ("er", "ers") and stem.endswith("at")):  # elevators
            yield f"{stem}e", 4


@lru_cache(maxsize=4096)
def misformed(word: str) -> tuple[str, ...]:
    """The right forms of a listed word whose ending is put on wrongly: familys, stoping, carryed, biger."""
    if not word.isalpha() or known(word):
        return ()
    found: list[str] = []
    for ending in ("s", "ed", "ing", "er", "est", "ly", "d"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        bases = (stem, stem + "e", stem.removesuffix("e")) if ending not in ("s", "d") else (stem,)
        for base in bases:
            if lexicon().frequency(base) >= _COMMON:
                found += [right for right in _formed(base, ending) if right != word]
    if word.endswith("ys"):  # communitys interests
        found.append(f"{word[:-1]}'s")
    commoner = zipf(word) + _COMMONER
    return tuple(
        dict.fromkeys(
            right
            for right in found
            if lexicon().frequency(base := right.removesuffix("'s")) > 2 and zipf(base) > commoner
        )
    )


def _formed(base: str, ending: str) -> tuple[str, ...]:
    """The word with this ending, as spelling wants it."""
    soft = base[:-1] + "i" if base.endswith("y") else base.removesuffix("e")
    forms = {
        "s": (inflect(base).third,),
        "ed": (inflect(base).past,),
        "d": (inflect(base).past,),
        "ing": (inflect(base).ing,),
        "er": (f"{soft}er", f"{base}{base[-1]}er"),
        "est": (f"{soft}est", f"{base}{base[-1]}est"),
        "ly": (f"{soft}ly" if base.endswith("y") else f"{base}ly", f"{base}ally", f"{base[:-1]}y"),
    }
    return forms[ending]


def _whole(part: str) -> bool:
    return part in ("a", "i") or (len(part) > 1 and lexicon().frequency(part) >= (13 if len(part) < 3 else 9))


def _written_as_one(left: str, right: str) -> bool:
    """Whether these are such that people write as one by a slip, and not to make a word (onboard, upsert)."""
    both = min(lexicon().frequency(left), lexicon().frequency(right))
    return left in _JOINED or right in _JOINED or (both >= _BOTH_COMMON and len(left + right) >= _LONG)


def _torn(sentence: Sentence) -> Iterator[Edit]:
    """Two words, at least one unknown, that are one word when written together."""
    for at in range(1, len(sentence.words)):
        if not sentence.close(at - 1, at + 1):
            continue
        left, right = sentence.lower(at - 1), sentence.lower(at)
        unknown = any(not lexicon().known(part) and zipf(part) < _COMMONLY_WRITTEN for part in (left, right))
        if unknown and lexicon().frequency(left + right) >= 4 and (left + right).isalpha():
            yield sentence.replace(at - 1, at + 1, left + right, "split-word")


def own_words(text: str, repeated: Iterable[str] = ()) -> frozenset[str]:
    """Unknown words (lower-cased) that a text uses more than once: its own vocabulary, not misspellings.

    `repeated` are further words that are used more than once where the text comes from.
    """
    seen = Counter(word.lower() for word in _LETTER_RUNS.findall(text))
    often = {word for word, times in seen.items() if times > 1}.union(repeated)
    return frozenset(word for word in often if not known(word) and word not in _listed())


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    listed = {wrong: tuple(rights) for wrong, *rights in (*rows("misspellings"), *rows("nonsense_verbs"))}
    made = {regular(base).past: (past,) for base, past, _ in rows("irregular_verbs")}
    return {wrong: rights for wrong, rights in made.items() if not lexicon().known(wrong)} | listed
