"""How near the estimates of a run come to its outcome: before it, after its first look, and while it works.

    python bench/estimate.py PROSE [--runs 100] [--plan normal]

PROSE has a paragraph a line, best of the kind that people have rewritten, drafts among them. Within a quarter
means that the outcome is at most that far from what was said. Tokens do not depend on what else the computer
does, seconds do. The medians say by how much `evolution/effort.py` has come to be off since it was fitted.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import anyio
from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event, Foreseen, Leaderboard, Started
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH, Plan
from aw_engine.evolution import effort
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics import load

PLANS = {"quick": QUICK, "normal": NORMAL, "thorough": THOROUGH}
WITHIN = 0.25
UNNOTICED = 0.5  # seconds; what is shown are whole ones
LONG = 1.5  # seconds of runs of which a quarter can be noticed
SMALLEST = 300  # tokens: what says nothing about the next run either (`inference/rates.py`)


class Course(Struct):
    """One run: tokens expected before it and after its rehearsal, then used; seconds until that rehearsal had
    ended, what the run was said to take then and at each ranking, and what it took."""

    before: float
    rehearsed: float = 0.0
    used: float = 0.0
    looked: float = 0.0
    foreseen: float = 0.0
    rankings: list[float] = []
    seconds: float = 0.0


async def follow(text: str, plan: Plan, backend: WorkerBackend) -> Course:
    """How one run went."""
    rubric, passage = load.find(load.DEFAULT), Passage(text=text)
    brief = Brief(passage, rubric, plan)
    course = Course(before=effort.expected(passage, rubric, plan, instructions=False))
    began = 0.0

    def hear(event: Event) -> None:
        nonlocal began
        now = time.monotonic()
        match event:
            case Started():
                began = now
            case Foreseen(seconds_left=left):
                course.looked = now - began
                course.foreseen = course.looked + left
            case Leaderboard(seconds_left=float(left)):
                course.rankings.append(now - began + left)

    def observed(read: float, unread: float, rewrites: int, generations: int) -> float:
        course.rehearsed = rehearsed(read, unread, rewrites, generations)
        return course.rehearsed

    # The product has no place for an observer.
    rehearsed, effort.rehearsed = effort.rehearsed, observed
    try:
        result = await evolve(brief, Backends(backend), hear, anyio.CancelScope(), "estimate")
    finally:
        effort.rehearsed = rehearsed
    course.used = effort.used(result.usage)
    course.seconds = time.monotonic() - began
    return course


def line(name: str, outcomes: Sequence[tuple[float, float]], unnoticed: float = 0.0) -> str:
    """A row of the table, of outcomes and what was said: how many come within a quarter, how many within that
    or what nobody notices, and the median of their ratio."""
    if not outcomes:
        return f"| {name} | | | | |"
    near = [abs(outcome / said - 1) <= WITHIN for outcome, said in outcomes]
    as_good = [abs(outcome - said) <= unnoticed for outcome, said in outcomes]
    either = sum(one or other for one, other in zip(near, as_good, strict=True)) / len(outcomes)
    return (
        f"| {name} | {sum(near)} of {len(near)} | {sum(near) / len(near):.0%} "
        f"| {f'{either:.0%}' if unnoticed else ''} "
        f"| {statistics.median(outcome / said for outcome, said in outcomes):.2f} |"
    )


def table(runs: Sequence[Course]) -> list[str]:
    """The shares of tokens and seconds that came within a quarter."""
    looked = [each for each in runs if each.foreseen]
    long = [each for each in looked if each.seconds > LONG]
    ranked = [(each.seconds, said) for each in runs for said in each.rankings]
    looks = [each.looked for each in looked]
    shares = [each.looked / each.seconds for each in looked]
    pace = statistics.median(each.seconds / each.used for each in runs)
    before = [(each.seconds, pace * each.before) for each in runs]
    return [
        f"| | within a quarter | share | or {UNNOTICED:g} s | outcome over estimate |",
        "|---|---|---|---|---|",
        line("tokens, before the run", [(each.used, each.before) for each in runs]),
        line("seconds, before the run, by all runs' pace", before, UNNOTICED),
        line("tokens, after the first look", [(each.used, each.rehearsed) for each in looked]),
        line("seconds, after the first look", [(each.seconds, each.foreseen) for each in looked], UNNOTICED),
        line(f"… of runs over {LONG:g} s", [(each.seconds, each.foreseen) for each in long], UNNOTICED),
        line("seconds, at each ranking", ranked, UNNOTICED),
        f"The look ends at {statistics.median(shares):.2f} of a run, after {statistics.median(looks):.2f} s.",
    ]


async def courses(texts: Sequence[str], plan: Plan) -> list[Course]:
    """The runs of these paragraphs that were long enough to tell."""
    backend = WorkerBackend("builtin")
    try:
        await backend.info()
        found = [await follow(text, plan, backend) for text in texts]
    finally:
        await backend.aclose()
    return [each for each in found if each.used >= SMALLEST]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("prose", type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--plan", choices=PLANS, default="normal")
    asked = parser.parse_args()
    lines = (text.strip() for text in asked.prose.read_text(encoding="utf-8").splitlines())
    texts = list(dict.fromkeys(filter(None, lines)))[: asked.runs]
    print(*table(anyio.run(courses, texts, PLANS[asked.plan])), sep="\n")
