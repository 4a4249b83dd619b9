"""One error in a clean sentence: the edit tables run backwards, and slips of the keys.

For calibrating and measuring the copy-editor. `KINDS_OUTSIDE` serve to measure only: no table holds them as
they are made here, and no prior is set by them.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random

from aw_engine.text.edits import Edit, apply, kinds_of, propose
from aw_engine.text.edits.sentence import Sentence, read
from aw_engine.text.edits.tables import rows, words

_KEYS = {
    "a": "s",
    "s": "d",
    "d": "f",
    "e": "r",
    "r": "t",
    "t": "y",
    "i": "o",
    "o": "p",
    "n": "m",
    "m": "n",
    "h": "j",
}
# Kinds of edit that make an error of clean text when they are made where they should not be.
_BY_EDIT = (
    "article-insert",
    "article-drop",
    "article-swap",
    "agreement-be",
    "agreement-have",
    "agreement-do",
    "agreement-verb",
    "tense-form",
    "tense-shift",
    "verb-form",
    "verb-base",
    "noun-number",
    "possessive",
    "preposition",
    "preposition-insert",
    "preposition-drop",
    "confusable",
    "pronoun-case",
    "that-which",
    "who-which",
    "determiner",
    "quantity",
    "comparison",
    "adverb-form",
    "comma-intro",
    "comma-conjunction",
    "comma-drop",
)
_BACKWARDS = ("misspellings", "apostrophes", "negations", "run_together", "split_words", "nonsense_verbs")
TYPING = ("typo-swap", "typo-drop", "typo-double", "typo-key", "typo-undouble")
KINDS_OUTSIDE = (
    "vowel",
    "ending-dropped",
    "letters-far",
    "key-added",
    "to-dropped",
    "be-dropped",
    "subject-doubled",
    "word-order",
)
OTHERS = ("intro-comma", "doubled-word", "final-stop", "capital", "splice", "spacing", "article-sound")

_Maker = Callable[[Sentence, Random], "str | None"]


def damage_kinds() -> tuple[str, ...]:
    """The names of all kinds of damage."""
    return (*_BY_EDIT, *_BACKWARDS, *TYPING, *OTHERS, *KINDS_OUTSIDE)


def damage(sentence: str, rng: Random, kinds: tuple[str, ...] | None = None) -> tuple[str, str] | None:
    """A kind drawn from those that can be done to the sentence, and the sentence with one error of it."""
    wanted = list(kinds or damage_kinds())
    rng.shuffle(wanted)
    read_sentence = read(sentence)
    for kind in wanted:
        made = _make(read_sentence, kind, rng)
        if made is not None and made != sentence:
            return kind, made
    return None


def _make(sentence: Sentence, kind: str, rng: Random) -> str | None:
    if kind in _BY_EDIT:
        edits = [edit for edit in propose(sentence.text, kinds_of(("mend",))) if edit.kind == kind]
        return apply(sentence.text, [rng.choice(edits)]) if edits else None
    if kind in _BACKWARDS:
        found = list(_table_backwards(sentence, kind))
        return apply(sentence.text, [rng.choice(found)]) if found else None
    if kind in TYPING or kind in ("vowel", "letters-far", "ending-dropped", "key-added"):
        long = [word for word in sentence.words if word.free and len(word.text) > 3 and word.text.isalpha()]
        if not long:
            return None
        word = rng.choice(long)
        slip = _slip(word.text, kind, rng)
        return sentence.text[: word.start] + slip + sentence.text[word.end :] if slip else None
    return _OTHERS[kind](sentence, rng)


def _slip(word: str, kind: str, rng: Random) -> str | None:
    at = rng.randrange(1, len(word))
    places = list(range(1, len(word)))
    match kind:
        case "typo-swap":
            places = [i for i in places[:-1] if word[i] != word[i + 1]]
            if places:
                i = rng.choice(places)
                return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        case "typo-drop":
            return word[:at] + word[at + 1 :]
        case "typo-double":
            return word[:at] + word[at] + word[at:]
        case "typo-key":
            return word[:at] + _KEYS.get(word[at], "e") + word[at + 1 :]
        case "key-added":
            return word[:at] + _KEYS.get(word[at], "e") + word[at:]
        case "typo-undouble":
            places = [i for i in places if word[i] == word[i - 1]]
            if places:
                i = rng.choice(places)
                return word[:i] + word[i + 1 :]
        case "vowel":
            places = [i for i in places if word[i] in "aeiou"]
            if places:
                i = rng.choice(places)
                return word[:i] + rng.choice("aeiou".replace(word[i], "")) + word[i + 1 :]
        case "ending-dropped":
            for ending in ("ing", "ed", "ly", "es", "s"):
                if word.endswith(ending) and len(word) > len(ending) + 3:
                    return word[: -len(ending)]
        case "letters-far":
            if len(word) > 7:
                i, j = sorted(rng.sample(range(1, len(word)), 2))
                return word[:i] + word[i + 1 : j] + word[j + 1 :]
    return None


@lru_cache(maxsize=8)
def _backwards(table: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    index: dict[tuple[str, ...], list[str]] = {}
    for wrong, *rights in rows(table):
        for right in rights:
            index.setdefault(tuple(right.lower().split()), []).append(wrong)
    return {right: tuple(wrongs) for right, wrongs in index.items()}


def _table_backwards(sentence: Sentence, table: str) -> Iterator[Edit]:
    index = _backwards(table)
    for at, _ in enumerate(sentence.words):
        for length in (1, 2, 3):
            right = tuple(word.lower for word in sentence.words[at : at + length])
            if len(right) == length and right in index and sentence.close(at, at + length):
                for wrong in index[right]:
                    yield sentence.replace(at, at + length, wrong, "misspelling")


def _doubled(sentence: Sentence, rng: Random) -> str | None:
    free = [word for word in sentence.words if word.free]
    if not free:
        return None
    word = rng.choice(free)
    return sentence.text[: word.end] + " " + word.text.lower() + sentence.text[word.end :]


def _no_stop(sentence: Sentence, _: Random) -> str | None:
    return sentence.text[:-1] if sentence.text.endswith(".") else None


def _small(sentence: Sentence, _: Random) -> str | None:
    text = sentence.text
    return text[0].lower() + text[1:] if sentence.words and sentence.words[0].free else None


def _splice(sentence: Sentence, rng: Random) -> str | None:
    places = [i for i in range(1, len(sentence.text) - 2) if sentence.text[i : i + 2] == "; "]
    if not places:
        return None
    at = rng.choice(places)
    return f"{sentence.text[:at]}, {sentence.text[at + 2 :]}"


def _space(sentence: Sentence, rng: Random) -> str | None:
    places = [i for i, letter in enumerate(sentence.text) if letter == ","]
    if not places:
        return None
    at = rng.choice(places)
    return sentence.text[:at] + " " + sentence.text[at:]


def _intro_comma(sentence: Sentence, _: Random) -> str | None:
    at = sentence.text.find(", ")
    opening = sentence.text[:at].lower() if 0 < at < 40 else ""
    if any(opening == row[0] for row in rows("intro")) or opening.split(" ")[0] in words("subordinators"):
        return sentence.text[:at] + sentence.text[at + 1 :]
    return None


def _dropped(words: frozenset[str]) -> _Maker:
    def drop(sentence: Sentence, rng: Random) -> str | None:
        places = [
            at for at in range(1, len(sentence.words)) if sentence.lower(at) in words and sentence.near(at)
        ]
        if not places:
            return None
        word = sentence.words[rng.choice(places)]
        return sentence.text[: word.start - 1] + sentence.text[word.end :]

    return drop


def _article_sound(sentence: Sentence, rng: Random) -> str | None:
    places = [word for at, word in enumerate(sentence.words) if sentence.near(at) in ("a", "an")]
    if not places:
        return None
    word = rng.choice(places)
    wrong = word.text[0] if word.lower == "an" else f"{word.text}n"
    return sentence.text[: word.start] + wrong + sentence.text[word.end :]


def _subject_doubled(sentence: Sentence, rng: Random) -> str | None:
    places = [at for at in range(1, len(sentence.words)) if sentence.near(at) in ("is", "was", "are", "were")]
    if not places:
        return None
    word = sentence.words[rng.choice(places)]
    return sentence.text[: word.start] + "it " + sentence.text[word.start :]


def _word_order(sentence: Sentence, rng: Random) -> str | None:
    places = [
        at
        for at in range(2, len(sentence.words))
        if sentence.near(at)
        and sentence.near(at - 1)
        and sentence.lower(at) != sentence.lower(at - 1)
        and sentence.words[at].text.islower()
        and sentence.words[at - 1].text.islower()
    ]
    if not places:
        return None
    at = rng.choice(places)
    one, other = sentence.words[at - 1], sentence.words[at]
    gap = sentence.text[one.end : other.start]
    return sentence.text[: one.start] + other.text + gap + one.text + sentence.text[other.end :]


_OTHERS: dict[str, _Maker] = {
    "intro-comma": _intro_comma,
    "doubled-word": _doubled,
    "final-stop": _no_stop,
    "capital": _small,
    "splice": _splice,
    "spacing": _space,
    "article-sound": _article_sound,
    "to-dropped": _dropped(frozenset(("to",))),
    "be-dropped": _dropped(frozenset(("be", "is", "are", "was", "been"))),
    "subject-doubled": _subject_doubled,
    "word-order": _word_order,
}
