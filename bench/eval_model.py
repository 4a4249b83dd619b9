"""What the default model is worth, on texts that its training never saw; every share with its 95 % interval.

    python bench/eval_model.py --data DIR [--model builtin] [--paragraphs 150] [--runs 100] [--json FILE]

DIR is the folder of training data. Mending is the copy-editor alone, mending only, at temperature 0. A
paragraph is damaged at one place in twelve words, kinds drawn evenly; an error counts as repaired when the
words of the clean text stand there again, and every other difference from the clean text as a new error.
"""

# ruff: noqa: E402 (the training code is not installed: its folder comes first)
import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from math import sqrt
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "training")]

import anyio
from sacrebleu.metrics import CHRF

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import QUICK
from aw_engine.evolution.run import evolve
from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.inference.backend import Backends, Scoring
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.judge import Entry, judge
from aw_engine.rubrics import load
from aw_engine.text.facts import compare
from aw_engine.text.sentences import sentences
from aw_training import corpus
from aw_training.damage import damage as light_damage
from aw_training.one_error import KINDS_OUTSIDE, damage

MARKS = tuple(f"⟦{number}⟧" for number in range(1, 33))
WORDS_AN_ERROR = 12
LIGHT = 3 / 100
_MARK, _CODE = re.compile(r"⟦(\d+)⟧"), re.compile(r"`value\d+`")
Rows = list[tuple[str, str, str]]


def paragraphs(data: Path, count: int) -> list[str]:
    """Held-out modern paragraphs of 40 to 120 words, protected spans masked, in a fixed random order."""
    found = [
        text
        for paragraph in corpus.modern_paragraphs(data)
        if corpus.held_out(paragraph) and 40 <= len(paragraph.split()) <= 120
        if (text := corpus.mask(paragraph)) is not None
    ]
    Random(1).shuffle(found)
    return list(islice(found, count))


def human_edits(data: Path, count: int) -> list[tuple[str, str]]:
    """Editorial changes of the held-out repository that keep numbers and code, masked, (before, after)."""
    edits = [
        edit
        for edit in corpus.read_edits(data / corpus.EDITS_FILE)
        if edit.repository == corpus.HELD_OUT_REPOSITORY and edit.editorial and edit.meaning_kept
    ]
    Random(0).shuffle(edits)
    masked = ((corpus.mask(edit.before), corpus.mask(edit.after)) for edit in edits)
    usable = ((a, b) for a, b in masked if a and b and a != b and max(len(a), len(b)) < 1200)
    return list(islice(usable, count))


def damaged(text: str, rng: Random, kinds: tuple[str, ...] | None = None) -> str:
    """The paragraph with an error in every twelve words, of these kinds."""
    parts = [text[start:end] for start, end in sentences(text)]
    for _ in range(max(1, len(text.split()) // WORDS_AN_ERROR)):
        at = rng.randrange(len(parts))
        made = damage(parts[at].strip(), rng, kinds)
        if made is not None:
            parts[at] = parts[at].replace(parts[at].strip(), made[1])
    return "".join(parts)


def places(clean: str, other: str) -> list[range]:
    """Where the other text differs, by places in the clean one: word i is 2i + 1, the gap before it 2i."""
    codes = SequenceMatcher(None, clean.split(), other.split(), autojunk=False).get_opcodes()
    return [
        range(2 * start + (start != end), max(2 * start + 1, 2 * end))
        for kind, start, end, *_ in codes
        if kind != "equal"
    ]


def repairs(clean: str, faulty: str, mended: str) -> tuple[int, int, int]:
    """Errors injected, errors repaired, new errors."""
    errors, left = places(clean, faulty), places(clean, mended)

    def touched(one: range, others: Sequence[range]) -> bool:
        return any(one.start < other.stop and other.start < one.stop for other in others)

    repaired = sum(not touched(error, left) for error in errors)
    new = sum(not touched(place, errors) for place in left)
    return len(errors), repaired, new


def share(part: float, whole: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    if not whole:
        return "none"
    p, z = part / whole, 1.96
    middle = (p + z * z / 2 / whole) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(p * (1 - p) / whole + z * z / 4 / whole**2)
    return f"{p:.1%} ({middle - half:.1%}–{middle + half:.1%}), {part:g} of {whole}"


async def mend(text: str, backend: WorkerBackend) -> str:
    """The paragraph with every edit that is worth making."""
    request = CopyEdit(source=text, groups=("mend",))
    return (await copy_edits([request], "", LikelihoodTable(backend, MARKS)))[0]


def kept(before: str, after: str) -> bool:
    """Whether numbers, names and placeholders are the same."""
    changed = any(flag.kind in ("number", "name") for flag in compare(before, after))
    marks = [
        Counter(corpus.PLACEHOLDERS[n] for n in range(32) if corpus.PLACEHOLDERS[n] in text)
        for text in (before, after)
    ]
    return not changed and marks[0] == marks[1]


async def mending(clean: list[str], backend: WorkerBackend) -> Rows:
    """Clean text left alone, errors repaired, new errors, facts kept."""
    rng = Random(2)
    words = sum(len(text.split()) for text in clean)
    untouched = [await mend(text, backend) for text in clean]
    rows: Rows = [
        (
            "clean paragraphs returned unchanged",
            "≥ 90 %",
            share(sum(a == b for a, b in zip(clean, untouched, strict=True)), len(clean)),
        )
    ]
    new = sum(len(places(a, b)) for a, b in zip(clean, untouched, strict=True))
    rows.append(("changes per 100 words of clean text", "≤ 0.3", f"{100 * new / words:.2f}"))
    facts: list[tuple[str, str]] = list(zip(clean, untouched, strict=True))
    for name, kinds, target in (
        ("injected errors repaired", None, "≥ 60 %"),
        ("… of eight kinds that nothing was set by", KINDS_OUTSIDE, "reported"),
    ):
        faulty = [damaged(text, rng, kinds) for text in clean]
        mended = [await mend(text, backend) for text in faulty]
        counts = [repairs(*texts) for texts in zip(clean, faulty, mended, strict=True)]
        errors, repaired, new = (sum(count) for count in zip(*counts, strict=True))
        rows.append((name, target, share(repaired, errors)))
        rows.append(("   new errors per 100 words", "≤ 0.3", f"{100 * new / words:.2f}"))
        facts += zip(faulty, mended, strict=True)
    held = sum(kept(before, after) for before, after in facts)
    rows.append(("numbers, names, placeholders kept (paragraphs)", "≥ 99.5 %", share(held, len(facts))))
    return rows


async def judging(clean: list[str], edits: list[tuple[str, str]], backend: WorkerBackend) -> Rows:
    """How often the judge is right, asked in both orders, with the default rubric."""
    rng = Random(3)
    worse = [light_damage(text, max(1, round(LIGHT * len(text.split()))), rng) for text in clean]
    rows: Rows = []
    for name, target, pairs in (
        ("judge: clean against 3 errors in 100 words", "≥ 90 %", list(zip(clean, worse, strict=True))),
        (
            "judge: human edit against what it replaced",
            "≥ 60 %",
            [(after, before) for before, after in edits],
        ),
    ):
        logits = await verdicts(pairs, backend)
        for order, right in (
            ("", [one > 0 for one, _ in logits]),
            (", order swapped", [other < 0 for _, other in logits]),
        ):
            rows.append((name + order, target, share(sum(right), len(right))))
    return rows


async def verdicts(pairs: Sequence[tuple[str, str]], backend: WorkerBackend) -> list[tuple[float, float]]:
    """For each (better, worse): log-odds for the first, asked in this order and in the other."""
    info = await backend.info()
    entries = {
        f"{n}{side}": Entry(text=text, words=len(text.split()))
        for n, pair in enumerate(pairs)
        for side, text in zip("+-", pair, strict=True)
    }
    rubric = load.find(load.DEFAULT, None)
    asked = [pair for n in range(len(pairs)) for pair in ((f"{n}+", f"{n}-"), (f"{n}-", f"{n}+"))]
    found = await judge(backend, rubric, info.capabilities, asked, entries, marks=MARKS)
    return [(one.logit, other.logit) for one, other in zip(found[::2], found[1::2], strict=True)]


async def evolving(clean: list[str], backend: WorkerBackend) -> Rows:
    """Quick runs against one greedy rewrite, by nearness to the clean text (chrF; ties count half).

    By the rubric that only mends: what any other tightens or varies lies farther from the clean text.
    """
    chrf = CHRF()
    rng = Random(4)
    rubric = load.find("proofread", None)
    points = 0.0
    for number, text in enumerate(clean):
        faulty = damaged(text, rng)
        greedy = await mend(faulty, backend)
        text, faulty, greedy = map(_unmasked, (text, faulty, greedy))
        spans = tuple(Span(*code.span(), "code") for code in _CODE.finditer(faulty))
        passage = Passage(text=faulty, spans=spans)
        brief = Brief(passage, rubric, QUICK)
        scope = anyio.CancelScope()
        result = await evolve(brief, Backends(backend), lambda _: None, scope, f"eval-{number}")
        ours, single = (
            chrf.sentence_score(version, [text]).score for version in (result.candidates[0].text, greedy)
        )
        points += 1.0 if ours > single else 0.5 if ours == single else 0.0
    return [
        (
            "evolve (quick) nearer to the clean text than one greedy rewrite",
            "≥ 60 %",
            share(points, len(clean)),
        )
    ]


def _unmasked(text: str) -> str:
    """The text as its writer has it, with code where the placeholders stand."""
    return _MARK.sub(r"`value\1`", text)


async def speed(clean: list[str], backend: WorkerBackend) -> Rows:
    """Tokens a second when eight texts are scored together."""
    batches: Iterator[list[str]] = (clean[at : at + 8] for at in range(0, min(len(clean), 64), 8))
    tokens, began = 0, time.perf_counter()
    for batch in batches:
        tokens += sum(
            one.tokens for one in await backend.score([Scoring(text, marks=MARKS) for text in batch])
        )
    return [("tokens a second, eight sequences", "≥ 400", f"{tokens / (time.perf_counter() - began):,.0f}")]


async def main() -> None:
    """Print the table; with --json write it too."""
    parser = argparse.ArgumentParser(description="Measure the default model on held-out texts.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--paragraphs", type=int, default=150)
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    clean = paragraphs(options.data, max(options.paragraphs, options.runs))
    measured = clean[: options.paragraphs]
    edits = human_edits(options.data, options.edits)
    backend = WorkerBackend(options.model)
    rows: Rows = []
    try:
        for part in (
            mending(measured, backend),
            judging(measured, edits, backend),
            speed(measured, backend),
            evolving(clean[: options.runs], backend),
        ):
            for row in await part:
                rows.append(row)
                print(f"{row[0]:<64} {row[1]:>9}   {row[2]}", flush=True)
        digest = (await backend.info()).digest
    finally:
        await backend.aclose()
    if options.json:
        table = [dict(zip(("what", "target", "measured"), row, strict=True)) for row in rows]
        options.json.write_text(
            json.dumps({"digest": digest, "rows": table}, ensure_ascii=False, indent=1) + "\n"
        )


if __name__ == "__main__":
    asyncio.run(main())
