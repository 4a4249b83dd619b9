"""Mistakes that the rules for local edits are sure of, whatever a model finds likely."""

from functools import lru_cache

from aw_engine.text.edits import SURE, own_words, propose
from aw_engine.text.sentences import sentences


@lru_cache(maxsize=1024)
def mistakes(text: str) -> int:
    """The number of places where an English text has a mistake whose rule is sure. Takes milliseconds."""
    own = own_words(text)
    return sum(
        len({edit.start for edit in propose(text[start:end].strip(), SURE, own)})
        for start, end in sentences(text)
    )
