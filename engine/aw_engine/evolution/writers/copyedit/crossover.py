"""A child of two parents without a model: each sentence as one of them has it."""

from itertools import pairwise
from random import Random

from aw_engine.text.align import common_cuts


def cross_sentences(original: str, first: str, second: str, rng: Random) -> str:
    """A text that takes each stretch of sentences from one parent or the other, at random.

    Both parents are aligned word by word with the original and can be cut where a sentence of it ends in both
    of them. Both contribute if two or more stretches differ between them; otherwise `first` comes back.
    """
    stretches = [
        (first[a:b], second[c:d]) for (a, c), (b, d) in pairwise(common_cuts(original, first, second))
    ]
    differing = [number for number, (one, other) in enumerate(stretches) if one.strip() != other.strip()]
    if len(differing) < 2:
        return first
    from_second = set(rng.sample(differing, rng.randint(1, len(differing) - 1)))
    return "".join(other if number in from_second else one for number, (one, other) in enumerate(stretches))
