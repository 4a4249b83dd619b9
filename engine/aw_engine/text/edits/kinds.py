"""The kinds of edit: everything that is said of each, in one record.

Groups: `mend` corrects errors, `tighten` removes padding, `plain` replaces long words by short ones,
`vary` says the same differently.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

from msgspec import Struct

from aw_engine.text.edits import (
    agreement,
    articles,
    comparison,
    counting,
    linking,
    nouns,
    padding,
    prepositions,
    punctuation,
    slips,
    spelling,
    subjects,
    swaps,
    timing,
    usage,
    variation,
    verb_patterns,
    verbs,
)
from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.sentence import Sentence

Group = Literal["mend", "tighten", "plain", "vary"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
# Errors are errors: mending is drawn more sharply than what is a matter of taste.
SHARPNESS: Final[Mapping[Group, float]] = {"mend": 0.15, "tighten": 1.0, "plain": 1.0, "vary": 1.0}
_START: Final[Mapping[Group, float]] = {"mend": -6.0, "tighten": -1.0, "plain": -2.0, "vary": -2.0}


class Kind(Struct, frozen=True):
    """A kind of edit, its group, and the proposer that finds where one could be made.

    `slip`: it mends slips of the pen and changes nobody's words, so that it may be made within a quotation.
    `sure`: its rule alone leaves hardly a doubt, whatever a model finds likely. `safe`: it cannot break a
    sentence, so that an edit style may lean to it further. `prior` is its log prior (nats) where that is set
    by hand; `prior_at_most` bounds the one that bench/calibrate_edits.py finds and writes to `priors.toml`.
    Until it is calibrated, a kind has its group's careful start value.
    """

    name: str
    group: Group
    proposer: Callable[[Sentence], Iterator[Edit]]
    slip: bool = False
    sure: bool = False
    safe: bool = False
    prior: float | None = None
    prior_at_most: float | None = None


# In this order proposers are asked: of two that propose the same change, the first names its kind.
#
# A prior is set by hand where a rule leaves no doubt, so that the model has a veto only: nothing follows
# that would pay for a final stop, and "there is now 148 entries" is wrong however likely a model finds it.
# So it is for learners' mistakes too, which clean prose hardly ever has and no damage makes.
_RECORDS: Final = (
    Kind("usage", "mend", usage.propose, sure=True, prior=2.0),
    Kind("misspelling", "mend", spelling.propose, slip=True, sure=True),
    # The word list was made from the prose that priors are calibrated on: in new text more words are right
    # that it does not hold.
    Kind("spelling", "mend", spelling.propose, slip=True, prior_at_most=-5.0),
    Kind("spelling-capital", "mend", spelling.propose, prior_at_most=-8.0),
    Kind("run-together", "mend", spelling.propose, slip=True),
    Kind("split-word", "mend", spelling.propose, slip=True),
    Kind("doubled-word", "mend", slips.doubled, slip=True, sure=True),
    Kind("verb-pattern", "mend", verb_patterns.propose, sure=True, prior=3.0),
    Kind("comparative", "mend", comparison.propose, sure=True, prior=2.0),
    Kind("counted-noun", "mend", counting.propose, sure=True, prior=2.0),
    Kind("clause-link", "mend", linking.propose, sure=True, prior=2.0),
    Kind("agreement-sure", "mend", agreement.propose, sure=True, prior=1.0),
    Kind("agreement-apart", "mend", subjects.propose, sure=True, prior=2.0),
    Kind("tense-time", "mend", timing.propose, sure=True, prior=1.5),
    Kind("article-noun", "mend", articles.of_nouns, prior=-1.0),
    Kind("apostrophe", "mend", swaps.apostrophes, slip=True, sure=True),
    Kind("double-negation", "mend", swaps.apostrophes),
    Kind("confusable", "mend", swaps.confusables),
    Kind("pronoun-case", "mend", swaps.confusables),
    Kind("that-which", "mend", swaps.confusables),
    Kind("who-which", "mend", swaps.confusables),
    Kind("determiner", "mend", swaps.confusables),
    Kind("quantity", "mend", swaps.confusables),
    # Too much of this is false that a reader minds, and too little that the damage shows.
    Kind("comparison", "mend", swaps.confusables, prior=-4.25),
    Kind("adverb-form", "mend", swaps.confusables),
    Kind("article-sound", "mend", articles.propose, sure=True, prior=1.0),
    Kind("article-sound-rare", "mend", articles.propose),
    Kind("article-insert", "mend", articles.propose),
    Kind("article-drop", "mend", articles.propose),
    # Which article is meant depends on what the reader knows: in right text "a last call" became "the last".
    Kind("article-swap", "mend", articles.propose, prior_at_most=-7.0),
    Kind("number-count", "mend", nouns.counted),
    Kind("agreement-be", "mend", verbs.propose),
    Kind("agreement-have", "mend", verbs.propose),
    Kind("agreement-do", "mend", verbs.propose),
    Kind("agreement-verb", "mend", verbs.propose),
    Kind("agreement-subject", "mend", verbs.propose, sure=True),
    Kind("agreement-noun", "mend", verbs.propose),
    Kind("agreement-head", "mend", verbs.propose, sure=True, prior=0.0),
    Kind("agreement-there", "mend", verbs.propose, sure=True, prior=2.0),
    Kind("tense-form", "mend", verbs.propose),
    Kind("tense-shift", "mend", verbs.propose),
    Kind("verb-form", "mend", verbs.propose),
    Kind("verb-base", "mend", verbs.propose),
    Kind("noun-number", "mend", nouns.propose),
    Kind("noun-irregular", "mend", nouns.propose),
    Kind("possessive", "mend", nouns.propose),
    Kind("preposition", "mend", prepositions.propose),
    Kind("preposition-bound", "mend", prepositions.propose),
    Kind("preposition-insert", "mend", prepositions.propose),
    # "Brush with egg wash": what is said is another thing, and both are usual.
    Kind("preposition-drop", "mend", prepositions.propose, prior_at_most=-11.0),
    Kind("missing-word", "mend", slips.missing),
    Kind("subject-twice", "mend", slips.subject_twice),
    Kind("word-order", "mend", slips.order),
    Kind("comma-opener", "mend", punctuation.openers, prior=0.5),
    Kind("comma-intro", "mend", punctuation.commas),
    Kind("comma-conjunction", "mend", punctuation.commas),
    Kind("comma-drop", "mend", punctuation.commas),
    Kind("splice", "mend", punctuation.commas),
    Kind("capital", "mend", punctuation.capitals),
    Kind("capital-name", "mend", punctuation.capitals),
    Kind("final-stop", "mend", punctuation.stops, prior=3.0),
    Kind("spacing", "mend", punctuation.stops, slip=True, sure=True),
    Kind("filler", "tighten", padding.propose),
    Kind("opener", "tighten", padding.propose),
    Kind("wordy", "tighten", padding.propose),
    Kind("redundancy", "tighten", padding.propose),
    Kind("nominalisation", "tighten", padding.propose),
    Kind("hedge", "tighten", padding.propose),
    Kind("there-is", "tighten", padding.propose),
    Kind("plain-word", "plain", padding.plain),
    Kind("contract", "vary", variation.propose, safe=True),
    Kind("expand", "vary", variation.propose, safe=True),
    Kind("connective", "vary", variation.propose),
    Kind("that-drop", "vary", variation.propose, safe=True),
    Kind("that-insert", "vary", variation.propose, safe=True),
    Kind("split", "vary", variation.propose, safe=True),
    Kind("join", "vary", variation.propose, safe=True),
    Kind("semicolon", "vary", variation.propose, safe=True),
    Kind("clause-order", "vary", variation.propose, safe=True),
)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _RECORDS}
SLIPS: Final = frozenset(kind.name for kind in _RECORDS if kind.slip)
SURE: Final = frozenset(kind.name for kind in _RECORDS if kind.sure)
PROPOSERS: Final = tuple(dict.fromkeys(kind.proposer for kind in _RECORDS))
"""Every proposer once, in the order in which they are asked."""


def kinds_of(groups: Iterable[Group]) -> frozenset[str]:
    """The kinds that belong to any of `groups`."""
    wanted = set(groups)
    return frozenset(kind.name for kind in _RECORDS if kind.group in wanted)


@lru_cache(maxsize=1)
def priors() -> Mapping[str, float]:
    """Log prior of each kind (nats): by hand, else calibrated, else its group's start value."""
    text = files(__package__).joinpath("priors.toml").read_text(encoding="utf-8")
    calibrated: Mapping[str, float] = tomllib.loads(text)["priors"]
    return {
        kind.name: calibrated.get(kind.name, _START[kind.group]) if kind.prior is None else kind.prior
        for kind in _RECORDS
    }
