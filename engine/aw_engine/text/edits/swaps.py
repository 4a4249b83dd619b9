"""Words mistaken for each other, adjectives for adverbs, contractions without apostrophe, double negation."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.prepositions import spans_time
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.spelling import matches
from aw_engine.text.edits.tables import rows, words
from aw_engine.text.words import lexicon

_BEFORE_WHICH = frozenset(
    ("at", "by", "for", "from", "in", "into", "of", "on", "through", "to", "under", "with")
)
_ANY = {"nothing": "anything", "nobody": "anybody", "nowhere": "anywhere"}


def confusables(sentence: Sentence) -> Iterator[Edit]:
    index = _sets()
    for at, word in enumerate(sentence.words):
        if word.free:
            for other, kind in index.get((word.lower,), ()):
                if {word.lower, other} == {"since", "for"} and not spans_time(sentence, at + 1):
                    continue  # "for our accountant left" is no English of today
                if word.lower == "me" and sentence.near(at + 1) == "and":
                    continue  # not "I and Sarah"
                if (word.lower, other) == ("which", "that") and sentence.before(at) in _BEFORE_WHICH:
                    continue  # to which group
                if word.lower == "whose" and not _who_is(sentence, at + 1):
                    continue  # whose book
                thing = word.lower == "who's" and sentence.near(at + 1) in words("countable")
                owned = thing and sentence.near(at + 2) in ("is", "are", "was", "were", "did", "does")
                yield sentence.replace(at, at + 1, other, kind, 6.0 if owned else 0.0)
        if sentence.close(at, at + 2):
            for other, kind in index.get((word.lower, sentence.lower(at + 1)), ()):
                yield sentence.replace(at, at + 2, other, kind)
        participle = sentence.near(at + 1).endswith(("ed", "en"))  # unreasonably withheld
        adjective = word.lower in words("ly-adjectives")
        if (
            word.free
            and word.lower.endswith("ly")
            and len(word.lower) > 4
            and not participle
            and not adjective
        ):
            for stem in (word.lower[:-2], word.lower[:-3] + "y", word.lower[:-1] + "e"):
                if lexicon().frequency(stem) > 3:
                    yield sentence.replace(at, at + 1, stem, "adverb-form")
                    break
        elif word.free and word.lower.isalpha() and len(word.lower) > 3:
            adverb = word.lower[:-1] + "y" if word.lower.endswith("le") else word.lower + "ly"
            if word.lower.endswith("y"):
                adverb = word.lower[:-1] + "ily"
            if (
                lexicon().frequency(adverb) > 4
                and lexicon().frequency(adverb) >= lexicon().frequency(word.lower) - 5
            ):
                yield sentence.replace(at, at + 1, adverb, "adverb-form")


def _who_is(sentence: Sentence, at: int) -> bool:
    """Whether what begins at word `at` may follow `who is`: going, been, the, in, not."""
    after = sentence.near(at)
    return (
        after.endswith("ing") or after in words("determiners") or after in ("been", "not", "in", "on", "at")
    )


@cache
def _sets() -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    index: dict[tuple[str, ...], dict[str, str]] = {}
    listed = [("confusable", *row) for row in rows("confusables")] + [
        tuple(row) for row in rows("function_swaps")
    ]
    for kind, *members in listed:
        for one in members:
            for other in members:
                if one != other:
                    index.setdefault(tuple(one.lower().split()), {}).setdefault(other, kind)
    return {left: tuple(rights.items()) for left, rights in index.items()}


def apostrophes(sentence: Sentence) -> Iterator[Edit]:
    for at, entry, right in matches(sentence, "apostrophes"):
        yield sentence.replace(at, at + len(entry), right, "apostrophe")
    for at, entry, right in matches(sentence, "negations"):
        yield sentence.replace(at, at + len(entry), right, "double-negation")
    for at, word in enumerate(sentence.words):
        other = _ANY.get(word.lower)
        if other is not None and sentence.close(at - 2, at + 1) and _negated(sentence.lower(at - 2)):
            yield sentence.replace(at, at + 1, other, "double-negation")


@cache
def bare_negations() -> frozenset[str]:
    """Negations that lack their apostrophe and are no other word: dont, wouldnt."""
    bare = (row[0] for row in rows("apostrophes") if len(row) > 1 and row[1].endswith("n't"))
    return frozenset(word for word in bare if not lexicon().known(word))


def _negated(word: str) -> bool:
    return word in ("not", "never") or word.endswith("n't")
