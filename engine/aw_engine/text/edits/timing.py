"""Verbs at odds with a time that is past: yesterday I go, two days ago I have met."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_SUBJECTS = frozenset(("i", "you", "he", "she", "it", "we", "they"))
_YOUNG = frozenset(("child", "young", "little", "kid", "boy", "girl", "student"))  # when I was young
_CLOSED = frozenset(("and", "but", "since", "that", "than", "from"))
_PRESENT_BE = {"am": "was", "is": "was", "are": "were"}


def propose(sentence: Sentence) -> Iterator[Edit]:
    opening, lasting = _past_opening(sentence), _since_opening(sentence)
    for at, word in enumerate(sentence.words):
        if not word.free or not at:
            continue
        lower, before = word.lower, sentence.before(at)
        if opening and at <= opening + 2 and before in _SUBJECTS and at - 1 >= opening:
            for verb in verbs_of(lower)[:1]:
                if lower in (verb.base, verb.third) and lower not in ("have", "has", verb.past):
                    yield sentence.replace(at, at + 1, verb.past, "tense-time")
            if lower in _PRESENT_BE:
                yield sentence.replace(at, at + 1, _PRESENT_BE[lower], "tense-time")
        since_then = (sentence.before(at - 2), sentence.before(at - 1)) == ("since", "then")
        begun = at == lasting + 1 if lasting else since_then or _since(sentence, at)
        if before in _SUBJECTS and begun:
            yield from _until_now(sentence, at, before)
        perfect = lower in ("have", "has") and before in _SUBJECTS
        if perfect and (opening or _past_close(sentence, at)):
            if sentence.near(at + 1) == "been":
                was = "was" if before in ("i", "he", "she", "it") else "were"
                yield sentence.replace(at, at + 2, was, "tense-time")
            for verb in verbs_of(sentence.near(at + 1))[:1]:
                if sentence.lower(at + 1) == verb.participle:
                    yield sentence.replace(at, at + 2, verb.past, "tense-time")


def _since(sentence: Sentence, at: int) -> bool:
    """Whether the clause that goes on at word `at` ends with a time: since 2010, since three years."""
    for place in range(at + 1, len(sentence.words)):
        if not sentence.near(place) or sentence.lower(place) in ("and", "but", "that", "because", "which"):
            return False
        if sentence.lower(place) == "since":
            number = sentence.near(place + 1).isdigit() or sentence.near(place + 1) in words("before-plural")
            return number or sentence.near(place + 1) in ("last", "a", "childhood")
    return False


def _since_opening(sentence: Sentence) -> int:
    """The place of the word after `since` and a time that open the sentence; 0 where none does."""
    if sentence.lower(0) != "since":
        return 0
    first, second = sentence.lower(1), sentence.lower(2)
    if first.isdigit() and len(first) == 4:
        return 2
    length = first.isdigit() or first in words("before-plural") or first in ("a", "one")
    return 3 if length and second in words("time-units") else 0


def _until_now(sentence: Sentence, at: int, subject: str) -> Iterator[Edit]:
    """The perfect of what began then and goes on: they are living here since 2010."""
    have = "has" if subject in ("he", "she", "it") else "have"
    lower, after = sentence.lower(at), sentence.near(at + 1)
    if lower in _PRESENT_BE and (after.endswith("ing") or lower == "am"):
        yield sentence.replace(at, at + 1, f"{have} been", "tense-time")
    for verb in verbs_of(lower)[:1]:
        if lower in (verb.base, verb.third) and lower not in ("have", "has", verb.past):
            yield sentence.replace(at, at + 1, f"{have} {verb.participle}", "tense-time")


def _past_opening(sentence: Sentence) -> int:
    """The place of the word after a past time that opens the sentence; 0 where none does."""
    first, second = sentence.lower(0), sentence.lower(1)
    if first == "yesterday":
        return 1 if second not in ("morning", "afternoon", "evening") else 2
    if first == "last" and second in words("time-spans"):
        return 2
    ago = next((at for at in range(2, min(5, len(sentence.words))) if sentence.lower(at) == "ago"), 0)
    if ago and sentence.lower(ago - 1) in words("time-units"):
        return ago + 1
    if first == "when" and second in _SUBJECTS and sentence.lower(2) in ("was", "were"):
        for at in range(4, len(sentence.words)):
            if sentence.gap(at) == ", ":
                return at if sentence.lower(at - 1) in _YOUNG else 0
    return 0


def _past_close(sentence: Sentence, at: int) -> bool:
    """Whether the clause that goes on at word `at` ends with a past time."""
    for place in range(at + 2, len(sentence.words)):
        if not sentence.near(place) or sentence.lower(place) in _CLOSED:
            return False
        if sentence.lower(place) == "yesterday":
            return True
        if sentence.lower(place) == "last" and sentence.near(place + 1) in words("time-spans"):
            return True
        year = sentence.near(place + 1)
        if sentence.lower(place) == "in" and len(year) == 4 and year.isdigit() and year[:2] in ("19", "20"):
            return not sentence.near(place + 2) or sentence.near(place + 2) in words("no-article")
        if sentence.lower(place) == "ago" and sentence.lower(place - 1) in words("time-units"):
            return True
    return False
