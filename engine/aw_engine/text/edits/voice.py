"""Whether a passage speaks with a voice of its own, whose grammar is left alone: dialect, dialogue."""

import re
from functools import lru_cache
from itertools import pairwise

from aw_engine.text.edits.tables import words
from aw_engine.text.words import lexicon

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*['’]?")
# Sounds left out: fixin', o', th', 'em. A possessive plural (the dogs') has no such ending.
_CLIPPED = re.compile(
    r"\b\w{2,}in['’](?!\w)|(?<!\w)['’](?:em|tis|twas|cause|bout|til)\b|\b(?:o|th|an)['’](?=\s\w)"
)
_DASHED = re.compile(r"^\s*[—–]\s*\S")
# A speaker and what is said: "TOM: Where was you?", "Sam: soz".
_SPEAKER = re.compile(r"(?:^|[.?!]\s)([A-Z][a-z]+|[A-Z]{2,}):\s")
# Words in capitals before a colon that are no part in a play.
_LABELS = frozenset(("NOTE", "WARNING", "TIP", "IMPORTANT", "CAUTION", "DANGER", "TODO", "FIXME", "NB", "PS"))
_THOUGHT = re.compile(r"[*_][^*_]{8,}[*_]\s+(?:\w+\s+){1,2}?(?:thought|wondered|told|said|mused)\b")
# He don't love me no more.
_NEGATED_TWICE = re.compile(r"n['’]t (?:\w+ ){1,3}(?:no more|none|neither)\b", re.I)


@lru_cache(maxsize=512)
def of_its_own(text: str) -> bool:
    """Whether the passage is in dialect, or is speech without quotation marks.

    One word that only dialect has is enough: no learner writes ain't, nowt or y'all by mistake.
    """
    text = text.replace("’", "'")
    found = [word.lower() for word in _WORD.findall(text)]
    pairs = {f"{one} {other}" for one, other in pairwise(found)}
    marked = any(word in words("dialect") for word in found) or bool(pairs & _phrases())
    patterns = (_DASHED, _THOUGHT, _CLIPPED, _NEGATED_TWICE)
    return marked or any(map(_speaks, _SPEAKER.findall(text))) or any(one.search(text) for one in patterns)


def _speaks(label: str) -> bool:
    """Whether the word before a colon is who speaks: a name, or a part in a play."""
    return lexicon().name(label) or (label.isupper() and label not in _LABELS)


@lru_cache(maxsize=1)
def _phrases() -> frozenset[str]:
    """Two words that only dialect puts together: me mam, them cows, done took."""
    return frozenset(phrase.replace("_", " ") for phrase in words("dialect-pairs"))
