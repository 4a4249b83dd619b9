"""Mistakes that the rules for local edits are sure of, whatever a model finds likely."""

from functools import lru_cache

from aw_engine.text.edits import own_words, propose
from aw_engine.text.sentences import sentences

SURE = frozenset(
    (
        "misspelling",
        "doubled-word",
        "spacing",
        "apostrophe",
        "article-sound",
        "agreement-there",
        "agreement-head",
        "agreement-subject",
        "agreement-sure",
        "usage",
        "verb-pattern",
        "comparative",
        "counted-noun",
        "clause-link",
        "tense-time",
    )
)
"""Kinds of edit whose rule alone leaves hardly a doubt."""


@lru_cache(maxsize=1024)
def mistakes(text: str) -> int:
    """The number of places where an English text has a mistake of a kind in `SURE`. Takes milliseconds."""
    own = own_words(text)
    return sum(
        len({edit.start for edit in propose(text[start:end].strip(), SURE, own)})
        for start, end in sentences(text)
    )
