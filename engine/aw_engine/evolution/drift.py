"""How far the rewrites drift from one generation to the next, towards pleasing the judge, and its alarms.

Without such a measure AlphaWrite's published runs collapsed unnoticed: overlap between texts rose five- to
twentyfold, and up to 45 % of the words were no words. An alarm concerns a whole generation.
"""

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean
from typing import Literal

from msgspec import Struct

from aw_engine.domain.comparison import Comparison
from aw_engine.domain.result import GenerationMeters
from aw_engine.text.measures import changed, compression_gain, distinct2, length_ratio, ngrams, shared, words
from aw_engine.text.slop import per_thousand

_OVERLAP_GROWTH = 2.0
# Siblings share what their parent changed, and light edits that agree are agreement: neither is collapse.
_OVERLAP_FLOOR = 0.6
_LIGHT = 0.15
_DISTINCT_LOSS = 0.6
_GIBBERISH = 0.10
_SLOP = 2.0
_DRIFT = 0.05
_FEWEST_TRIED = 10  # a single accident among fewer must not end a run
_FLIPS = 0.40
_FEWEST_TWICE = 5  # pairs judged in both orders before their flips say anything
_MASS = 0.5


class Drift(Struct, frozen=True):
    """One generation's rewrites together.

    `overlap`: mean over pairs of the share of 4-grams in common, the original's left out, 0..1.
    `distinct2`: distinct bigrams over words, mean over pairs, so that generations of different sizes can be
    compared. `compression`: compressed one by one over together. `changed`: mean share of words changed.
    `slop`: worn phrases per 1,000 words above the original's. `length_ratio`: mean, to the original.
    `gibberish`: share of the rewrites tried (counted as ten if they were fewer) that were refused for it.
    """

    texts: int
    overlap: float
    distinct2: float
    compression: float
    changed: float
    slop: float
    length_ratio: float
    gibberish: float

    def summary(self, best: float) -> GenerationMeters:
        """What a result shows of this generation, with its best rating in log-odds."""
        diversity = 1 - self.overlap if self.texts > 1 else 0.0
        return GenerationMeters(
            best=best, diversity=diversity, length_ratio=self.length_ratio, slop=self.slop
        )


class Alarm(Struct, frozen=True):
    """A measure out of bounds, with a `message` for the writer. If it `stops`, the generation is dropped."""

    kind: Literal["overlap", "distinct", "gibberish", "slop", "length", "judge"]
    message: str
    stops: bool


class JudgeDrift(Struct, frozen=True):
    """`flips`: share of the pairs judged in both orders where the same place won twice (None with fewer than
    five such pairs); `mass`: mean label mass."""

    flips: float | None
    mass: float


def read(original: str, texts: Sequence[str], tried: int, gibberish: int) -> Drift:
    """The drift of one generation's admitted `texts`; of `tried` rewrites, `gibberish` were refused for it.

    A generation without texts has the values of the original.
    """
    given = ngrams(_lower(original), 4)
    fours = [ngrams(_lower(text), 4) - given for text in texts]
    overlaps = [shared(a, b) for a, b in combinations(fours, 2)]
    slop = per_thousand(original)
    pairs = [distinct2(pair) for pair in combinations(texts, 2)]
    return Drift(
        texts=len(texts),
        overlap=fmean(overlaps) if overlaps else 0.0,
        distinct2=fmean(pairs) if pairs else distinct2(texts or [original]),
        compression=compression_gain(texts),
        changed=fmean(changed(original, text) for text in texts) if texts else 0.0,
        slop=fmean(per_thousand(text) - slop for text in texts) if texts else 0.0,
        length_ratio=fmean(length_ratio(original, text) for text in texts) if texts else 1.0,
        gibberish=gibberish / max(tried, _FEWEST_TRIED),
    )


def alarms(first: Drift, before: Drift, now: Drift) -> tuple[Alarm, ...]:
    """What is wrong with generation `now`, given the first one and the one before; empty if nothing is."""
    found: list[Alarm] = []
    if min(first.texts, now.texts) > 1 and now.changed > _LIGHT:
        if now.overlap >= max(_OVERLAP_FLOOR, _OVERLAP_GROWTH * first.overlap):
            found.append(
                Alarm("overlap", "The rewrites have grown alike; breeding stopped there.", stops=True)
            )
        if now.distinct2 < _DISTINCT_LOSS * first.distinct2:
            found.append(
                Alarm("distinct", "The rewrites repeat themselves; breeding stopped there.", stops=True)
            )
    if now.gibberish > _GIBBERISH:
        share = f"{now.gibberish:.0%} of the rewrites were gibberish"
        found.append(Alarm("gibberish", f"{share}; breeding stopped there.", stops=True))
    if now.slop > _SLOP:
        found.append(Alarm("slop", "The rewrites use more worn phrases than your text does.", stops=False))
    drift = now.length_ratio / before.length_ratio - 1 if before.length_ratio else 0.0
    # Coming back to the original's length is no drift.
    if abs(drift) > _DRIFT and abs(now.length_ratio - 1) > abs(before.length_ratio - 1):
        way = "longer" if drift > 0 else "shorter"
        message = f"The rewrites have grown {way} from one generation to the next."
        found.append(Alarm("length", message, stops=False))
    return tuple(found)


def read_judge(comparisons: Sequence[Comparison]) -> JudgeDrift:
    """How the judge behaved; mass 1 without comparisons."""
    by_pair = {(each.first, each.second): each.logit for each in comparisons}
    twice = [
        (logit, by_pair[second, first])
        for (first, second), logit in by_pair.items()
        if first < second and (second, first) in by_pair
    ]
    masses = [readout.mass for each in comparisons for readout in each.readouts]
    return JudgeDrift(
        flips=sum(a * b > 0 for a, b in twice) / len(twice) if len(twice) >= _FEWEST_TWICE else None,
        mass=fmean(masses) if masses else 1.0,
    )


def judge_alarm(judge: JudgeDrift) -> Alarm | None:
    """The alarm that marks a ranking as weak: over 40 % of the verdicts turn with the order, or the model
    gives less than half of its probability to the answers that it was asked for."""
    if judge.mass < _MASS:
        message = "The model often does not answer what it is asked; the ranking is weak."
        return Alarm("judge", message, stops=False)
    if judge.flips is not None and judge.flips > _FLIPS:
        message = "The model's verdicts turn with the order of the texts; the ranking is weak."
        return Alarm("judge", message, stops=False)
    return None


def _lower(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in words(text))
