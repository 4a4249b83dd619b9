"""What the answers of a self-test say of a judge: how often it is right, and how far it can be believed."""

from collections.abc import Callable, Sequence
from math import exp, log, log1p, sqrt
from statistics import fmean
from typing import Literal

from msgspec import Struct

from aw_engine.errors import BackendError
from aw_engine.judging.profile import UNMEASURED, JudgeProfile, Noise, noise_of_accuracy

Grade = Literal["gross", "clear", "subtle"]

_PROBIT_OF_LOGIT = 1 / 1.702
_EXACT = 1e-6
_SUPPOSED = 8  # answers that the accuracy of a usual judge is worth


class Answer(Struct, frozen=True):
    """What a judge said of a graded pair: log-odds that the better text is better, asked in both orders.

    `length` is log(words of the better text / words of the other), `mass` the mean label mass.
    """

    forward: float
    backward: float
    length: float
    mass: float

    @property
    def preference(self) -> float:
        """Log-odds for the better text, order bias removed."""
        return (self.forward + self.backward) / 2


def accuracy(answers: Sequence[Answer]) -> float:
    """The share of pairs decided rightly, a tie counting half."""
    return fmean(1.0 if each.preference > 0 else 0.5 if each.preference == 0 else 0.0 for each in answers)


def summarise(
    answers: Sequence[tuple[Grade, Answer]], seconds: float, told_by: Sequence[Grade]
) -> JudgeProfile:
    """The profile that the answers give.

    Accuracy comes from the clear and subtle pairs: gross ones would flatter any judge. Temperature and noise
    come from the pairs of the grades `told_by`.
    """
    every = [answer for _, answer in answers]
    graded = [answer for grade, answer in answers if grade != "gross"]
    telling = [answer for grade, answer in answers if grade in told_by] or graded
    if not graded:
        raise BackendError("The self-test has no graded pairs. Install the program again.")
    temperature = _temperature([each.preference for each in telling])
    pooled = noise_of_accuracy(_believed(telling))
    # Strengths have unit variance, so a gap has 2: the filter claims Phi(slope * answer) for one pair, the
    # self-test saw sigmoid(answer / temperature). The gain makes the two agree.
    gain = _PROBIT_OF_LOGIT / sqrt(2 / ((2 + pooled) * pooled))
    return JudgeProfile(
        accuracy=_believed(graded),
        flips=fmean((each.forward > 0) != (each.backward > 0) for each in every),
        mass=fmean(each.mass for each in every),
        temperature=temperature,
        noise=_noise(pooled, every, gain / temperature, gain),
        seconds=seconds,
        pairs=len(every),
    )


def _believed(answers: Sequence[Answer]) -> float:
    """The accuracy that the answers show; that of a usual judge until there are more than a few."""
    usual = UNMEASURED.accuracy
    return usual + (accuracy(answers) - usual) * len(answers) / (len(answers) + _SUPPOSED)


def _noise(pooled: float, answers: Sequence[Answer], unit: float, gain: float) -> Noise:
    """Noise from the variance of both orders' mean, and from all answers in the strengths' `unit`.

    In half of the pairs the better text is the longer one, so what the preference has to do with length is
    bias: the slope of a regression, held near 0 by a prior of variance 1/4.
    """
    swaps = any(abs(each.forward - each.backward) > _EXACT for each in answers)
    bias = unit * fmean(each.forward - each.backward for each in answers) / 2
    order = fmean((unit * (each.forward - each.backward) - 2 * bias) ** 2 for each in answers) / 2
    tau2 = pooled + order / 2 if swaps else pooled
    rho = min(max((2 * pooled - order) / (2 * pooled + order), 0.0), 0.95)
    usual = fmean(unit * each.preference for each in answers)
    precision = 4.0 + sum(each.length**2 for each in answers) / tau2
    slope = sum((unit * each.preference - usual) * each.length for each in answers) / tau2 / precision
    return Noise(
        tau2=tau2,
        rho=rho if swaps else 0.0,
        bias=bias if swaps else 0.0,
        bias_var=max(0.1, tau2 * (1 - rho) / 2 / len(answers)) if swaps else 1e-6,
        slope=slope,
        slope_var=1 / precision,
        gain=gain,
        swaps=swaps,
    )


def _temperature(preferences: Sequence[float]) -> float:
    """T for which sigmoid(y / T) fits the share of right answers best, held near 1 by a prior on log T.

    The prior N(0, 0.5^2) keeps T finite where every answer is right.
    """

    def loss(log_t: float) -> float:
        fit = sum(_softplus(-y / exp(log_t)) for y in preferences)
        return fit + log_t**2 / (2 * 0.5**2)

    return exp(_minimum(loss, -log(5), log(5)))


def _softplus(x: float) -> float:
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


def _minimum(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one minimum has it, within 1e-6."""
    while high - low > 1e-6:
        third = (high - low) / 3
        if function(low + third) < function(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2
