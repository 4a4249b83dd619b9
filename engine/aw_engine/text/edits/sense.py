"""Whether a rewrite says the opposite, or another thing in its small words: hedges, persons, amounts, times.

Words alone decide, cheaply: a pair of antonyms of which one goes and the other comes, a negation that nothing
makes up for, a word of one class exchanged for a word of another.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct

from aw_engine.text.edits.morphology import inflect, verbs_of
from aw_engine.text.edits.tables import rows, words

_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SHORT_NOT = re.compile(r"\b(ca|wo|sha)?n't\b|n't\b")
_NOT = frozenset(("not", "never", "no", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot"))
# Of these words one may stand for a negation: it lacks, hardly anyone, unable.
_NEGATIVE: Final = re.compile(
    r"(?:un|in|im|ir|il|dis|non|mis)[a-z]{4,}|[a-z]+less|lack(?:s|ed|ing)?|fail(?:s|ed|ing|ure)?|forg[eo]t\w*|refus\w+"
    r"|without|hardly|rarely|barely|scarcely|seldom|few|little|less|fewer|least|prevent\w*|avoid\w*|den(?:y|ied|ies)"
    r"|miss\w*|ignor\w+|reject\w*|declin\w+|ceas\w+|stop\w*|absen\w+|free|empty|only|until|unless|except|instead|rather"
    r"|too|otherwise|impossible|forb\w+|prohibit\w*|ban\w*|exclud\w+|reluctant\w*|doubt\w*|never|bare|short|ends?|ended"
    r"|clos\w+|shut|lost|lose|loses|even|mere\w*|just|but|alone|other|different\w*|against|from|hard|difficult|wrong|false|bad|beyond"
)
_PERSONS = "person-i person-you person-he person-she person-it person-we person-they"
_AROUND = 4  # content words on each side by which a converse is told


class _Side(Struct, frozen=True):
    """One side of a pair of antonyms: which pair, which side, whether the pair is of converses."""

    pair: int
    second: bool
    converse: bool


def opposite(original: str, rewrite: str) -> bool:
    """Whether an English rewrite says the opposite of something: an antonym, or a negation come or gone."""
    before, after = _tokens(original), _tokens(rewrite)
    if before == after:
        return False
    swapped = _swaps(before, after)
    negations = _negations(after) - _negations(before)
    if swapped:
        return negations % 2 == 0 or any(word in _NOT for phrase in swapped for word in phrase)
    return negations != 0 and _denied_otherwise(before, after) and not _made_up_for(before, after)


def _denied_otherwise(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether something that was denied is now said, or the other way round; what is left out is neither."""
    were, are = _denied(before), _denied(after)
    said, is_said = set(map(_lemma, before)), set(map(_lemma, after))
    return bool((were - are) & is_said or (are - were) & said)


def _denied(tokens: tuple[str, ...]) -> frozenset[str]:
    """The first word that says something after each negation."""
    heads = set[str]()
    for at, token in enumerate(tokens):
        if token in _NOT:
            near = (word for word in tokens[at + 1 : at + 5] if word not in words("no-article"))
            heads.update(map(_lemma, islice(near, 1)))
    return frozenset(heads)


def _lemma(word: str) -> str:
    return next((verb.base for verb in verbs_of(word)), word)[:7]


def otherwise(original: str, rewrite: str) -> bool:
    """Whether the small words of an English rewrite say another thing, or it says the opposite.

    More than a mended or tightened text may do: one hedge or modal gone or new, one person, quantity, time or
    distance (this, that) for another.
    """
    before, after = _tokens(original), _tokens(rewrite)
    lost, gained = Counter(before), Counter(after)
    lost, gained = lost - gained, gained - lost
    if not lost and not gained:
        return False
    if _negations(before) != _negations(after) and not _made_up_for(before, after):
        return True
    for name in ("hedges", "obligations"):
        members = words(name)
        hedged = sum(count for word, count in gained.items() if word in members)
        if hedged != sum(count for word, count in lost.items() if word in members):
            kept = members & set(before) & set(after)
            if hedged or not kept:  # of two hedges one may go
                return True
    return any(_crossed(kinds, lost, gained) for kinds in _classes()) or opposite(original, rewrite)


def _crossed(kinds: tuple[frozenset[str], ...], lost: Counter[str], gained: Counter[str]) -> bool:
    """Whether a word of one of these kinds went and a word of another came."""
    gone = {at for at, kind in enumerate(kinds) if any(word in kind for word in lost)}
    come = {at for at, kind in enumerate(kinds) if any(word in kind for word in gained)}
    return bool(gone - come) and bool(come - gone)


@cache
def _classes() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(
        tuple(words(name) for name in names.split())
        for names in (
            _PERSONS,
            "amount-all amount-most amount-some amount-many amount-few amount-none",
            "near far",
            "time-now time-past time-future",
        )
    )


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[str, ...]:
    low = _SHORT_NOT.sub(
        lambda match: {"ca": "can", "wo": "will", "sha": "shall"}.get(match[1], "") + " not",
        text.lower().replace("’", "'"),
    )
    low = low.replace("cannot", "can not").replace("no one", "nobody").replace("not only", "also")
    return tuple(part for token in _TOKEN.findall(low) for part in _bare_nots().get(token, (token,)))


@cache
def _bare_nots() -> dict[str, tuple[str, str]]:
    """Contractions written without their apostrophe, and what they stand for."""
    nots = (row[:2] for row in rows("apostrophes") if len(row) > 1 and row[1].endswith("n't"))
    pairs = ((bare, whole.removesuffix("n't")) for bare, whole in nots)
    return {bare: (verb, "not") for bare, verb in pairs if "'" not in bare}


def _negations(tokens: tuple[str, ...]) -> int:
    return sum(token in _NOT for token in tokens)


def _made_up_for(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether a word that negates went where a negation came, or came where one went."""
    lost, gained = Counter(before) - Counter(after), Counter(after) - Counter(before)
    fewer = _negations(after) < _negations(before)
    made = [word for word in (gained if fewer else lost) if word not in _NOT and _NEGATIVE.fullmatch(word)]
    return bool(made)


def _swaps(before: tuple[str, ...], after: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The words that went and whose antonyms came, with these."""
    were, are = dict[_Side, int](), dict[_Side, int]()
    for tokens, found in ((before, were), (after, are)):
        for side, _ in _sides(tokens):
            found[side] = found.get(side, 0) + 1
    swapped = set[tuple[str, ...]]()
    for side in were:
        other = _Side(side.pair, not side.second, side.converse)
        gone = were[side] - are.get(side, 0)
        come = are.get(other, 0) - were.get(other, 0)
        if gone > 0 and come > 0 and not (side.converse and _turned(before, after, side, other)):
            swapped |= {_phrase(before, side), _phrase(after, other)}
    return swapped


def _phrase(tokens: tuple[str, ...], side: _Side) -> tuple[str, ...]:
    return next(phrase for one, phrase in _sides(tokens) if one == side)


def _turned(before: tuple[str, ...], after: tuple[str, ...], side: _Side, other: _Side) -> bool:
    """Whether what stood before the word now stands after its converse: A before B, B after A."""
    left, right = _around(before, side)
    new_left, new_right = _around(after, other)
    straight = len(left & new_left) + len(right & new_right)
    crossed = len(left & new_right) + len(right & new_left)
    return 0 < crossed >= straight


def _around(tokens: tuple[str, ...], side: _Side) -> tuple[set[str], set[str]]:
    """The content words before and after a side's first occurrence."""
    phrase = _phrase(tokens, side)
    at = next(at for at in range(len(tokens)) if tokens[at : at + len(phrase)] == phrase)
    sides = (tokens[:at], tokens[at + len(phrase) :])
    said = [[_persons().get(word, word[:5]) for word in part if _says(word)] for part in sides]
    return set(said[0][-_AROUND:]), set(said[1][:_AROUND])


def _says(word: str) -> bool:
    return word in _persons() or word not in words("no-article")


@cache
def _persons() -> dict[str, str]:
    """Each pronoun by the person that it stands for."""
    return {word: name for name in _PERSONS.split() for word in words(name)}


@lru_cache(maxsize=512)
def _sides(tokens: tuple[str, ...]) -> tuple[tuple[_Side, tuple[str, ...]], ...]:
    return tuple(_find(tokens))


def _find(tokens: tuple[str, ...]) -> Iterator[tuple[_Side, tuple[str, ...]]]:
    index = _antonyms()
    for at, token in enumerate(tokens):
        for phrase, sides in index.get(token, ()):
            if tokens[at : at + len(phrase)] == phrase:
                yield from ((side, phrase) for side in sides)


@cache
def _antonyms() -> dict[str, tuple[tuple[tuple[str, ...], tuple[_Side, ...]], ...]]:
    """The sides by their phrases' first words."""
    index: dict[str, dict[tuple[str, ...], list[_Side]]] = {}
    for pair, (one, other, kind, *converse) in enumerate(rows("antonyms")):
        for second, word in ((False, one), (True, other)):
            side = _Side(pair, second, bool(converse))
            for form in _forms(word, kind):
                phrase = tuple(form.split())
                index.setdefault(phrase[0], {}).setdefault(phrase, []).append(side)
    return {
        first: tuple((phrase, tuple(sides)) for phrase, sides in found.items())
        for first, found in index.items()
    }


def _forms(word: str, kind: str) -> Iterator[str]:
    if kind == "v":
        yield from dict.fromkeys(inflect(word).forms)
        return
    yield word
    if kind == "a" and len(word) < 8:
        stem = word[:-1] + "i" if word.endswith("y") else word.removesuffix("e")
        doubled = stem + stem[-1] if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", stem) else stem
        yield from (f"{doubled}er", f"{doubled}est")
    if kind == "a":
        yield f"{word[:-1]}ily" if word.endswith("y") else f"{word}ly"
