"""The self-test of a judge: graded pairs are asked in both orders, once for each model file."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import resources
from math import exp, log, log1p, sqrt
from pathlib import Path
from statistics import fmean
from typing import Literal

import msgspec
from anyio import to_thread
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.comparison import Comparison
from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.errors import BackendError
from aw_engine.inference import cache_note
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.profile import TRAINED_JUDGE, JudgeProfile, Noise, noise_of_accuracy

Grade = Literal["gross", "clear", "subtle", "padding"]

_PROBIT_OF_LOGIT = 1 / 1.702
_EXACT = 1e-6
_KEPT_FORMAT = 2
_PART = 8  # comparisons asked at a time


class GradedPair(Struct, frozen=True, forbid_unknown_fields=True):
    """Two versions of a sentence, one better beyond dispute. In `padding` pairs `worse` is longer."""

    grade: Grade
    better: str
    worse: str


class _PairFile(Struct, frozen=True, forbid_unknown_fields=True):
    pair: tuple[GradedPair, ...]


RUBRIC = Rubric(
    id="self-test",
    title="Self-test",
    description="What a judge is measured by.",
    goal="clear and correct prose",
    criteria=(
        Criterion(id="clarity", question="Which version is clearer and flows better?", edit="-"),
        Criterion(
            id="economy",
            question="Which version says it without mistakes, repetition or ornament?",
            edit="-",
            basis="economy",
        ),
    ),
    operators=(Operator(id="none", instruction="-"),),
)

_NO_SLOPE = 1e-6
_OWN_CHOICE = 2.0
"""Least temperature of a judge by likelihood of its own rewrites: they are what the same likelihood chose
among local edits, so they look better to it than they are, which no self-test on other texts can show. The
value is a choice, not a measurement: `wins` of 99 % stood beside ungrammatical rewrites without it."""


async def profile(backend: Backend, folder: Path | None = None, *, own_choices: bool = True) -> JudgeProfile:
    """How good a judge the model is, from the note of an earlier test; otherwise measured and noted.

    `own_choices` says that the texts to be judged were written by the same model: one that judges by
    likelihood is then believed less.

    Kept under `folder` (the user's cache folder unless given), by the model file's digest, its dialect and
    the set of pairs. If the note cannot be read, the judge is measured anew; if it cannot be written, it is
    not kept. Raises what the backend raises.
    """
    info = await backend.info()
    if info.capabilities.judging == "trained":
        return TRAINED_JUDGE
    place = await to_thread.run_sync(_place, info, folder)
    found = await to_thread.run_sync(cache_note.read, place, JudgeProfile)
    if found is None:
        found = await measure(backend, info)
        await to_thread.run_sync(_keep, place, found)
    if own_choices and info.capabilities.judging == "likelihood":
        return replace(found, temperature=max(_OWN_CHOICE, found.temperature))
    return found


async def measure(backend: Backend, info: ModelInfo) -> JudgeProfile:
    """The profile measured by the self-test, which is not kept."""
    pairs = await to_thread.run_sync(load_pairs)
    entries: dict[str, Entry] = {}
    orders: list[tuple[str, str]] = []
    for n, pair in enumerate(pairs):
        for side, text in (("+", pair.better), ("-", pair.worse)):
            entries[f"{n}{side}"] = Entry(text=text, words=len(text.split()))
        orders += [(f"{n}+", f"{n}-"), (f"{n}-", f"{n}+")]
    began = time.perf_counter()
    answers: list[Comparison] = []
    for at in range(0, len(orders), _PART):
        # A large model takes minutes in all: between two parts it can be stopped, or asked something else.
        answers += await judge(backend, RUBRIC, info.capabilities, orders[at : at + _PART], entries)
    seconds = time.perf_counter() - began
    readouts = sum(len(a.readouts) for a in answers)
    found = summarise(pairs, answers[::2], answers[1::2], seconds / max(readouts, 1))
    if info.capabilities.judging == "letters":
        return found
    # Its weights were fitted on padded texts too: length is in what it says, not to be taken out again.
    return replace(found, noise=replace(found.noise, slope=0.0, slope_var=_NO_SLOPE))


def load_pairs() -> tuple[GradedPair, ...]:
    """The bundled pairs."""
    source = resources.files("aw_engine.judging").joinpath("selftest.toml").read_bytes()
    return msgspec.toml.decode(source, type=_PairFile).pair


def summarise(
    pairs: Sequence[GradedPair],
    forward: Sequence[Comparison],
    backward: Sequence[Comparison],
    seconds: float,
) -> JudgeProfile:
    """The profile that the answers give; `forward` has the better text first, `backward` second.

    Temperature and noise come from the clear and subtle pairs: gross ones would flatter any judge.
    """
    a = [c.logit for c in forward]
    c = [c.logit for c in backward]
    preferences = [(x - y) / 2 for x, y in zip(a, c, strict=True)]
    graded = [n for n, pair in enumerate(pairs) if pair.grade in ("clear", "subtle")]
    if not graded:
        raise BackendError("The self-test has no graded pairs. Install the program again.")
    accuracy = fmean(1.0 if preferences[n] > 0 else 0.5 if preferences[n] == 0 else 0.0 for n in graded)
    temperature = _temperature([preferences[n] for n in graded])
    swaps = any(abs(x + y) > _EXACT for x, y in zip(a, c, strict=True))
    pooled = noise_of_accuracy(accuracy)
    # Strengths have unit variance, so a gap has 2: the filter claims Phi(slope * answer) for one pair, the
    # self-test saw sigmoid(answer / temperature). The gain makes the two agree.
    gain = _PROBIT_OF_LOGIT / sqrt(2 / ((2 + pooled) * pooled))
    unit = gain / temperature
    return JudgeProfile(
        accuracy=accuracy,
        flips=fmean((x > 0) == (y > 0) for x, y in zip(a, c, strict=True)),
        mass=fmean(r.mass for answers in (forward, backward) for one in answers for r in one.readouts),
        temperature=temperature,
        noise=_noise(
            pooled,
            [(unit * x, unit * y) for x, y in zip(a, c, strict=True)],
            [
                (unit * preferences[n], -forward[n].length)
                for n, p in enumerate(pairs)
                if p.grade == "padding"
            ],
            gain,
            swaps=swaps,
        ),
        seconds=seconds,
        pairs=len(pairs),
    )


def _noise(
    pooled: float,
    answers: Sequence[tuple[float, float]],
    probes: Sequence[tuple[float, float]],
    gain: float,
    *,
    swaps: bool,
) -> Noise:
    """Noise from the variance of both orders' mean, all answers, and the probes (preference, log length).

    A probe's longer text is worse in truth, so a preference for the shorter says nothing about bias; only
    a preference for the longer does, and counts as slope.
    """
    bias = fmean(x + y for x, y in answers) / 2
    order = fmean((x + y - 2 * bias) ** 2 for x, y in answers) / 2
    tau2 = pooled + order / 2 if swaps else pooled
    rho = min(max((2 * pooled - order) / (2 * pooled + order), 0.0), 0.95)
    precision = 4.0 + sum(d * d for _, d in probes) / tau2
    slope = sum(-y * d for y, d in probes) / tau2 / precision
    return Noise(
        tau2=tau2,
        rho=rho if swaps else 0.0,
        bias=bias if swaps else 0.0,
        bias_var=max(0.1, tau2 * (1 - rho) / 2 / len(answers)) if swaps else 1e-6,
        slope=max(0.0, slope),
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


def _place(info: ModelInfo, folder: Path | None) -> Path:
    pairs = resources.files("aw_engine.judging").joinpath("selftest.toml").read_bytes()
    key = f"{info.digest}\n{info.dialect}\n{RUBRIC}\n".encode() + pairs
    return cache_note.path(folder or cache_note.folder("judges"), key, _KEPT_FORMAT)


def _keep(place: Path, found: JudgeProfile) -> None:
    with suppress(OSError):  # a full disk or a read-only home: the judge is measured anew next time
        cache_note.write(place, found)
