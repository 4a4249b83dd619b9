"""How far a judge can be believed: what the self-test measured, and the noise that follows from it."""

from math import pi, sqrt, tan
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from aw_engine.domain.brief import TRAINED
from aw_engine.inference.backend import Judging

Claim = Literal["ranks", "weak", "unranked"]

RANKS: Final = 0.65
WEAK: Final = 0.58
"""The least accuracy on graded pairs of a judge whose ranking is shown as one, and of one whose is a hint."""

UNIT_NOISE = pi**2 / 3
"""Variance of the logistic distribution: a hard verdict under it is exactly Bradley-Terry of unit scale."""

_ACCURACY_BELIEVED = 0.78
"""The best judges of creative writing agree with people in 78 % of pairs (LitBench, 2025); no self-test of
graded sentences is believed beyond that."""

_ACCURACY_LEAST = 0.51


class Noise(Struct, frozen=True):
    """Parameters of one judge's answers, in log-odds; the default is for a judge of which nothing is known.

    `tau2` is the variance of one answer, `rho` the share of it that belongs to the pair and not to the order
    it was asked in. `gain` converts an answer into the unit of the strengths, in which the rest is given, so
    that the probability claimed for a single pair is that of the self-test. Position bias is N(`bias`,
    `bias_var`); the slope on log(words first / words second) is N(`slope`, `slope_var`). `spread` is the
    usual disagreement between criteria (0 = unknown, so it widens nothing). `swaps` is false for a judge
    whose answer to the swapped pair is always the negative: asking it then tells nothing. `absolute` is true
    for one that gives each text a number of its own: what it says of two rewrites follows from what it says
    of each against the original, so that nothing else is to be asked.

    Before any answer, rewrites are worth N(`lead`, `lead_var`) all together, and each N(0, `own_var`) beside.
    """

    tau2: Annotated[float, Meta(gt=0)] = UNIT_NOISE
    rho: Annotated[float, Meta(ge=0, lt=1)] = 0.5
    bias: float = 0.0
    bias_var: Annotated[float, Meta(gt=0)] = 1.0
    slope: float = 0.0
    slope_var: Annotated[float, Meta(gt=0)] = 0.25
    spread: Annotated[float, Meta(ge=0)] = 0.0
    gain: Annotated[float, Meta(gt=0)] = 1.0
    swaps: bool = True
    absolute: bool = False
    lead: float = -0.3
    lead_var: Annotated[float, Meta(gt=0)] = 0.49
    own_var: Annotated[float, Meta(gt=0)] = 1.0


class JudgeProfile(Struct, frozen=True):
    """What the self-test found out about one model as a judge; the default is for a judge not measured.

    `accuracy` is the share of clear and subtle pairs decided rightly, order bias removed; `flips` the share
    of pairs in which the same place won twice; `mass` the mean label mass. Logits are divided by
    `temperature` before anything else is done with them. `seconds` is the time of one read-out. `by` is the
    way of judging that was measured.
    """

    accuracy: float
    flips: float
    mass: float
    temperature: float
    noise: Noise
    seconds: float = 0.0
    pairs: int = 0
    by: Judging = "letters"

    @property
    def claim(self) -> Claim:
        """What may be claimed: a ranking with preference, a ranking with a warning, or no ranking."""
        if self.mass < 0.5 or self.accuracy < WEAK:
            return "unranked"
        return "ranks" if self.accuracy >= RANKS else "weak"


_PROBIT = 1.702**2
"""Variance of the normal distribution that is nearest to the standard logistic one."""

_WIDE = 16.0

TRAINED_JUDGE = JudgeProfile(
    accuracy=0.81,  # of the clear and subtle graded pairs, as for other judges
    flips=0.0,
    mass=1.0,
    temperature=1.0,
    noise=Noise(
        tau2=_PROBIT,
        rho=0.0,
        bias_var=1e-6,
        slope_var=1e-6,
        gain=sqrt(1 + _PROBIT / _WIDE),
        swaps=False,
        absolute=True,
        lead=0.0,
        lead_var=1e-6,
        own_var=_WIDE,
    ),
    by="trained",
)
"""The trained judge, measured once when it was trained (docs/judge-card.md).

Its log-odds are calibrated, so that a rewrite is better with just the probability that they say: hardly
anything is assumed beforehand, and the gain makes up for what is. Rewrites are no evidence about each other,
since all are compared with the same original, whose score may be off.
"""

FREE_LEAD = -5.0
"""Mean of what is assumed of free rewrites before any was read, in log-odds against the original."""


def of_free_rewrites(noise: Noise) -> Noise:
    """The noise of a judge that gives each text a number, for rewrites that a chat model has written anew.

    It sees how a text reads, and hardly what it says: of a good paragraph the best of eight looked better to
    it in every run, and was so in none that was read. So rewrites are doubted until those of the run together
    show that there was something to mend. `FREE_LEAD` was set on the drafts of
    server/aw_server/runs/paragraphs.toml; docs/models.md says how they and others come out.
    """
    return replace(noise, gain=1.0, lead=FREE_LEAD, lead_var=1.0, own_var=1.0) if noise.absolute else noise


UNMEASURED = JudgeProfile(accuracy=0.71, flips=0.0, mass=1.0, temperature=1.0, noise=Noise())
"""A judge of usual quality, for use where no self-test can run."""


def expected(judge: str) -> JudgeProfile:
    """What is known of the judge of this reference before it is asked anything."""
    return TRAINED_JUDGE if judge == TRAINED else UNMEASURED


def noise_of_accuracy(accuracy: float) -> float:
    """Variance tau^2 of an answer given how often its sign is right, for strengths of unit variance.

    From accuracy = 1/2 + arctan(sqrt(2)/tau)/pi: two Gaussians, a true gap of variance 2 and its noise.
    Held to accuracies of 0.51 to 0.78, that is to 1.4 .. 2,000.
    """
    held = min(max(accuracy, _ACCURACY_LEAST), _ACCURACY_BELIEVED)
    return 2.0 / tan(pi * (held - 0.5)) ** 2
