"""Slips of the hand: a word written twice, left out, or in the wrong place."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import rows

_AFTER_BE = frozenset(
    ["not", "a", "an", "the", "also", "very", "only", "more", "too", "so", "now", "still", "usually", "often"]
)
_BY_TURNS = frozenset(("day", "year", "time", "side", "step", "one"))  # to day to day work
_MAY_REPEAT = frozenset(["had", "that", "her", "so", "no", "very", "bye", "ha", "really", "never", "long"])


def doubled(sentence: Sentence) -> Iterator[Edit]:
    for at in range(1, len(sentence.words)):
        word, before = sentence.words[at], sentence.words[at - 1]
        gap = sentence.gap(at)
        if word.free and before.free and word.lower == before.lower and not gap.strip():
            extra = -3.0 if word.lower in _MAY_REPEAT else 0.0
            yield sentence.change(before.end, word.end, "", "doubled-word", extra)
        if at > 2 and sentence.close(at - 3, at + 1):
            pair = (sentence.lower(at - 1), word.lower)
            if pair == (sentence.lower(at - 3), sentence.lower(at - 2)) and pair[1] not in _BY_TURNS:
                yield sentence.change(sentence.words[at - 2].end, word.end, "", "doubled-word", -0.5)


def order(sentence: Sentence) -> Iterator[Edit]:
    wrong = _wrong_order()
    for at in range(1, len(sentence.words)):
        right = wrong.get((sentence.lower(at - 1), sentence.lower(at)))
        if right is not None and sentence.close(at - 1, at + 1):
            yield sentence.replace(at - 1, at + 1, right, "word-order")


@cache
def _wrong_order() -> dict[tuple[str, str], str]:
    return {(left.split()[0], left.split()[1]): right for left, right in rows("wrong_order")}


def missing(sentence: Sentence) -> Iterator[Edit]:
    yield from _word_missing(sentence)
    yield from _be_missing(sentence)


def _word_missing(sentence: Sentence) -> Iterator[Edit]:
    places = _missing_after()
    for at in range(1, len(sentence.words)):
        for word in places.get(sentence.lower(at - 1), ()) if sentence.near(at) else ():
            if sentence.lower(at) != word:
                yield sentence.insert(at, word, "missing-word")


def _be_missing(sentence: Sentence) -> Iterator[Edit]:
    """A noun and, right after it, what a form of `be` should part from it (the work done, the room big)."""
    for at in range(1, len(sentence.words)):
        before, lower = sentence.before(at), sentence.lower(at)
        forms = {
            form for verb in verbs_of(lower) for form in (verb.participle, verb.ing) if form != verb.base
        }
        if lower not in _AFTER_BE and lower not in forms:
            continue
        if other_number(before) and before not in _AFTER_BE:
            plural = before.endswith("s") and not before.endswith("ss")
            for form in ("are", "were") if plural else ("is", "was"):
                yield sentence.insert(at, form, "missing-word")


def subject_twice(sentence: Sentence) -> Iterator[Edit]:
    """A noun with a pronoun after it, before its verb: the man he said."""
    for at in range(1, len(sentence.words) - 1):
        word = sentence.words[at]
        if word.free and word.lower in ("it", "he", "she", "they") and other_number(sentence.before(at)):
            after = sentence.near(at + 1)
            if after in BE or any(after in (verb.third, verb.past) for verb in verbs_of(after)):
                gone = sentence.remove(at, at + 1, "subject-twice")
                if gone is not None:
                    yield gone


@cache
def _missing_after() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word, before in rows("missing"):
        for other in before.split():
            index.setdefault(other, []).append(word)
    return {before: tuple(found) for before, found in index.items()}
