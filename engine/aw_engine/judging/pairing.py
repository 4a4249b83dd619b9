"""Which pair to compare next: pure functions of a belief, the pairs asked so far, and a random generator.

After one Swiss round the boundary of the best k is searched: pairs are chosen as by LUCB, with a parametric
posterior, and every fourth by a double Thompson draw. A pair is unordered until `arrange` orders it.
"""

from collections.abc import Collection, Mapping, Sequence
from math import log, sqrt
from random import Random

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.judging.linear import normal_cdf
from aw_engine.judging.rating import Posterior, draws, gap

Pair = tuple[str, str]

EPSILON = 0.5
"""Strength in log-odds that a missed rewrite may be better by without it mattering."""

DELTA = 0.15
"""Probability of such a miss at which a tournament ends."""

EVEN = 0.5
"""An answer below this many log-odds is too even to decide who is among the best."""


def swiss_round(field: Sequence[str], rng: Random) -> list[Pair]:
    """Pairs of neighbours after a shuffle; in a field of odd size one candidate rests."""
    order = list(field)
    rng.shuffle(order)
    return list(zip(order[::2], order[1::2], strict=False))


def best(belief: Posterior, field: Sequence[str], k: int) -> list[str]:
    """The k rewrites of the greatest mean strength, best first, ties in the field's order."""
    rewrites = [c for c in field if c != ORIGINAL]
    return sorted(rewrites, key=lambda c: -belief.mean[belief.at(c)])[:k]


def boundary_pair(
    belief: Posterior, top: Sequence[str], rest: Sequence[str], asked: Collection[Pair]
) -> Pair | None:
    """The pair across the boundary whose order is most worth knowing; None when all were asked.

    Greatest log s - m^2 / (2 s^2), where m and s are mean and deviation of the difference in strength.
    """
    return _worthiest(belief, [(i, j) for i in top for j in rest if not _met(i, j, asked)])


def second_order_pair(
    belief: Posterior, top: Sequence[str], rest: Sequence[str], asked: Collection[Pair]
) -> Pair | None:
    """The pair across the boundary asked in one order only that is most worth asking in the other."""
    return _worthiest(belief, [(i, j) for i in top for j in rest if ((i, j) in asked) != ((j, i) in asked)])


def thompson_pair(
    belief: Posterior, field: Sequence[str], k: int, asked: Collection[Pair], rng: Random
) -> Pair | None:
    """A candidate among the best k only in one draw of the strengths, and one only in another draw.

    Of such pairs not asked yet it is the one whose difference is least certain; None if there is none.
    """
    rewrites = [c for c in field if c != ORIGINAL]
    first, second = (
        {c for _, c in sorted(zip(values, rewrites, strict=True), reverse=True)[:k]}
        for values in draws(belief, rewrites, rng, 2)
    )
    pairs = [
        (i, j)
        for i in rewrites
        if i in first - second
        for j in rewrites
        if j in second - first and not _met(i, j, asked)
    ]
    return max(pairs, key=lambda pair: gap(belief, *pair)[1], default=None)


def nearest(belief: Posterior, candidate: str, others: Sequence[str], asked: Collection[Pair]) -> Pair | None:
    """The candidate with the one of `others` that it has not met and whose mean strength is nearest."""
    unmet = [o for o in others if o != candidate and not _met(candidate, o, asked)]
    return min(((candidate, o) for o in unmet), key=lambda pair: abs(gap(belief, *pair)[0]), default=None)


def settled(belief: Posterior, top: Sequence[str], rest: Sequence[str], delta: float = DELTA) -> bool:
    """Whether no rewrite outside the best is better than one inside by EPSILON with probability `delta`."""
    for i in top:
        for j in rest:
            mean, variance = gap(belief, j, i)
            if normal_cdf((mean - EPSILON) / sqrt(variance)) >= delta:
                return False
    return True


def arrange(pair: Pair, firsts: Mapping[str, int], asked: Collection[Pair], rng: Random) -> Pair:
    """The pair in the order not asked yet; if neither was, first the candidate that was first less often."""
    i, j = pair
    if (i, j) in asked or (j, i) in asked:
        return (j, i) if (i, j) in asked else (i, j)
    if firsts.get(i, 0) == firsts.get(j, 0):
        return (i, j) if rng.random() < 0.5 else (j, i)
    return (i, j) if firsts.get(i, 0) < firsts.get(j, 0) else (j, i)


def _met(i: str, j: str, asked: Collection[Pair]) -> bool:
    return (i, j) in asked or (j, i) in asked


def _worthiest(belief: Posterior, pairs: Sequence[Pair]) -> Pair | None:
    def worth(pair: Pair) -> float:
        mean, variance = gap(belief, *pair)
        return 0.5 * log(variance) - mean * mean / (2 * variance)

    return max(pairs, key=worth, default=None)
