"""Misspelt words, from a table, by one or two slips of the keys, and words run together or torn apart."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import inflect, regular
from aw_engine.text.edits.sentence import Sentence, SentenceWord
from aw_engine.text.edits.tables import phrases, rows
from aw_engine.text.words import lexicon

_LETTER_RUNS = re.compile(r"[A-Za-z]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_MOST = 5
_RARE = 7  # a known word this rare may be a slip for one that is 2^5 times commoner
_COMMONER = 5
_UNIT = 4  # letters that an unknown unit of measure has after a number, at most (2 tsp)
_FAR_LEAST = 6  # letters of a word in which two slips are looked for
_COMMON = 4  # the class from which a word is taken for the base of a misformed one
_FUNCTION = 14  # the class of function words: of two words run together one is mostly such
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
_LIKELY = 0.0
_UNLIKELY = -1.0


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if not word.free:
            continue
        listed = _listed().get(word.lower, ())
        for right in listed or misformed(word.lower):
            yield sentence.replace(at, at + 1, right, "misspelling")
        if "'" in word.lower or "-" in word.lower:
            continue
        if not known(word.lower):
            if len(word.lower) <= _UNIT and sentence.before(at).isdigit():
                continue
            yield from _unknown(sentence, at, word)
        elif len(word.lower) > 3 and 0 < lexicon().frequency(word.lower) <= _RARE and not word.first:
            for right, extra in slips(word.lower):
                if lexicon().frequency(right) >= lexicon().frequency(word.lower) + _COMMONER:
                    yield sentence.replace(at, at + 1, right, "spelling-real", extra)
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


def _unknown(sentence: Sentence, at: int, word: SentenceWord) -> Iterator[Edit]:
    lower = word.lower
    near = slips(lower)
    capital = word.text[0].isupper()
    for right, extra in near:
        yield sentence.replace(at, at + 1, right, "spelling-capital" if capital else "spelling", extra)
    if capital:
        return
    for cut in range(1, len(lower)):
        left, right = lower[:cut], lower[cut:]
        common = max(lexicon().frequency(left), lexicon().frequency(right))
        if _whole(left) and _whole(right) and len(lower) > 3 and common >= _FUNCTION:
            yield sentence.replace(at, at + 1, f"{left} {right}", "run-together", -0.5)
    if not near and len(lower) >= _FAR_LEAST:
        for right, extra in far_slips(lower):
            yield sentence.replace(at, at + 1, right, "spelling-far", extra)


@lru_cache(maxsize=4096)
def known(word: str) -> bool:
    """Whether a word is listed, or a regular form or derivation of a listed one (lambdas, unmerged)."""
    if lexicon().known(word):
        return True
    listed = lexicon().frequency
    for ending in ("s", "es", "ies", "ed", "d", "ing", "ied"):
        stem = word.removesuffix(ending)
        for base in (stem, stem + "y", stem + "e") if stem != word and len(stem) > 2 else ():
            if listed(base) and word in (inflect(base).third, inflect(base).past, inflect(base).ing):
                return True
    if any(word.startswith(start) and listed(word.removeprefix(start)) > 4 for start in _PREFIXES):
        return len(word) > 6
    return (
        any(word.endswith(end) and listed(word.removesuffix(end)) > 4 for end in _SUFFIXES) and len(word) > 6
    )


@lru_cache(maxsize=4096)
def misformed(word: str) -> tuple[str, ...]:
    """The right forms of a listed word whose ending is put on wrongly: familys, stoping, carryed, biger."""
    if not word.isalpha() or lexicon().known(word):
        return ()
    found: list[str] = []
    for ending in ("s", "ed", "ing", "er", "est", "ly", "d"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        bases = (stem, stem + "e", stem.removesuffix("e")) if ending != "d" else (stem,)
        for base in bases:
            if lexicon().frequency(base) >= _COMMON:
                found += [right for right in _formed(base, ending) if right != word]
    if word.endswith("ys"):  # communitys interests
        found.append(f"{word[:-1]}'s")
    return tuple(dict.fromkeys(right for right in found if lexicon().frequency(right.removesuffix("'s")) > 2))


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


def _torn(sentence: Sentence) -> Iterator[Edit]:
    """Two words, at least one unknown, that are one word when written together."""
    for at in range(1, len(sentence.words)):
        if not sentence.close(at - 1, at + 1):
            continue
        left, right = sentence.lower(at - 1), sentence.lower(at)
        unknown = not lexicon().known(left) or not lexicon().known(right)
        if unknown and lexicon().frequency(left + right) >= 4 and (left + right).isalpha():
            yield sentence.replace(at - 1, at + 1, left + right, "split-word")


def own_words(text: str) -> frozenset[str]:
    """Unknown words (lower-cased) that a text uses more than once: its own vocabulary, not misspellings."""
    seen = Counter(word.lower() for word in _LETTER_RUNS.findall(text))
    return frozenset(
        word for word, times in seen.items() if times > 1 and not known(word) and word not in _listed()
    )


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    listed = {wrong: tuple(rights) for wrong, *rights in (*rows("misspellings"), *rows("nonsense_verbs"))}
    made = {regular(base).past: (past,) for base, past, _ in rows("irregular_verbs")}
    return {wrong: rights for wrong, rights in made.items() if not lexicon().known(wrong)} | listed


@lru_cache(maxsize=4096)
def slips(word: str) -> tuple[tuple[str, float], ...]:
    """The commonest known words one slip from `word`, with a log prior (<= 0) for how likely the slip is."""
    frequency = lexicon().frequency
    found: dict[str, float] = {}
    for other, extra in _one_slip(word):
        if other != word and len(other) > 1 and frequency(other) > 2 and not lexicon().name(other):
            found[other] = max(extra, found.get(other, -9.0))
    best = sorted(found.items(), key=lambda item: (-frequency(item[0]) - 2 * item[1], item[0]))
    return tuple(best[:_MOST])


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


def _one_slip(word: str) -> Iterator[tuple[str, float]]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:], _LIKELY
        if tail:
            doubled = at > 0 and word[at - 1] == tail[0]
            yield head + tail[1:], _LIKELY if doubled else -0.5
            near = _neighbours().get(tail[0], "")
            vowel = tail[0] in "aeiou"
            for letter in _LETTERS:
                likely = letter in near or (vowel and letter in "aeiou")
                yield head + letter + tail[1:], -0.3 if likely else _UNLIKELY - (1.0 if at == 0 else 0.0)
        for letter in _LETTERS:
            doubles = at > 0 and word[at - 1] == letter
            yield head + letter + tail, _LIKELY if doubles else -0.3


@lru_cache(maxsize=2048)
def far_slips(word: str) -> tuple[tuple[str, float], ...]:
    """The commonest known words two slips from `word` that begin with the same letter."""
    found = [
        (other, -1.0)
        for other in _by_start().get(word[0], ())
        if abs(len(other) - len(word)) <= 2 and _within_two(word, other)
    ]
    return tuple(sorted(found, key=lambda item: (-lexicon().frequency(item[0]), item[0]))[:3])


@lru_cache(maxsize=1)
def _by_start() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word, frequency in lexicon().classes.items():
        if frequency > 4 and len(word) > 3 and not lexicon().name(word):
            index.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in index.items()}


def _within_two(one: str, other: str) -> bool:
    """Whether swaps, drops, additions and exchanges of letters, two at most, lead from one to the other."""
    if len(set(one) ^ set(other)) > 4:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
    return row[-1] <= 2
