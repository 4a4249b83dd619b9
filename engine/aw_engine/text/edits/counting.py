"""What is counted though it cannot be, and nouns whose number the words around them rule out."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import is_plural, other_number, third_person, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_MANY = {"many": ("much", "a lot of"), "few": ("little",), "fewer": ("less",), "several": ("some",)}
_POINTING = {"these": "this", "those": "that"}
_AGES = frozenset(("year", "years", "month", "months", "week", "weeks", "day", "days"))
_DETERMINED = frozenset(("my", "your", "his", "her", "its", "our", "their", "the", "these", "those"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if word.free:
            yield from _uncountable(sentence, at)
            yield from _quantity(sentence, at)
            yield from _one_of(sentence, at)
            yield from _pointing(sentence, at)
            yield from _aged(sentence, at)


def ends_phrase(sentence: Sentence, at: int) -> bool:
    """Whether the noun phrase ends with word `at`, no further noun after it: advice, not advice column."""
    after = sentence.near(at + 1)
    if not after or after in words("no-article"):
        return True
    verbs = verbs_of(after)
    return bool(verbs) and (not other_number(after) or after == verbs[0].third)


def _uncountable(sentence: Sentence, at: int) -> Iterator[Edit]:
    """A noun that is not counted, after a number word or `a`, or in a plural of its own."""
    lower = sentence.lower(at)
    noun = _singular_of_uncountable(lower)
    after = sentence.near(at + 1)
    if noun is None or (after and after not in words("no-article")):
        return
    if lower != noun and not verbs_of(lower):
        yield sentence.replace(at, at + 1, noun, "counted-noun", -1.0)
    first = at - 1
    adjective = first > 0 and bool(sentence.near(at)) and not _counts(sentence.lower(first))
    first -= adjective
    if first < 0 or not sentence.close(first, at + 1):
        return
    between = f"{sentence.lower(at - 1)} " if adjective else ""
    counter = sentence.lower(first)
    for right in _MANY.get(counter, ()):
        yield sentence.replace(first, at + 1, f"{right} {between}{noun}", "counted-noun")
    if counter in _POINTING:
        yield sentence.replace(first, at + 1, f"{_POINTING[counter]} {between}{noun}", "counted-noun")
    if counter in ("a", "an") and noun in words("bare-uncountable"):
        yield sentence.replace(first, at + 1, f"{between}{noun}", "counted-noun")
        yield sentence.replace(first, at + 1, f"some {between}{noun}", "counted-noun")


def _counts(word: str) -> bool:
    return word in _MANY or word in _POINTING or word in ("a", "an")


def _singular_of_uncountable(word: str) -> str | None:
    stem = word.removesuffix("s")
    return next((noun for noun in (word, stem) if noun in words("uncountable")), None)


def _quantity(sentence: Sentence, at: int) -> Iterator[Edit]:
    """`much`, `less` or an `amount` of what is counted."""
    lower, noun = sentence.lower(at), sentence.near(at + 1)
    if (
        lower in ("much", "less")
        and _several(noun)
        and noun not in words("measures")
        and ends_phrase(sentence, at + 1)
    ):
        right = "many" if lower == "much" else "fewer"
        yield sentence.replace(at, at + 1, right, "counted-noun", 0.0 if lower == "much" else -2.0)
    counted = sentence.near(at + 2)
    things = _several(counted) and counted not in words("measures") and ends_phrase(sentence, at + 2)
    if lower == "amount" and noun == "of" and things:
        yield sentence.replace(at, at + 1, "number", "counted-noun", -1.0)
    if lower in ("many", "few") and noun in ("time", "money", "work") and ends_phrase(sentence, at + 1):
        for right in _MANY[lower]:
            yield sentence.replace(at, at + 1, right, "counted-noun")


def _several(noun: str) -> bool:
    """Whether the word is a plural and nothing else."""
    if not noun or not is_plural(noun) or noun in words("uncountable"):
        return False
    return not any(verb.third == noun for verb in verbs_of(noun)) or noun[:-1] in words("countable")


def _one_of(sentence: Sentence, at: int) -> Iterator[Edit]:
    """One of my friend, both of his parent, many different kind of."""
    of, several = sentence.before(at), sentence.lower(at)
    if of == "of" and several in _DETERMINED:
        count = sentence.before(at - 1)
        if count not in ("one", "two", "three", "four", "five", "many", "several", "both", "few"):
            return
        for place in range(at + 1, at + 4):
            noun = sentence.near(place)
            if not noun or not sentence.words[place].free or noun in words("no-article") or is_plural(noun):
                return
            if noun in ("kind", "sort", "type"):
                return  # one of the kind described
            countable = (
                bool(other_number(noun)) and noun not in words("uncountable") and noun not in words("groups")
            )
            acts = noun in words("countable") and bool(verbs_of(sentence.near(place + 1)))
            if countable and (acts or ends_phrase(sentence, place)):
                # one of the team leaders
                compound = sentence.near(place + 1) not in words("no-article") | {""}
                for many in other_number(noun):
                    yield sentence.replace(place, place + 1, many, "counted-noun", -2.0 if compound else 0.0)
            if countable:
                return
    kinds = sentence.before(at) in ("different", "many", "all", "these", "those", "various", "several")
    if several in ("kind", "type", "sort") and sentence.near(at + 1) == "of" and kinds:
        yield sentence.replace(at, at + 1, several + "s", "counted-noun")
    if several in ("lot", "lots", "plenty", "number") and sentence.near(at + 1) == "of":
        noun = sentence.near(at + 2)
        if noun in words("countable") and ends_phrase(sentence, at + 2):
            yield sentence.replace(at + 2, at + 3, third_person(noun), "counted-noun", -0.5)


def _pointing(sentence: Sentence, at: int) -> Iterator[Edit]:
    """This days: these days."""
    lower, noun = sentence.lower(at), sentence.near(at + 1)
    verb = any(noun in (verb.third, verb.past) for verb in verbs_of(noun))  # this means
    if lower == "this" and noun and is_plural(noun) and not verb and not _singular_of_uncountable(noun):
        yield sentence.replace(at, at + 1, "these", "counted-noun", -1.0)


def _aged(sentence: Sentence, at: int) -> Iterator[Edit]:
    """A ten years old boy: a ten-year-old boy."""
    unit = sentence.lower(at)
    number = sentence.words[at - 1] if sentence.near(at) else None
    if number is None or unit not in _AGES or sentence.near(at + 1) != "old":
        return
    if sentence.before(at - 1) not in ("a", "an", "the", "my", "his", "her", "their", "our", "this"):
        return
    if other_number(sentence.near(at + 2)):
        age = f"{number.text}-{unit.removesuffix('s')}-old"
        yield sentence.change(number.start, sentence.words[at + 1].end, age, "counted-noun")
