"""Measuring a model on this computer: it rewrites paragraphs of our own, and judges graded pairs."""

import time
from collections.abc import Callable
from importlib import resources
from statistics import fmean
from typing import Literal

import anyio
import msgspec
from msgspec import Struct

from aw_engine.domain.brief import TRAINED, Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event, Leaderboard, Rejected
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL, Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends, Judging
from aw_engine.inference.models.reference import trained_base
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging import selftest
from aw_engine.rubrics import load
from aw_engine.text import measures
from aw_server.runs.card import JudgedBy, ReportCard, keep

_SMALL = Plan(n=3, generations=1, children=1, keep=1)
_PARAGRAPHS = 20
_USUAL = 90  # words of the paragraph by which a normal run is timed


class _Draft(Struct, frozen=True):
    genre: str
    state: Literal["faulty", "flabby", "good"]
    text: str
    reference: str


class _Drafts(Struct, frozen=True):
    paragraph: tuple[_Draft, ...]


async def measure(ref: str, told: Callable[[str], None]) -> ReportCard:
    """The card of this model, measured now and kept; it takes minutes. `told` hears what goes on.

    Cancelling it keeps nothing.

    :raises AwError: if the model cannot be loaded, or fails.
    """
    writer = WorkerBackend(ref, idle=1e6)
    judge = WorkerBackend(TRAINED, idle=1e6) if trained_base() else None
    try:
        told("loading the model")
        info = await writer.info()
        tried, passed, changed = 0, 0, []
        for number, text in enumerate(_drafts()[:_PARAGRAPHS], 1):
            told(f"writing, paragraph {number} of {_PARAGRAPHS}")
            result, refused = await _run(text, _SMALL, Backends(writer, judge), lambda event: None)
            admitted = [each.text for each in result.candidates if each.id != ORIGINAL]
            tried, passed = tried + len(admitted) + refused, passed + len(admitted)
            changed += [measures.changed(result.original, text) for text in admitted]
        told("a normal run")
        first, usual = await _timed(Backends(writer, judge))
        judges = await _judged(writer, free=info.capabilities.instructions, told=told)
    finally:
        with anyio.CancelScope(shield=True):
            await writer.aclose()
            if judge is not None:
                await judge.aclose()
    card = ReportCard(
        measured=time.strftime("%Y-%m-%d"),
        paragraphs=_PARAGRAPHS,
        passed=passed / max(1, tried),
        changed=fmean(changed) if changed else 0.0,
        judges=judges,
        words=len(usual.original.split()),
        first=first,
        whole=usual.seconds,
        writing=usual.usage.decoded_tokens / max(1e-3, usual.seconds),
    )
    keep(info.digest, card)
    return card


def _drafts() -> tuple[str, ...]:
    source = resources.files("aw_server.runs").joinpath("paragraphs.toml").read_bytes()
    return tuple(each.text for each in msgspec.toml.decode(source, type=_Drafts).paragraph)


async def _run(
    text: str, plan: Plan, backends: Backends, hear: Callable[[Event], None]
) -> tuple[EvolveResult, int]:
    """The result, and the number of tries that a gate has refused; duplicates are none."""
    refused = 0

    def listen(event: Event) -> None:
        nonlocal refused
        refused += isinstance(event, Rejected) and event.reason != "duplicate"
        hear(event)

    brief = Brief(Passage(text=" ".join(text.split())), load.find(load.DEFAULT), plan)
    return await evolve(brief, backends, listen, anyio.CancelScope(), "card"), refused


async def _timed(backends: Backends) -> tuple[float, EvolveResult]:
    """Seconds until the first rewrite of a normal run was ranked, and its result."""
    text = min(_drafts(), key=lambda each: abs(len(each.split()) - _USUAL))
    began, first = time.monotonic(), 0.0

    def hear(event: Event) -> None:
        nonlocal first
        if isinstance(event, Leaderboard) and not first:
            first = time.monotonic() - began

    result, _ = await _run(text, NORMAL, backends, hear)
    return first or result.seconds, result


async def _judged(backend: Backend, *, free: bool, told: Callable[[str], None]) -> tuple[JudgedBy, ...]:
    """How it judges in each way that it can; letters are read of a model that is asked in words."""
    ways: tuple[Judging, ...] = ("likelihood", "letters") if free else ("likelihood",)
    found = []
    for way in ways:
        told(f"judging by {way}")
        profile = await selftest.measure(backend, way)
        found.append(JudgedBy(way, profile.accuracy, profile.flips, profile.pairs))
    return tuple(found)
