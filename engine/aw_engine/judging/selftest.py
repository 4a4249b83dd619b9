"""The self-test of a judge: graded pairs are asked in both orders, once for each model file.

In half of the pairs of each grade the better text is the longer one: a taste for length is worth nothing.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from math import exp, inf, log, log1p, sqrt
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Final, Literal

import msgspec
from anyio import to_thread
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.errors import BackendError
from aw_engine.inference import cache_note
from aw_engine.inference.backend import ECONOMY, FLUENCY, Backend, Judging, ModelInfo
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.profile import (
    RANKS,
    TRAINED_JUDGE,
    UNMEASURED,
    WEAK,
    JudgeProfile,
    Noise,
    noise_of_accuracy,
)

Grade = Literal["gross", "clear", "subtle"]

_PROBIT_OF_LOGIT = 1 / 1.702
_EXACT = 1e-6
_KEPT_FORMAT = 3
_PART = 2  # pairs asked at a time
_LEAST = 60  # pairs after which the test may end early
_SURE = 1.64  # standard errors
_SUPPOSED = 8  # answers that the accuracy of a usual judge is worth

SECONDS: Final = 10.0
"""How long a run waits for the self-test of a model that has never judged; what is missing is asked later."""


class GradedPair(Struct, frozen=True, forbid_unknown_fields=True):
    """Two versions of a sentence or two, one better beyond dispute."""

    grade: Grade
    genre: str
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


class _Kept(Struct, frozen=True):
    """The answers to the first pairs, and seconds a read-out."""

    answers: tuple[Answer, ...]
    seconds: float


_NO_SLOPE = 1e-6
_OWN_CHOICE = 2.0
"""Least temperature of a judge by likelihood of its own rewrites: they are what the same likelihood chose
among local edits, so they look better to it than they are, which no self-test on other texts can show. The
value is a choice, not a measurement: `wins` of 99 % stood beside ungrammatical rewrites without it."""


async def profile(
    backend: Backend,
    folder: Path | None = None,
    *,
    own_choices: bool = True,
    seconds: float = inf,
    begins: Callable[[], None] = lambda: None,
) -> JudgeProfile:
    """How good a judge the model is, from the note of an earlier test; otherwise measured and noted.

    `begins` is called before a first test, which takes about so many `seconds` at most; `finish` asks what is
    then missing. Where letters turn out to be no better than chance, likelihood is tried. `own_choices` says
    that the texts to be judged were written by the same model: one that judges by likelihood is then believed
    less.

    Kept under `folder` (the user's cache folder unless given), by the model file's digest, its dialect, the
    way of judging and the set of pairs. If the note cannot be read, the judge is measured anew; if it cannot
    be written, it is not kept. Raises what the backend raises.
    """
    info = await backend.info()
    if info.capabilities.judging == "trained":
        return TRAINED_JUDGE
    found = await _noted(backend, info, folder, seconds, begins)
    if _has_another(found, info):
        other = await _noted(backend, judging_by(info, "likelihood"), folder, seconds, begins)
        found = other if other.claim != "unranked" else found
    if own_choices and found.by == "likelihood":
        return replace(found, temperature=max(_OWN_CHOICE, found.temperature))
    return found


def judging_by(info: ModelInfo, way: Judging) -> ModelInfo:
    """The model as a judge in this way, which must be one that it can judge in."""
    criteria = () if way == "letters" else (FLUENCY, ECONOMY)
    if way == info.capabilities.judging:
        return info
    return replace(info, capabilities=replace(info.capabilities, judging=way, criteria=criteria))


def _has_another(found: JudgeProfile, info: ModelInfo) -> bool:
    """Whether the judge was no better than chance, and likelihood may be."""
    return found.claim == "unranked" and found.by == "letters" and info.capabilities.copy_edit


async def _noted(
    backend: Backend, info: ModelInfo, folder: Path | None, seconds: float, begins: Callable[[], None]
) -> JudgeProfile:
    """The profile of the model as this judge, from its note, or measured and noted."""
    place = await to_thread.run_sync(_place, info, folder)
    kept = await to_thread.run_sync(cache_note.read, place, _Kept)
    if kept is None:
        begins()
        kept = await _asked(backend, info, _Kept((), 0.0), seconds)
        await to_thread.run_sync(_keep, place, kept)
    return _profile(kept, info)


async def finish(backend: Backend, folder: Path | None = None) -> JudgeProfile:
    """The profile after what an earlier test left open has been asked.

    What has been answered is noted as it comes, so that this may be cancelled and gone on with at any time.
    Raises what the backend raises.
    """
    info = await backend.info()
    if info.capabilities.judging == "trained":
        return TRAINED_JUDGE
    found = await _finished(backend, info, folder)
    if _has_another(found, info):
        other = await _finished(backend, judging_by(info, "likelihood"), folder)
        found = other if other.claim != "unranked" else found
    return found


async def _finished(backend: Backend, info: ModelInfo, folder: Path | None) -> JudgeProfile:
    place = await to_thread.run_sync(_place, info, folder)
    kept = await to_thread.run_sync(cache_note.read, place, _Kept) or _Kept((), 0.0)
    while len((more := await _asked(backend, info, kept, 0.0)).answers) > len(kept.answers):
        kept = more
        await to_thread.run_sync(_keep, place, kept)
    return _profile(kept, info)


async def measure(backend: Backend, way: Judging) -> JudgeProfile:
    """The profile of the model as a judge of this way, asked anew and not kept. Raises what it raises."""
    info = judging_by(await backend.info(), way)
    return _profile(await _asked(backend, info, _Kept((), 0.0), inf), info)


async def _asked(backend: Backend, info: ModelInfo, before: _Kept, seconds: float) -> _Kept:
    """The answers to as many pairs as make clear what the judge is worth, or as the time allows."""
    pairs = await to_thread.run_sync(load_pairs)
    answers, spent = list(before.answers), 2 * before.seconds * len(before.answers)
    began = time.perf_counter()
    # A large model takes minutes in all: between two parts it can be stopped, or asked something else.
    while len(answers) < len(pairs) and not _clear(answers):
        answers += await _answers(backend, info, pairs[len(answers) : len(answers) + _PART])
        if time.perf_counter() - began > seconds:
            break
    spent += time.perf_counter() - began
    return _Kept(tuple(answers), spent / max(1, 2 * len(answers)))


async def _answers(backend: Backend, info: ModelInfo, pairs: Sequence[GradedPair]) -> list[Answer]:
    entries: dict[str, Entry] = {}
    orders: list[tuple[str, str]] = []
    for n, pair in enumerate(pairs):
        for side, text in (("+", pair.better), ("-", pair.worse)):
            entries[f"{n}{side}"] = Entry(text=text, words=len(text.split()))
        orders += [(f"{n}+", f"{n}-"), (f"{n}-", f"{n}+")]
    said = await judge(backend, RUBRIC, info.capabilities, orders, entries)
    return [
        Answer(
            forward=one.logit,
            backward=-other.logit,
            length=one.length,
            mass=fmean(r.mass for r in (*one.readouts, *other.readouts)),
        )
        for one, other in zip(said[::2], said[1::2], strict=True)
    ]


def _clear(answers: Sequence[Answer]) -> bool:
    """Whether more answers would hardly change what may be claimed: the ranking is clearly of use, or not."""
    if len(answers) < _LEAST:
        return False
    right = accuracy(answers)
    error = _SURE * sqrt(right * (1 - right) / len(answers))
    return right - error > RANKS or right + error < WEAK


def accuracy(answers: Sequence[Answer]) -> float:
    """The share of pairs decided rightly, a tie counting half."""
    return fmean(1.0 if each.preference > 0 else 0.5 if each.preference == 0 else 0.0 for each in answers)


@cache
def load_pairs() -> tuple[GradedPair, ...]:
    """The bundled pairs, in an order in which any first part of them is a like mixture of all kinds."""
    source = resources.files("aw_engine.judging").joinpath("selftest.toml").read_bytes()
    kinds: dict[tuple[Grade, bool], list[GradedPair]] = {}
    for pair in msgspec.toml.decode(source, type=_PairFile).pair:
        kinds.setdefault((pair.grade, len(pair.better) > len(pair.worse)), []).append(pair)
    placed = [((n + 0.5) / len(kind), pair) for kind in kinds.values() for n, pair in enumerate(kind)]
    return tuple(pair for _, pair in sorted(placed, key=itemgetter(0)))


def _profile(kept: _Kept, info: ModelInfo) -> JudgeProfile:
    pairs = load_pairs()
    asked = list(zip(pairs, kept.answers, strict=False))
    by = info.capabilities.judging
    # Likelihood knows mistakes, and of what is merely duller it says hardly anything: how much it says of
    # mistakes must not be measured by that.
    told_by: tuple[Grade, ...] = ("clear", "subtle") if by == "letters" else ("clear",)
    found = summarise([(pair.grade, answer) for pair, answer in asked], kept.seconds, told_by)
    found = replace(found, by=by)
    if by == "letters":
        return found
    # Its weights were fitted on padded texts too: length is in what it says, not to be taken out again.
    return replace(found, noise=replace(found.noise, slope=0.0, slope_var=_NO_SLOPE))


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


def _place(info: ModelInfo, folder: Path | None) -> Path:
    pairs = resources.files("aw_engine.judging").joinpath("selftest.toml").read_bytes()
    key = f"{info.digest}\n{info.dialect}\n{info.capabilities.judging}\n{RUBRIC}\n".encode() + pairs
    return cache_note.path(folder or cache_note.folder("judges"), key, _KEPT_FORMAT)


def _keep(place: Path, kept: _Kept) -> None:
    with suppress(OSError):  # a full disk or a read-only home: the judge is measured anew next time
        cache_note.write(place, kept)
