"""Slips of the hand: a word written twice, left out, or in the wrong place."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, finite, is_plural, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import rows, words

_NAMING = frozenset(("the", "a", "an", "my", "your", "his", "her", "our", "their"))
_AFTER_BE = frozenset(
    ["not", "a", "an", "the", "also", "very", "only", "more", "too", "so", "now", "still", "usually", "often"]
)
# Between two that are the same: three and three, time to time, on and on and on.
_BY_TURNS = frozenset(("and", "or", "to", "by", "after", "upon", "for", "but", "nor", "over"))


def doubled(sentence: Sentence) -> Iterator[Edit]:
    for at in range(1, len(sentence.words)):
        word, before = sentence.words[at], sentence.words[at - 1]
        gap = sentence.gap(at)
        same = word.free and before.free and word.lower == before.lower and not gap.strip()
        if same and not _meant(sentence, at):
            yield sentence.change(before.end, word.end, "", "doubled-word")
        if at > 2 and sentence.close(at - 3, at + 1):
            pair = (sentence.lower(at - 1), word.lower)
            twice = pair == (sentence.lower(at - 3), sentence.lower(at - 2))
            if twice and not _by_turns(*pair) and not _by_turns(pair[1], pair[0]):
                yield sentence.change(sentence.words[at - 2].end, word.end, "", "doubled-word", -0.5)


def _by_turns(joint: str, word: str) -> bool:
    """Whether `joint` stands between two that are the same, as in: three and three, time to time."""
    return joint in _BY_TURNS and (joint in ("and", "or", "but", "nor") or word not in words("no-article"))


def _meant(sentence: Sentence, at: int) -> bool:
    """Whether the word at `at`, the same as the one before it, may be said twice: had had, a long long way.

    Said three times it is always meant.
    """
    word = sentence.lower(at)
    thrice = word in (sentence.before(at - 1), sentence.near(at + 1))
    if thrice or word in words("said-twice") or word in words("short-adjectives"):
        return True
    return word == "is" and sentence.lower(at - 2) in ("that", "what", "it", "problem", "thing", "point")


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
    """A noun that opens the sentence with a pronoun after it, before its verb: the man he said.

    Another verb later makes the two a clause without its `that`: the bird it sheltered flew off.
    """
    for at in (1, 2):
        if at + 1 >= len(sentence.words):
            return
        word = sentence.words[at]
        opens = sentence.words[0].first and (at == 1 or sentence.lower(0) in _NAMING)
        timely = sentence.before(at) in words("time-spans") | words("time-units") | {"time", "moment"}
        several = is_plural(sentence.before(at))
        agrees = word.lower in (("they",) if several else ("it", "he", "she"))
        if opens and not timely and word.free and agrees and other_number(sentence.before(at)):
            after = sentence.near(at + 1)
            later = any(finite(sentence.lower(other)) for other in range(at + 2, len(sentence.words)))
            if not later and (
                after in BE or any(after in (verb.third, verb.past) for verb in verbs_of(after))
            ):
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
