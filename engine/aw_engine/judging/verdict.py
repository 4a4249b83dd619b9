"""What a rating says about a rewrite: how sure it is, and which verdict follows."""

from collections.abc import Sequence
from math import exp, sqrt

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Flag
from aw_engine.domain.result import Ranked, Rating, Verdict
from aw_engine.judging.linear import normal_cdf
from aw_engine.judging.profile import UNIT_NOISE

PREFERRED = 0.80
"""The least P(better than the original) at which a rewrite is called better, or preferred."""

_MOST = 30.0  # log-odds; `exp` of much larger ones overflows


def assessed(entry: Ranked, *, trusted: bool) -> Ranked:
    """The entry with its verdict and its uncertainty, and with the probabilities of its criteria.

    `trusted` is False where the judge is too weak for a rewrite to be called better.
    """
    criteria = []
    for each in entry.criteria:
        wins = logistic(each.delta)
        # To first order, as the derivative of the logistic function has it.
        criteria.append(replace(each, wins=wins, uncertainty=each.sd * wins * (1 - wins)))
    return replace(
        entry,
        uncertainty=uncertainty(entry.rating),
        verdict="equal"
        if entry.id == ORIGINAL
        else verdict(entry.rating, entry.wins, entry.flags, trusted=trusted),
        criteria=tuple(criteria),
    )


def uncertainty(rating: Rating) -> float:
    """Half-width, 0..0.5, of P(better than the original): by how much one more comparison would move it.

    With strength N(m, s²) and noise variance R, the next mean has the standard deviation d = s²/√(s² + R)
    and the next deviation is s·√(R/(s² + R)); what comes back is half the distance between Φ at m ± d.
    """
    spread = rating.sd**2
    if spread == 0:
        return 0.0
    shift = spread / sqrt(spread + UNIT_NOISE)
    after = rating.sd * sqrt(UNIT_NOISE / (spread + UNIT_NOISE))
    return (normal_cdf((rating.mean + shift) / after) - normal_cdf((rating.mean - shift) / after)) / 2


def verdict(rating: Rating, wins: float, flags: Sequence[Flag], *, trusted: bool) -> Verdict:
    """The verdict on a rewrite; a flag comes before whatever the judge says."""
    if flags:
        return "check"
    if rating.mean <= 0:
        return "notBetter"
    return "better" if trusted and wins >= PREFERRED else "equal"


def logistic(log_odds: float) -> float:
    """The probability that belongs to these natural-log odds."""
    return 1 / (1 + exp(-max(-_MOST, min(_MOST, log_odds))))


def percent(share: float) -> int:
    """Whole percent of a probability, 1..99: certainty is never claimed."""
    return min(99, max(1, round(100 * share)))
