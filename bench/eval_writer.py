"""How well a chat model writes here: what passes, what is changed, how long it takes, whether it is better.

    python bench/eval_writer.py --data DIR --model REF [--other REF] [--texts N] [--json FILE] [--show]

The paragraphs: the drafts of server/aw_server/runs/paragraphs.toml, held-out human edits (some with links),
and prose with errors put in; N of each kind. Each is evolved by the normal plan and ranked by the trained
judge. `--other` names a model of another family by whose likelihood a token the best rewrite is compared with
the original, and the graded pairs, since the trained judge has chosen the best itself. `--show` prints the
texts.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import fmean, median
from typing import NamedTuple

import anyio

import nearer
from aw_engine.domain.brief import TRAINED, Brief
from aw_engine.domain.events import Drafted, Event, Leaderboard, Rejected
from aw_engine.domain.plan import NORMAL
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends, Scoring
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.selftest import load_pairs
from aw_engine.rubrics import load
from aw_engine.text import facts
from aw_engine.text.bare import bare
from aw_engine.text.extract import extract
from aw_training.judge import human_edits

FLAWED = "flawed"
GOOD = "good"


class Item(NamedTuple):
    """A paragraph, whether it is flawed or good, and what an editor made of it."""

    kind: str
    state: str
    text: str
    reference: str


class Outcome(NamedTuple):
    """What one run came to; times in seconds, `first` until the first rewrite was ranked."""

    item: Item
    best: str
    admitted: int
    refused: Counter[str]
    facts_changed: int
    first: float
    seconds: float
    wins: float


def items(data: Path, count: int) -> list[Item]:
    """The paragraphs, in a fixed order, at most so many of each kind."""
    found = [
        Item(kind, GOOD if kind.endswith("good") else FLAWED, each.text, each.reference)
        for kind, texts in nearer.sets(data, count).items()
        for each in texts[:count]
    ]
    links = [
        pair
        for pair in human_edits.editorial(data, held_out=True)
        if "](" in pair.worse and 25 <= len(pair.worse.split()) <= 90
    ]
    Random(5).shuffle(links)
    return found + [Item("human edits with links", FLAWED, p.worse, p.better) for p in links[:count]]


async def run(item: Item, backends: Backends) -> Outcome:
    """One paragraph evolved by the normal plan."""
    passage = extract(item.text, 0, len(item.text), "markdown").passage
    brief = Brief(passage, load.find("clarity"), NORMAL)
    refused: Counter[str] = Counter()
    admitted, first, began = 0, 0.0, time.perf_counter()

    def hear(event: Event) -> None:
        nonlocal admitted, first
        match event:
            case Drafted():
                admitted += 1
            case Rejected(reason=reason):
                refused[reason] += 1
            case Leaderboard() if not first:
                first = time.perf_counter() - began
            case _:
                pass

    result = await evolve(brief, backends, hear, anyio.CancelScope(), "bench")
    changed = sum(
        any(flag.kind in ("name", "number") for flag in facts.compare(passage.text, each.text))
        for each in result.candidates
    )
    best = result.candidates[0]
    seconds = time.perf_counter() - began
    return Outcome(item, best.text, admitted, refused, changed, first or seconds, seconds, best.wins)


async def preferred(pairs: Sequence[tuple[str, str]], backend: Backend) -> list[bool]:
    """Whether each first text is likelier, a token, than the second."""
    asked = [Scoring(bare(text)) for pair in pairs for text in pair]
    found = [each.logprob / each.tokens for each in await backend.score(asked)]
    return [one > other for one, other in zip(found[::2], found[1::2], strict=True)]


def told(model: str, outcomes: Sequence[Outcome]) -> dict[str, float | str | dict[str, int]]:
    """What is printed of all runs."""
    refused: Counter[str] = sum((each.refused for each in outcomes), Counter())
    admitted = sum(each.admitted for each in outcomes)
    tries = admitted + sum(count for reason, count in refused.items() if reason != "duplicate")
    changed = [each for each in outcomes if each.best != bare_of(each)]
    away = [
        (
            nearer.distance(each.item.text, each.item.reference),
            nearer.distance(each.best, each.item.reference),
        )
        for each in outcomes
        if each.item.state == FLAWED
    ]
    good = [each for each in outcomes if each.item.state == GOOD]
    return {
        "model": model,
        "paragraphs": len(outcomes),
        "drafts that pass": round(admitted / max(1, tries), 2),
        "rewrites a run": round(admitted / len(outcomes), 1),
        "refused": dict(refused.most_common()),
        "something ranked above": round(len(changed) / len(outcomes), 2),
        "good: something ranked above": round(
            fmean(each.best != bare_of(each) for each in good) if good else 0.0, 2
        ),
        "names or numbers changed": sum(each.facts_changed for each in outcomes),
        "words from the editor's, before": round(fmean(a for a, _ in away), 1),
        "words from the editor's, after": round(fmean(b for _, b in away), 1),
        "first, median s": round(median(each.first for each in outcomes), 1),
        "whole, median s": round(median(each.seconds for each in outcomes), 1),
    }


def bare_of(outcome: Outcome) -> str:
    """The original as the engine sees it: one line of prose."""
    return extract(outcome.item.text, 0, len(outcome.item.text), "markdown").passage.text


async def main(asked: argparse.Namespace) -> None:
    """Print a line of JSON for the model, and one for what the other model says of it."""
    writer, judge = WorkerBackend(asked.model, idle=1e6), WorkerBackend(TRAINED, idle=1e6)
    outcomes = []
    try:
        for item in items(asked.data, asked.texts):
            outcomes.append(await run(item, Backends(writer, judge)))
            if asked.show:
                print(f"\n== {item.kind}\n- {item.text}\n+ {outcomes[-1].best}", flush=True)
    finally:
        await writer.aclose()
        await judge.aclose()
    lines: list[dict[str, object]] = [{**told(Path(asked.model).stem, outcomes)}]
    print(json.dumps(lines[0]), flush=True)
    if asked.other:
        other = WorkerBackend(asked.other, idle=1e6)
        try:
            pairs = load_pairs()
            right = await preferred([(pair.better, pair.worse) for pair in pairs], other)
            above = [each for each in outcomes if each.best != bare_of(each)]
            liked = await preferred([(each.best, bare_of(each)) for each in above], other)
        finally:
            await other.aclose()
        by_state = {
            state: [one for one, each in zip(liked, above, strict=True) if each.item.state == state]
            for state in (FLAWED, GOOD)
        }
        lines.append(
            {
                "judge": Path(asked.other).stem,
                "its accuracy on graded pairs": round(fmean(right), 2),
                **{f"prefers the best, {state}": round(fmean(v), 2) for state, v in by_state.items() if v},
            }
        )
        print(json.dumps(lines[1]))
    if asked.json:
        asked.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--other")
    parser.add_argument("--texts", type=int, default=12)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true")
    asyncio.run(main(parser.parse_args()))
