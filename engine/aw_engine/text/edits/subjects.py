"""How many the subject of a verb is, where it heads its clause and can be read word by word."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import finite, is_plural, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SEVERAL = _words("these those many several few both two three four five six")
_ONE = _words("this that a an each every")
_HEADS = _SEVERAL | _ONE | _words("the my your his her its our their some all")
_ONE_OF = _words("one each either neither")
_AMONG = _words("of in on from with for at by to near behind under between about")
_ADJECTIVE = ("ful", "ous", "ive", "able", "ible", "ical", "less", "ish")
_AMOUNTS = _words(
    "lot number couple majority minority half rest range variety handful pair series total third quarter "
    "part percentage proportion kind type sort group set bunch host dozen"
)
_OPENERS = _words("but because so although while though whereas")
_JOINING = _words("and but or yet so")
_PEOPLE = _words("people children men women police")
_WHO = _words("which who that")
# After these a clause or a bare verb may follow: who knows the boys are, who makes them work.
_OPEN_VERBS = _words(
    "make makes made let lets help helps helped see sees saw hear hears heard watch has have had"
)
_OF_MANY = {
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "aren't": "isn't",
    "weren't": "wasn't",
    "haven't": "hasn't",
    "don't": "doesn't",
}
_OF_ONE = {one: many for many, one in _OF_MANY.items()}


def propose(sentence: Sentence) -> Iterator[Edit]:
    """Verbs at odds with a subject that stands apart from them: the key to both doors are."""
    for at, word in enumerate(sentence.words):
        if not word.free or not at:
            continue
        right = _in_other_number(sentence, at)
        many = None if right is None else plural_subject(sentence, at)
        if right is not None and many is not None and many is not of_several(word.lower):
            yield sentence.replace(at, at + 1, right, "agreement-apart")


def of_several(verb: str) -> bool:
    """Whether the form of a verb in the present, or of be, goes with several: are, have, walk."""
    return verb in _OF_MANY or any(verb == one.base for one in verbs_of(verb))


def plural_subject(sentence: Sentence, at: int) -> bool | None:
    """Whether the subject of the verb at word `at` is several; None where that cannot be read."""
    if sentence.text.rstrip().endswith("?"):
        return None
    for start in range(at - 1, -1, -1):
        if not sentence.near(start + 1) or not sentence.words[start].free:
            return None
        opens = (
            sentence.words[start].first
            or sentence.gap(start) == ", "
            or sentence.before(start) in _OPENERS
            or _after_clause(sentence, start)
        )
        if opens and (found := _phrase(sentence, start)) is not None:
            many, end = found
            end = _additions(sentence, end)
            reached = end == at or _after_relative(sentence, end, at)
            return many if reached else _joined(sentence, start, end, at)
        if sentence.words[start].first:
            return None
    return None


def _after_clause(sentence: Sentence, start: int) -> bool:
    """Whether `, and` stands before word `start` and a clause before that: no list of things."""
    if start < 2 or sentence.before(start) not in _JOINING or sentence.gap(start - 1) != ", ":
        return False
    for place in range(start - 2, -1, -1):
        if finite(sentence.lower(place)):
            return True
        if sentence.gap(place) == ", ":
            return False
    return False


def _phrase(sentence: Sentence, start: int) -> tuple[bool, int] | None:
    """Whether the noun phrase that begins at word `start` names several, and the place after it."""
    first = sentence.lower(start)
    if first.endswith("ing"):  # building houses is work
        return None
    if first in _ONE_OF and sentence.near(start + 1) == "of":
        inner = _phrase(sentence, start + 2)
        pronoun = sentence.near(start + 2) in ("them", "us", "you", "these", "those")
        return (
            (False, start + 3)
            if pronoun and inner is None
            else (False, inner[1])
            if inner and inner[0]
            else None
        )
    at = start + (first in _HEADS)
    for place in range(at, at + 3):
        noun = sentence.lower(place)
        if not noun or (place > start and not sentence.near(place)):
            return None
        after = sentence.near(place + 1)
        either = noun in words("many-as-one") or noun in words("groups") or noun.endswith("ics")
        if noun in _AMOUNTS or either:
            return None
        fishermen = noun.endswith("men") and not other_number(noun)
        several = noun in _PEOPLE or is_plural(noun) or fishermen
        single = bool(other_number(noun)) or noun in words("uncountable")
        adjective = noun in words("short-adjectives") or noun.endswith(_ADJECTIVE)
        if adjective or (single and not several and _goes_on(after)):
            continue
        if several and (first in _ONE or (first not in _HEADS and not sentence.words[start].first)):
            return None
        if several or (single and first in _HEADS - _SEVERAL - {"some", "all"}):
            return several, place + 1
        return None
    return None


def _goes_on(after: str) -> bool:
    """Whether the word after a noun is a noun too, to which the first belongs: the station clock."""
    return bool(other_number(after)) and not verbs_of(after)


def _additions(sentence: Sentence, at: int) -> int:
    """The place after the prepositional phrases that follow a noun phrase."""
    for _ in range(2):
        if sentence.near(at) not in _AMONG:
            return at
        inner = _bare_phrase(sentence, at + 1)
        if inner is None:
            return at
        at = inner
    return at


def _bare_phrase(sentence: Sentence, start: int) -> int | None:
    """The place after a noun phrase that needs no determiner: of names, in the corner, to both doors."""
    at = start + (sentence.near(start) in _HEADS | {"both"})
    for place in range(at, at + 3):
        noun = sentence.near(place)
        if not noun:
            return None
        adjective = noun in words("short-adjectives") or noun.endswith(_ADJECTIVE)
        known = bool(other_number(noun)) or noun in words("uncountable") or noun in _PEOPLE
        if adjective or (known and _goes_on(sentence.near(place + 1))):
            continue
        return place + 1 if known or noun in ("north", "south", "east", "west") else None
    return None


def _after_relative(sentence: Sentence, start: int, at: int) -> bool:
    """Whether nothing but a relative clause with a verb of its own stands before the verb at word `at`."""
    verb = sentence.near(start + 1)
    if sentence.near(start) not in _WHO or not finite(verb) or not start + 2 < at <= start + 7:
        return False
    opens = verb in _OPEN_VERBS or verb in words("that-after") or verb in words("finite")
    within = [sentence.near(place) for place in range(start + 2, at)]
    return not opens and not any(word in words("joining") or finite(word) or not word for word in within)


def _joined(sentence: Sentence, start: int, end: int, at: int) -> bool | None:
    """True where `and` joins two phrases with determiners before the verb: my sister and her husband."""
    if (
        sentence.near(end) != "and"
        or sentence.lower(start) not in _HEADS - _ONE
        or not sentence.words[start].first
    ):
        return None
    second = _phrase(sentence, end + 1)
    joined = second is not None and sentence.near(end + 1) in _HEADS - _ONE
    return True if joined and second is not None and second[1] == at else None


def _in_other_number(sentence: Sentence, at: int) -> str | None:
    """The verb at word `at` in the other number; None where it may be something else."""
    lower = sentence.lower(at)
    if lower in _OF_MANY or lower in _OF_ONE:
        return _OF_MANY.get(lower) or _OF_ONE[lower]
    verb = next(iter(verbs_of(lower)), None)
    after = sentence.near(at + 1)
    if verb is None or lower not in (verb.base, verb.third) or verb.base == verb.past:
        return None
    sure = verb.base in words("only-verbs") or (
        verb.base in words("mostly-verbs")
        and (not after or after in words("no-article"))
        and not finite(after)
    )
    if not sure:
        return None
    return verb.third if lower == verb.base else verb.base
