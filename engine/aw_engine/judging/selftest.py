"""The self-test of a judge: graded pairs are asked in both orders, once for each model file.

In half of the pairs of each grade the better text is the longer one: a taste for length is worth nothing.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from math import inf, sqrt
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Final

import msgspec
from anyio import to_thread
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.inference import cache_note
from aw_engine.inference.backend import ECONOMY, FLUENCY, Backend, Judging, ModelInfo
from aw_engine.judging.answers import Answer, Grade, accuracy, summarise
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.profile import RANKS, TRAINED_JUDGE, WEAK, JudgeProfile

_KEPT_FORMAT = 3
_PART = 2  # pairs asked at a time
_LEAST = 60  # pairs after which the test may end early
_SURE = 1.64  # standard errors

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

    async def noted(way: ModelInfo) -> JudgeProfile:
        place = await to_thread.run_sync(_place, way, folder)
        kept = await to_thread.run_sync(cache_note.read, place, _Kept)
        if kept is None:
            begins()
            kept = await _asked(backend, way, _Kept((), 0.0), seconds)
            await to_thread.run_sync(_keep, place, kept)
        return _profile(kept, way)

    found = await _better(info, noted)
    if own_choices and found.by == "likelihood":
        return replace(found, temperature=max(_OWN_CHOICE, found.temperature))
    return found


def judging_by(info: ModelInfo, way: Judging) -> ModelInfo:
    """The model as a judge in this way, which must be one that it can judge in."""
    criteria = () if way == "letters" else (FLUENCY, ECONOMY)
    if way == info.capabilities.judging:
        return info
    return replace(info, capabilities=replace(info.capabilities, judging=way, criteria=criteria))


async def _better(info: ModelInfo, measured: Callable[[ModelInfo], Awaitable[JudgeProfile]]) -> JudgeProfile:
    """The profile of the model as the judge that it is by itself, or by likelihood if only that is worth more
    than chance."""
    found = await measured(info)
    if found.claim != "unranked" or found.by != "letters" or not info.capabilities.copy_edit:
        return found
    other = await measured(judging_by(info, "likelihood"))
    return other if other.claim != "unranked" else found


async def finish(backend: Backend, folder: Path | None = None) -> JudgeProfile:
    """The profile after what an earlier test left open has been asked.

    What has been answered is noted as it comes, so that this may be cancelled and gone on with at any time.
    Raises what the backend raises.
    """
    info = await backend.info()
    if info.capabilities.judging == "trained":
        return TRAINED_JUDGE

    async def finished(way: ModelInfo) -> JudgeProfile:
        place = await to_thread.run_sync(_place, way, folder)
        kept = await to_thread.run_sync(cache_note.read, place, _Kept) or _Kept((), 0.0)
        while len((more := await _asked(backend, way, kept, 0.0)).answers) > len(kept.answers):
            kept = more
            await to_thread.run_sync(_keep, place, kept)
        return _profile(kept, way)

    return await _better(info, finished)


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
    while len(answers) < len(pairs) and not _clear(pairs, answers):
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


def _clear(pairs: Sequence[GradedPair], answers: Sequence[Answer]) -> bool:
    """Whether more answers would hardly change what may be claimed: the ranking is clearly of use, or not."""
    if len(answers) < _LEAST:
        return False
    graded = [answer for pair, answer in zip(pairs, answers, strict=False) if pair.grade != "gross"]
    right = accuracy(graded)
    error = _SURE * sqrt(right * (1 - right) / len(graded))
    return right - error > RANKS or right + error < WEAK


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
    by = info.capabilities.judging
    # Likelihood knows mistakes, and of what is merely duller it says hardly anything: how much it says of
    # mistakes must not be measured by that.
    told_by: tuple[Grade, ...] = ("clear", "subtle") if by == "letters" else ("clear",)
    graded = [(pair.grade, answer) for pair, answer in zip(load_pairs(), kept.answers, strict=False)]
    found = replace(summarise(graded, kept.seconds, told_by), by=by)
    if by == "letters":
        return found
    # Its weights were fitted to texts of any length: that is in what it says, not to be taken out again.
    return replace(found, noise=replace(found.noise, slope=0.0, slope_var=_NO_SLOPE))


def _place(info: ModelInfo, folder: Path | None) -> Path:
    pairs = resources.files("aw_engine.judging").joinpath("selftest.toml").read_bytes()
    key = f"{info.digest}\n{info.dialect}\n{info.capabilities.judging}\n{RUBRIC}\n".encode() + pairs
    return cache_note.path(folder or cache_note.folder("judges"), key, _KEPT_FORMAT)


def _keep(place: Path, kept: _Kept) -> None:
    with suppress(OSError):  # a full disk or a read-only home: the judge is measured anew next time
        cache_note.write(place, kept)
