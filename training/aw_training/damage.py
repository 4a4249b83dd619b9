"""Small errors put into good text, to ask whether the model prefers the text without them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

__all__ = ["KINDS", "damage"]

Kind = Callable[[str, Random], str | None]

_ARTICLES = ("a", "an", "the")
_PREPOSITIONS = ("of", "in", "on", "at", "by", "for", "with", "from", "to", "into")
_AGREEMENT = {"is": "are", "was": "were", "has": "have", "does": "do", "this": "these"}
_HOMOPHONES = (
    ("their", "there"),
    ("its", "it's"),
    ("to", "too"),
    ("your", "you're"),
    ("then", "than"),
    ("affect", "effect"),
    ("lose", "loose"),
    ("whose", "who's"),
    ("accept", "except"),
    ("were", "where"),
    ("of", "off"),
    ("by", "buy"),
    ("no", "know"),
    ("new", "knew"),
    ("whether", "weather"),
    ("passed", "past"),
)
_CONFUSED = {one: other for pair in _HOMOPHONES for one, other in (pair, pair[::-1])}
_AGREED = {one: other for pair in _AGREEMENT.items() for one, other in (pair, pair[::-1])}


def _typing(word: str, rng: Random) -> str | None:
    """A letter swapped with the next, dropped or doubled, inside a word of letters."""
    if len(word) < 4 or not word.isalpha():
        return None
    place = rng.randrange(1, len(word) - 2)
    before, letter, following, rest = word[:place], word[place], word[place + 1], word[place + 2 :]
    made = before + rng.choice((following, letter + letter + following, following + letter)) + rest
    return None if made == word else made


def _article(word: str, rng: Random) -> str | None:
    if word not in _ARTICLES:
        return None
    return rng.choice(["", *(other for other in _ARTICLES if other != word)])


def _preposition(word: str, rng: Random) -> str | None:
    if word not in _PREPOSITIONS:
        return None
    return rng.choice([other for other in _PREPOSITIONS if other != word])


def _agreement(word: str, rng: Random) -> str | None:
    if word in _AGREED:
        return _AGREED[word]
    if len(word) < 4 or not word.isalpha() or not word.islower() or word.endswith(("ss", "us")):
        return None
    return word[:-1] if word.endswith("s") else word + "s"


def _homophone(word: str, rng: Random) -> str | None:
    return _CONFUSED.get(word)


def _dropped(word: str, rng: Random) -> str | None:
    return "" if word.isalpha() else None


def _doubled(word: str, rng: Random) -> str | None:
    return f"{word} {word}" if word.isalpha() else None


KINDS: dict[str, Kind] = {
    "typing": _typing,
    "article": _article,
    "preposition": _preposition,
    "agreement": _agreement,
    "homophone": _homophone,
    "dropped word": _dropped,
    "doubled word": _doubled,
}


def damage(text: str, errors: int, rng: Random) -> str:
    """The text with about so many errors, each in another word; kinds are drawn evenly.

    Words are what blanks part; placeholders and words with other signs in them are left alone
    by most kinds. A short text may get fewer errors than asked for.
    """
    words = text.split(" ")
    places = list(range(len(words)))
    rng.shuffle(places)
    for _ in range(errors):
        kind = KINDS[rng.choice(list(KINDS))]
        for place in places:
            made = kind(words[place], rng)
            if made is not None:
                words[place] = made
                places.remove(place)
                break
    return " ".join(word for word in words if word)
