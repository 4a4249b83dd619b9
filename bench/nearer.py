"""Whether a run ends nearer to what an editor made of a text: its first rewrite against all that it ranked.

    python bench/nearer.py --data DIR [--texts 40] [--judge trained] [--plan best8 one two] [--json FILE]

The sets: held-out human edits, prose with errors put in, and the drafts of
server/aw_server/runs/paragraphs.toml. Nearness is the word-level edit distance to the reference. Plans that
write the same number of texts take about the same time.
"""

import argparse
import asyncio
import json
import tomllib
from collections.abc import Sequence
from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random
from statistics import fmean
from typing import NamedTuple

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics import load
from aw_training.judge import human_edits
from aw_training.judge.data import passages
from aw_training.judge.worsening import errors

PLANS = {
    "one of 8": Plan(n=8, generations=1),
    "one of 12": Plan(n=12, generations=1),
    "8 and 4": Plan(n=8, generations=2, children=4),
    "8, 4 and 4": Plan(n=8, generations=3, children=4),
    "one of 16": Plan(n=16, generations=1),
}
WORDS_AN_ERROR = 14


class Item(NamedTuple):
    """A text to be evolved and what a good editor would make of it."""

    text: str
    reference: str


class Outcome(NamedTuple):
    """Words by which texts differ from the reference: the original, the first in rank, the mean and the best
    of all rewrites."""

    original: float
    first: float
    mean: float
    best: float
    kept: bool


def distance(one: str, other: str) -> int:
    """Words to be inserted, dropped or exchanged to make one text the other."""
    first, second = one.split(), other.split()
    row = list(range(len(second) + 1))
    for at, word in enumerate(first, 1):
        before, row = row, [at]
        for place, against in enumerate(second, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != against)))
    return row[-1]


def sets(data: Path, count: int) -> dict[str, list[Item]]:
    """The sets, in a fixed order, each of at most so many texts."""
    edits = [
        pair for pair in human_edits.editorial(data, held_out=True) if 20 <= len(pair.better.split()) <= 90
    ]
    Random(1).shuffle(edits)
    rng = Random(2)
    prose = (text for text in passages(data, "test", 6) if 30 <= len(text.split()) <= 90)
    damaged = [
        Item(errors(text, rng, max(2, len(text.split()) // WORDS_AN_ERROR)), text)
        for text in islice(prose, count)
    ]
    drafts = tomllib.loads((resources.files("aw_server.runs") / "paragraphs.toml").read_text("utf-8"))[
        "paragraph"
    ]
    return {
        "human edits": [Item(pair.worse, pair.better) for pair in edits[:count]],
        "errors put in": damaged,
        **{
            f"drafts, {state}": [
                Item(each["text"], each["reference"]) for each in drafts if each["state"] == state
            ]
            for state in ("faulty", "flabby", "good")
        },
    }


async def run(item: Item, plan: Plan, backends: Backends, rubric: str) -> Outcome | None:
    """What one run came to; None where no rewrite was left to rank."""
    passage = Passage(text=item.text)
    brief = Brief(passage, load.find(rubric, None), plan)
    result = await evolve(brief, backends, lambda _: None, anyio.CancelScope(), "bench")
    away = {each.id: distance(each.text, item.reference) for each in result.candidates}
    rewrites = [value for key, value in away.items() if key != ORIGINAL]
    if not rewrites:
        return None
    first = result.candidates[0].id
    return Outcome(away[ORIGINAL], away[first], fmean(rewrites), min(away.values()), first == ORIGINAL)


def told(name: str, outcomes: Sequence[Outcome]) -> dict[str, float | str]:
    """The means over a set's runs, and how much nearer the first is than the average rewrite."""
    first, mean = fmean(each.first for each in outcomes), fmean(each.mean for each in outcomes)
    return {
        "set": name,
        "runs": len(outcomes),
        "original": round(fmean(each.original for each in outcomes), 2),
        "average rewrite": round(mean, 2),
        "first": round(first, 2),
        "best there": round(fmean(each.best for each in outcomes), 2),
        "nearer than the average": round(1 - first / mean, 3) if mean else 0.0,
        "original first": round(fmean(each.kept for each in outcomes), 2),
    }


async def main(asked: argparse.Namespace) -> None:
    """Print a line of JSON for each plan and set."""
    writer = WorkerBackend("builtin", idle=1e6)
    judge = None if asked.judge == "builtin" else WorkerBackend(asked.judge, idle=1e6)
    backends = Backends(writer, judge)
    lines = []
    try:
        for name, items in sets(asked.data, asked.texts).items():
            for plan in asked.plan or ["8 and 4"]:
                runs = [await run(item, PLANS[plan], backends, asked.rubric) for item in items]
                found = [each for each in runs if each is not None]
                if found:
                    lines.append({"plan": plan, "judge": asked.judge, **told(name, found)})
                    print(json.dumps(lines[-1]), flush=True)
    finally:
        await writer.aclose()
        if judge is not None:
            await judge.aclose()
    if asked.json:
        asked.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--judge", default="trained")
    parser.add_argument("--rubric", default="clarity")
    parser.add_argument("--plan", nargs="+", choices=PLANS)
    parser.add_argument("--json", type=Path)
    asyncio.run(main(parser.parse_args()))
