"""The kinds of edit, the group each belongs to, and how reluctantly each is made.

Groups: `mend` corrects errors, `tighten` removes padding, `plain` replaces long words by short ones,
`vary` says the same differently. The priors come from `priors.toml`, which `bench/calibrate_edits.py`
writes: a kind without one is not calibrated and gets a careful start value.
"""

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

Group = Literal["mend", "tighten", "plain", "vary"]
GROUPS: tuple[Group, ...] = get_args(Group)

KINDS: dict[str, Group] = {
    "misspelling": "mend",
    "spelling": "mend",
    "spelling-far": "mend",
    "spelling-capital": "mend",
    "spelling-real": "mend",
    "run-together": "mend",
    "split-word": "mend",
    "doubled-word": "mend",
    "missing-word": "mend",
    "word-order": "mend",
    "subject-twice": "mend",
    "article-sound": "mend",
    "article-sound-rare": "mend",
    "article-insert": "mend",
    "article-drop": "mend",
    "article-swap": "mend",
    "article-noun": "mend",
    "agreement-be": "mend",
    "agreement-have": "mend",
    "agreement-do": "mend",
    "agreement-verb": "mend",
    "agreement-subject": "mend",
    "agreement-noun": "mend",
    "agreement-head": "mend",
    "agreement-there": "mend",
    "agreement-sure": "mend",
    "tense-form": "mend",
    "tense-shift": "mend",
    "tense-time": "mend",
    "verb-form": "mend",
    "verb-base": "mend",
    "noun-number": "mend",
    "noun-irregular": "mend",
    "number-count": "mend",
    "possessive": "mend",
    "apostrophe": "mend",
    "preposition": "mend",
    "preposition-bound": "mend",
    "preposition-insert": "mend",
    "preposition-drop": "mend",
    "confusable": "mend",
    "pronoun-case": "mend",
    "that-which": "mend",
    "who-which": "mend",
    "determiner": "mend",
    "quantity": "mend",
    "comparison": "mend",
    "adverb-form": "mend",
    "double-negation": "mend",
    "usage": "mend",
    "verb-pattern": "mend",
    "comparative": "mend",
    "counted-noun": "mend",
    "clause-link": "mend",
    "comma-intro": "mend",
    "comma-opener": "mend",
    "comma-conjunction": "mend",
    "comma-drop": "mend",
    "splice": "mend",
    "capital": "mend",
    "capital-name": "mend",
    "final-stop": "mend",
    "spacing": "mend",
    "filler": "tighten",
    "opener": "tighten",
    "wordy": "tighten",
    "redundancy": "tighten",
    "nominalisation": "tighten",
    "hedge": "tighten",
    "there-is": "tighten",
    "plain-word": "plain",
    "contract": "vary",
    "expand": "vary",
    "connective": "vary",
    "that-drop": "vary",
    "that-insert": "vary",
    "split": "vary",
    "join": "vary",
    "semicolon": "vary",
    "clause-order": "vary",
}

SLIPS = frozenset(
    ("misspelling", "spelling", "run-together", "split-word", "doubled-word", "apostrophe", "spacing")
)
"""Kinds that mend slips of the pen and change nobody's words: they may be made within a quotation."""

_START = {"mend": -6.0, "tighten": -1.0, "plain": -2.0, "vary": -2.0}


def kinds_of(groups: Iterable[Group]) -> frozenset[str]:
    """The kinds that belong to any of `groups`."""
    wanted = set(groups)
    return frozenset(kind for kind, group in KINDS.items() if group in wanted)


@lru_cache(maxsize=1)
def priors() -> dict[str, float]:
    """Log prior of each kind (nats)."""
    text = files(__package__).joinpath("priors.toml").read_text(encoding="utf-8")
    calibrated = tomllib.loads(text)["priors"]
    return {kind: float(calibrated.get(kind, _START[group])) for kind, group in KINDS.items()}
