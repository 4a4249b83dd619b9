"""Prepositions: one for another, the one that a word wants, missing and needless ones."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import rows, words

_DROPPED = frozenset(["in", "on", "at", "to", "for", "of", "with", "from", "by"])

_INSERTED = ("of", "in", "to", "for", "on", "with")
_PHRASE_STARTS = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their"]
)
_NOT_BEFORE = frozenset(
    [
        "and",
        "or",
        "but",
        "that",
        "if",
        "when",
        "as",
        "than",
        "because",
        "all",
        "both",
        "is",
        "are",
        "was",
        "were",
        "attached",
        "enclosed",
    ]
)


def propose(sentence: Sentence) -> Iterator[Edit]:
    swaps, bound = _prepositions()
    for at, word in enumerate(sentence.words):
        lower, after = word.lower, sentence.near(at + 1)
        before = sentence.before(at)
        wanted = bound.get(before)
        if word.free:
            if (
                wanted is not None
                and lower in wanted[1]
                and lower != wanted[0]
                and not looks_ahead(sentence, at)
            ):
                if wanted[0] != "-":
                    yield sentence.replace(at, at + 1, wanted[0], "preposition-bound")
                elif (gone := sentence.remove(at, at + 1, "preposition-bound")) is not None:
                    yield gone
            for other in swaps.get(lower, ()) if after or before else ():
                if lower != "since" or spans_time(sentence, at + 1):
                    yield sentence.replace(at, at + 1, other, "preposition")
            if lower in _DROPPED and before and after:
                gone = sentence.remove(at, at + 1, "preposition-drop")
                if gone is not None:
                    yield gone
        if before and lower not in swaps:
            if wanted is not None and wanted[0] != "-" and "-" in wanted[1]:
                yield sentence.insert(at, wanted[0], "preposition-insert")
            if before not in (*words("before-bare-verb"), "until") and any(
                lower == verb.base for verb in verbs_of(lower)
            ):
                yield sentence.insert(at, "to", "preposition-insert")
            if lower in _PHRASE_STARTS and before.isalpha() and before not in _NOT_BEFORE:
                for new in _INSERTED:
                    yield sentence.insert(at, new, "preposition-insert")


def looks_ahead(sentence: Sentence, at: int) -> bool:
    """Whether the preposition at word `at` is bound to what follows it: about forty, of course."""
    after = sentence.near(at + 1)
    number = after.isdigit() or after in words("before-plural") or after in ("a", "half", "one", "all")
    return after == "course" if sentence.lower(at) == "of" else sentence.lower(at) == "about" and number


def spans_time(sentence: Sentence, at: int) -> bool:
    """Whether a length of time may begin at word `at`, as in "since two years"; "since we left" has none."""
    word = sentence.near(at)
    return word.isdigit() or word in words("before-plural") or word in ("a", "an", "one", "long", "some")


@cache
def _prepositions() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, frozenset[str]]]]:
    swaps = {row[0]: row[1:] for row in rows("prepositions")}
    bound = {row[0]: (row[1], frozenset(row[2:])) for row in rows("bound_prepositions")}
    return swaps, bound
