"""Nouns: singular and plural, possessives, plurals that do not exist."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import rows, words

_OWNERS = {"childrens": "children's", "peoples": "people's", "mens": "men's", "womens": "women's"}
_FAMILY = frozenset(("brothers", "sisters", "mothers", "fathers", "friends", "cousins", "uncles", "aunts"))
_PRONOUNS = frozenset(("one", "each", "another", "this", "that", "either", "neither"))
_NEVER_NUMBER = frozenset(["species", "series", "news", "means", "always"])


def propose(sentence: Sentence) -> Iterator[Edit]:
    wrong = _wrong_plurals()
    for at, word in enumerate(sentence.words):
        lower = word.lower
        if not word.free or lower in _NEVER_NUMBER:
            continue
        after = sentence.near(at + 1)
        if lower in wrong:
            owns = after in words("countable") or bool(other_number(after)) if after else False
            marked = sentence.text[word.end : word.end + 1] in ("'", "’")  # peoples'
            if lower in _OWNERS and (owns or marked):
                end = word.end + marked
                yield sentence.change(word.start, end, _OWNERS[lower], "noun-irregular", 4.0)
            if marked:
                continue
            yield sentence.replace(at, at + 1, wrong[lower], "noun-irregular")
        if _of_the_family(sentence, at):
            yield sentence.replace(at, at + 1, f"{lower[:-1]}'s", "possessive", 13.0)
        labelled = sentence.gap(at + 1).startswith(":")  # Author: Lin Wu
        for other in other_number(lower) if not labelled else ():
            yield sentence.replace(at, at + 1, other, "noun-number")
        if (
            after
            and lower.isalpha()
            and lower.endswith("s")
            and other_number(lower)
            and lower not in words("not-verbs")
        ):
            yield sentence.replace(at, at + 1, f"{lower[:-1]}'s", "possessive")
        if lower.endswith("'s") and len(lower) > 4 and other_number(lower[:-2]):
            yield sentence.replace(at, at + 1, f"{lower[:-2]}s", "possessive")
        if (
            after
            and lower.isalpha()
            and not lower.endswith("s")
            and len(lower) > 3
            and other_number(lower)
            and other_number(after)
        ):
            yield sentence.replace(at, at + 1, f"{lower}'s", "possessive")


def _of_the_family(sentence: Sentence, at: int) -> bool:
    """Whether the word is a person of a family who has something: my brothers wife is."""
    member = sentence.lower(at) in _FAMILY and sentence.before(at) in (
        "my",
        "his",
        "her",
        "our",
        "your",
        "their",
    )
    thing, after = sentence.near(at + 1), sentence.near(at + 2)
    follows = not after or after in words("finite") or after in ("from", "in", "on", "at")
    return member and thing in words("countable") and not verbs_of(thing) and follows


def counted(sentence: Sentence) -> Iterator[Edit]:
    """Nouns whose number the word before them rules out: three reason, each reasons."""
    for at, word in enumerate(sentence.words):
        before = sentence.before(at)
        many = word.lower.endswith("s") and not word.lower.endswith("ss")
        # One learns to, each takes a; but each reasons is.
        acts = before in _PRONOUNS and verbs_of(word.lower) and sentence.near(at + 1) not in words("finite")
        if word.free and not acts and before in words("before-singular" if many else "before-plural"):
            for other in other_number(word.lower):
                yield sentence.replace(at, at + 1, other, "number-count")


@cache
def _wrong_plurals() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("nonsense_plurals")}
