"""Which two to compare next: pure functions of a belief, the pairs asked so far, and a random generator.

A boundary search for the best k (LUCB's choice of pairs with a parametric posterior, every fourth step a
double Thompson draw) after one Swiss round. A pair is unordered until `arrange` gives it its order.
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
    """Neighbours after a shuffle; with an odd number one rests."""
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
    """The pair across the boundary whose order is most worth knowing, or None when all were asked.

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
    """One that is among the best k in one draw of the strengths only, and one in another draw only.

    Of those pairs not asked yet the one whose difference is least known; None when there is none.
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
    """The candidate and the one of `others` whose mean strength is nearest, among those it has not met."""
    unmet = [o for o in others if o != candidate and not _met(candidate, o, asked)]
    return min(((candidate, o) for o in unmet), key=lambda pair: abs(gap(belief, *pair)[0]), default=None)


def settled(belief: Posterior, top: Sequence[str], rest: Sequence[str], delta: float = DELTA) -> bool:
    """Whether no one outside the best is better than one inside by EPSILON with probability `delta`."""
    for i in top:
        for j in rest:
            mean, variance = gap(belief, j, i)
            if normal_cdf((mean - EPSILON) / sqrt(variance)) >= delta:
                return False
    return True


def arrange(pair: Pair, firsts: Mapping[str, int], asked: Collection[Pair], rng: Random) -> Pair:
    """The pair in the order to ask: the one not asked yet, else first who has been first less often."""
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
