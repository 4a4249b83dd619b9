"""Strengths of rewrites from soft pairwise answers: a linear-Gaussian filter, pure Python.

The Gaussian case of the product of experts of Liusie et al. (EMNLP 2024), with the generator's mean, the
judge's position bias and its slope on length in the state, all estimated together with the strengths.

    strength of rewrite i   theta_i = g + u_i;  of the original 0
    answer to (i, j)        a = theta_i - theta_j + b + beta * log(words_i / words_j) + noise, variance tau2
    answer to (j, i)        its noise has correlation -rho with that of (i, j)

State vector: g, b, beta, then u_i in the order of `Posterior.ids`. All values are natural-log odds.
"""

from collections.abc import Sequence
from math import exp, isfinite, pi, sqrt
from random import Random

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.result import Rating
from aw_engine.errors import BackendError
from aw_engine.judging.linear import Row, cholesky, dot, normal_cdf
from aw_engine.judging.profile import Noise

Sparse = list[tuple[int, float]]

_G, _B, _BETA, _U = 0, 1, 2, 3
_CHILD_VAR = 1.0
CERTAIN = 1e-6
"""Variance of the writer's own pick: none, but for what keeps the covariance positive definite when picks
contradict each other."""

_WIDEST = 4.0
"""Most that disagreement between criteria may widen an answer's variance: it is one answer among few."""
CHILD_SHIFT = -0.3
"""A rewrite of a rewrite is worse than it on average (a third of them won in AlphaWrite's own histories)."""


class Posterior(Struct, frozen=True):
    """Gaussian belief about the state; `cov` is symmetric positive definite, one row per state entry."""

    ids: tuple[str, ...]
    mean: Row
    cov: tuple[Row, ...]

    def at(self, candidate: str) -> int:
        """Index of the candidate's u in the state.

        :raises ValueError: if the candidate is not in it.
        """
        return _U + self.ids.index(candidate)


def prior(ids: Sequence[str], noise: Noise) -> Posterior:
    """Belief about the rewrites `ids` before any answer; the original is never among them."""
    if len(set(ids)) != len(ids) or ORIGINAL in ids:
        raise ValueError("candidate ids must differ, and the original has no entry of its own")
    mean = (noise.lead, noise.bias, noise.slope, *(0.0 for _ in ids))
    variances = (noise.lead_var, noise.bias_var, noise.slope_var, *(noise.own_var for _ in ids))
    cov = tuple(tuple(v if i == j else 0.0 for j in range(len(variances))) for i, v in enumerate(variances))
    return Posterior(ids=tuple(ids), mean=mean, cov=cov)


def add_fresh(belief: Posterior, candidate: str, variance: float = 1.0) -> Posterior:
    """The belief with one more rewrite of the original, about which nothing is known but its variance."""
    return _add(belief, candidate, mean=0.0, row=(0.0,) * len(belief.mean), variance=variance)


def add_child(belief: Posterior, candidate: str, parent: str, shift: float = CHILD_SHIFT) -> Posterior:
    """The belief with a rewrite of `parent`: u is the parent's plus N(shift, 1)."""
    p = belief.at(parent)
    return _add(
        belief,
        candidate,
        mean=belief.mean[p] + shift,
        row=belief.cov[p],
        variance=belief.cov[p][p] + _CHILD_VAR,
    )


def add_crossover(
    belief: Posterior, candidate: str, first: str, second: str, shift: float = CHILD_SHIFT
) -> Posterior:
    """The belief with a rewrite that joins two: u is the mean of theirs plus N(shift, 1)."""
    a, b = belief.at(first), belief.at(second)
    cov = belief.cov
    return _add(
        belief,
        candidate,
        mean=(belief.mean[a] + belief.mean[b]) / 2 + shift,
        row=tuple((x + y) / 2 for x, y in zip(cov[a], cov[b], strict=True)),
        variance=(cov[a][a] + cov[b][b] + 2 * cov[a][b]) / 4 + _CHILD_VAR,
    )


def _add(belief: Posterior, candidate: str, *, mean: float, row: Row, variance: float) -> Posterior:
    if candidate in belief.ids or candidate == ORIGINAL:
        raise ValueError(f"{candidate} is in the field already")
    cov = (*((*old, x) for old, x in zip(belief.cov, row, strict=True)), (*row, variance))
    return Posterior(ids=(*belief.ids, candidate), mean=(*belief.mean, mean), cov=cov)


def observe(
    belief: Posterior, comparison: Comparison, noise: Noise, swapped: Comparison | None = None
) -> Posterior:
    """The belief after one more answer. `swapped` is the same pair in the other order if it is in `belief`.

    The second answer about a pair is taken conditionally on the first, so that both together count as one
    double observation (they share the pair's noise).

    :raises BackendError: if the answer is not finite.
    """
    h, value, variance = _equation(belief, comparison, noise, swapped)
    return _update(belief, h, value, variance)


def foresee(belief: Posterior, first: str, second: str, noise: Noise, *, swapped: bool = False) -> Posterior:
    """The belief with the covariance that it will have once the pair is judged, and the mean it has now.

    The covariance does not depend on the answer; therefore a batch of pairs can be chosen before any of them
    is answered. `swapped` says that the other order is in `belief` already.
    """
    h = _direction(belief, first, second, 0.0)
    variance = noise.tau2
    if swapped:
        h = _sum(h, _direction(belief, second, first, 0.0), noise.rho)
        variance *= 1 - noise.rho**2
    return _update(belief, h, None, variance)


def prefer(belief: Posterior, pick: Pick, *, variance: float = CERTAIN) -> Posterior:
    """The belief after a hard verdict that the winner is better, which is certain unless `variance` is given.

    One assumed-density step of a probit, as in TrueSkill. It depends a little on the order, so hard verdicts
    come after all soft answers, in the order in which they were given. `UNIT_NOISE` fits a judge's own.
    """
    h = [(i, x) for i, x in _direction(belief, pick.winner, pick.loser, 0.0) if i != _B]
    ph = _product(belief, h)
    s2 = sum(x * ph[i] for i, x in h) + variance
    s = sqrt(s2)
    t = sum(x * belief.mean[i] for i, x in h) / s
    v = -t if t < -30 else exp(-t * t / 2) / sqrt(2 * pi) / normal_cdf(t)
    shrink = sqrt(1.0 - 1.0 / t**2 if t < -30 else max(0.0, v * (v + t)))
    q = [x * shrink / s for x in ph]
    mean = tuple(x + p * v / s for x, p in zip(belief.mean, ph, strict=True))
    return Posterior(ids=belief.ids, mean=mean, cov=_downdate(belief.cov, q))


def gap(belief: Posterior, first: str, second: str) -> tuple[float, float]:
    """Mean and variance of strength(first) - strength(second). Either may be the original."""
    h = _contrast(belief, first, second)
    cov = belief.cov
    return (
        sum(x * belief.mean[i] for i, x in h),
        sum(x * y * cov[i][j] for i, x in h for j, y in h),
    )


def strength(belief: Posterior, candidate: str) -> Rating:
    """Mean and standard deviation of the strength against the original (0 for itself)."""
    mean, variance = gap(belief, candidate, ORIGINAL)
    return Rating(mean=mean, sd=sqrt(max(variance, 0.0)))


def beats(belief: Posterior, first: str, second: str) -> float:
    """Probability that `first` is better than `second` (0.5 for the same)."""
    mean, variance = gap(belief, first, second)
    return normal_cdf(mean / sqrt(variance)) if variance > 0 else 0.5


def draws(belief: Posterior, candidates: Sequence[str], rng: Random, count: int) -> list[list[float]]:
    """`count` joint draws of the strengths of `candidates` (the original's is always 0)."""
    rewrites = [c for c in candidates if c != ORIGINAL]
    cov, places = belief.cov, [belief.at(c) for c in rewrites]
    joint = [
        [cov[_G][_G] + cov[_G][i] + cov[_G][j] + cov[i][j] for j in places[: row + 1]]
        for row, i in enumerate(places)
    ]
    factor = cholesky(joint)
    means = [belief.mean[_G] + belief.mean[i] for i in places]
    out: list[list[float]] = []
    for _ in range(count):
        z = [rng.gauss(0.0, 1.0) for _ in rewrites]
        values = dict(
            zip(rewrites, (m + dot(row, z) for m, row in zip(means, factor, strict=True)), strict=True)
        )
        out.append([values.get(c, 0.0) for c in candidates])
    return out


def _equation(
    belief: Posterior, comparison: Comparison, noise: Noise, swapped: Comparison | None
) -> tuple[Sparse, float, float]:
    """h, value and variance of an answer, or of its new part where the swapped one is known."""
    h, value, widening = _answer(belief, comparison, noise)
    if swapped is None:
        return h, value, noise.tau2 * widening
    if not noise.swaps:
        raise ValueError("this judge's answer to the swapped pair tells nothing")
    other, known, other_widening = _answer(belief, swapped, noise)
    share = noise.rho * sqrt(widening / other_widening)
    return _sum(h, other, share), value + share * known, noise.tau2 * widening * (1 - noise.rho**2)


def _answer(belief: Posterior, comparison: Comparison, noise: Noise) -> tuple[Sparse, float, float]:
    if not (isfinite(comparison.logit) and isfinite(comparison.length) and isfinite(comparison.spread)):
        raise BackendError("The judge's answer is not a finite number. Try another model.")
    h = _direction(belief, comparison.first, comparison.second, comparison.length)
    widening = min(_WIDEST, max(1.0, comparison.spread / noise.spread)) if noise.spread > 0 else 1.0
    return h, noise.gain * comparison.logit, widening


def _direction(belief: Posterior, first: str, second: str, length: float) -> Sparse:
    return [*_contrast(belief, first, second), (_B, 1.0), (_BETA, length)]


def _contrast(belief: Posterior, first: str, second: str) -> Sparse:
    if first == second:
        return []
    if second == ORIGINAL:
        return [(_G, 1.0), (belief.at(first), 1.0)]
    if first == ORIGINAL:
        return [(_G, -1.0), (belief.at(second), -1.0)]
    return [(belief.at(first), 1.0), (belief.at(second), -1.0)]


def _sum(h: Sparse, other: Sparse, share: float) -> Sparse:
    total = dict(h)
    for i, x in other:
        total[i] = total.get(i, 0.0) + share * x
    return list(total.items())


def _product(belief: Posterior, h: Sparse) -> list[float]:
    """The product P h; rows are read as columns, since the covariance is symmetric."""
    out = [0.0] * len(belief.mean)
    for i, x in h:
        if x:
            out = [o + x * p for o, p in zip(out, belief.cov[i], strict=True)]
    return out


def _update(belief: Posterior, h: Sparse, value: float | None, variance: float) -> Posterior:
    ph = _product(belief, h)
    total = sum(x * ph[i] for i, x in h) + variance
    mean = belief.mean
    if value is not None:
        step = (value - sum(x * mean[i] for i, x in h)) / total
        mean = tuple([m + p * step for m, p in zip(mean, ph, strict=True)])
    root = sqrt(total)
    return Posterior(ids=belief.ids, mean=mean, cov=_downdate(belief.cov, [p / root for p in ph]))


def _downdate(cov: tuple[Row, ...], q: list[float]) -> tuple[Row, ...]:
    """cov - q q^T; using the same factor on both sides keeps it symmetric to the last bit."""
    return tuple(
        [tuple([p - x * y for p, y in zip(row, q, strict=True)]) for row, x in zip(cov, q, strict=True)]
    )
