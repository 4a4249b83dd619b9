"""How much an edit of each kind must gain before it is made, from data; writes `text/edits/priors.toml`.

    python bench/calibrate_edits.py DATA MODEL [--clean 400] [--damaged 1500] [--write]

On clean prose that the model may have seen (once: what it has read twice looks surer than new prose, and the
priors come out too bold for that) every edit is a false one; on the same kind of prose with one
error a sentence some edit puts it right. For each kind the threshold is chosen that repairs the most
errors less `price` times the errors it makes, with one price for all, found so that in all at most
`FALSE_RATE` false edits are made per 100 words.
"""

# ruff: noqa: E402 (the training code is not installed: its folder comes first)
import argparse
import asyncio
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import exp
from pathlib import Path
from random import Random

import msgspec

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "training")]

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, Substitution, context_of
from aw_engine.inference.backend import Backend
from aw_engine.text.edits import KINDS, Edit, apply, kinds_of, propose
from aw_engine.text.sentences import sentences
from aw_training.corpus import held_out, mask, read_prose
from aw_training.one_error import KINDS_OUTSIDE, damage, damage_kinds

FALSE_RATE = 0.18  # false edits per 100 words on clean prose, all kinds together
LOWEST, HIGHEST = 0.5, 16.0  # thresholds tried, in nats
TAIL = 10  # largest gains of false edits by which the rate of still larger ones is judged
HERE = Path(__file__).parents[1] / "engine/aw_engine/text/edits/priors.toml"
BATCH = 3000
FLOOR = -4.0  # edits that make the text less likely than this are all alike
_MARK = re.compile(r"⟦\d+⟧")
MEND = kinds_of(("mend",))
BY_HAND = {kind.name: 0.0 - kind.prior for kind in KINDS.values() if kind.prior is not None}
AT_LEAST = {kind.name: 0.0 - kind.prior_at_most for kind in KINDS.values() if kind.prior_at_most is not None}
# The others are kept for measuring what the editor makes of errors that nothing was set by.
CALIBRATED_ON = tuple(kind for kind in damage_kinds() if kind not in KINDS_OUTSIDE)


class Sample(msgspec.Struct):
    """What was read: gains of false edits by kind, of right ones against their rivals, and the words read."""

    words: int
    false: dict[str, list[float]]
    damaged: int
    right: list[tuple[str, str, float, float]]  # damage kind, edit kind, gain, best rival's gain over its own
    missed: dict[str, int]  # damage kinds for which no edit was proposed that restores the text
    tried: dict[str, int]


def clean_sentences(data: Path, count: int, rng: Random, *, held: bool = False) -> list[Reading]:
    """Sentences of clean prose with what precedes them, one a paragraph, 40-220 characters."""
    found: list[Reading] = []
    for name, share in (("prose-modern.txt.xz", 0.8), ("prose-fiction.txt.xz", 0.2)):
        wanted = int(count * share)
        taken = 0
        for paragraph in read_prose(data / name):
            if held_out(paragraph) is not held or rng.random() > (0.6 if held else 0.03) or taken >= wanted:
                continue
            text = mask(paragraph)
            if text is None:
                continue
            ranges = [span for span in sentences(text) if 40 <= span[1] - span[0] <= 220]
            if ranges:
                start, end = rng.choice(ranges)
                found.append(Reading(context_of(text[:start]), text[start:end].strip()))
                taken += 1
    return found


async def gains(backend: Backend, jobs: Sequence[tuple[Reading, Edit]]) -> list[float]:
    """The rise in log-likelihood by each edit, as the copy-editor computes it, at least `FLOOR`."""
    found: list[float] = []
    for start in range(0, len(jobs), BATCH):
        part = jobs[start : start + BATCH]
        marks = {mark for reading, _ in part for mark in _MARK.findall(reading.context + reading.text)}
        changes = [
            Substitution(reading, edit.start, edit.end, edit.replacement, FLOOR) for reading, edit in part
        ]
        found += await LikelihoodTable(backend, tuple(sorted(marks))).rises(changes)
    return [max(FLOOR, gain) for gain in found]


async def read_clean(backend: Backend, readings: Sequence[Reading], sample: Sample) -> None:
    jobs = [(reading, edit) for reading in readings for edit in propose(reading.text, MEND)]
    found = await gains(backend, jobs)
    sample.words += sum(len(reading.text.split()) for reading in readings)
    for (_, edit), gain in zip(jobs, found, strict=True):
        sample.false.setdefault(edit.kind, []).append(round(gain, 3))
    sample.false = {kind: sorted(values, reverse=True) for kind, values in sample.false.items()}


async def read_damaged(backend: Backend, readings: Sequence[Reading], rng: Random, sample: Sample) -> None:
    jobs: list[tuple[Reading, Edit]] = []
    cases: list[tuple[str, range, frozenset[int]]] = []
    for reading in readings:
        made = damage(reading.text, rng, CALIBRATED_ON)
        if made is None:
            continue
        kind, text = made
        sample.tried[kind] = sample.tried.get(kind, 0) + 1
        broken = Reading(reading.context, text)
        edits = propose(text, MEND)
        right = [edit for edit in edits if apply(text, [edit]) == reading.text]
        if not right:
            sample.missed[kind] = sample.missed.get(kind, 0) + 1
            continue
        near = [edit for edit in edits if edit.start <= right[0].end + 12 and right[0].start <= edit.end + 12]
        first = len(jobs)
        jobs += [(broken, edit) for edit in near]
        places = frozenset(first + at for at, edit in enumerate(near) if edit in right)
        cases.append((kind, range(first, len(jobs)), places))
    found = await gains(backend, jobs)
    for kind, span, places in cases:
        place = max(places, key=lambda at: found[at])
        rival = max((found[at] for at in span if at not in places), default=-99.0)
        sample.right.append((kind, jobs[place][1].kind, found[place], rival))
    sample.damaged += len(readings)


def thresholds(sample: Sample) -> dict[str, float]:
    """Gain that an edit of each kind must exceed: best repairs less price times false edits, or by hand."""
    right: dict[str, list[float]] = defaultdict(list)
    for _, kind, gain, rival in sample.right:
        if gain > rival:
            right[kind].append(gain)
    low, high = 0.0, 1e5
    for _ in range(50):
        price = (low * high) ** 0.5 if low else high / 2
        chosen = {kind: _best(right.get(kind, []), sample.false.get(kind, []), price) for kind in MEND}
        rate = sum(_rate(sample.false.get(kind, []), at) for kind, at in chosen.items())
        if rate * 100 / sample.words > FALSE_RATE:
            low = max(price, 1e-3)
        else:
            high = price
    chosen = {kind: _best(right.get(kind, []), sample.false.get(kind, []), high) for kind in MEND}
    chosen |= {kind: max(chosen[kind], least) for kind, least in AT_LEAST.items()}
    return chosen | BY_HAND


def _best(right: list[float], false: list[float], price: float) -> float:
    options = [LOWEST + 0.25 * step for step in range(int((HIGHEST - LOWEST) / 0.25) + 1)]
    # Two repairs that fade with the threshold stand in for the evidence that a rare kind lacks.
    return max(
        options,
        key=lambda at: sum(gain > at for gain in right) + 2 * exp(-at / 6.0) - price * _rate(false, at),
    )


def _rate(false: list[float], at: float) -> float:
    """How many false edits gain more than `at`: counted, in the tail by the exponential through the largest.

    A kind never seen on clean prose counts as seen once, at a gain of 0.
    """
    seen = sorted((gain for gain in false if gain > FLOOR), reverse=True)
    largest = seen[: max(3, min(TAIL, sum(gain > 0 for gain in seen)))] or [0.0]
    edge = largest[-1]
    if at < edge:
        return sum(gain > at for gain in false)
    fade = min(2.0, max(0.7, sum(gain - edge for gain in largest) / max(1, len(largest) - 1)))
    return max(sum(gain > at for gain in false), len(largest) * exp((edge - at) / fade))


def report(sample: Sample, chosen: dict[str, float]) -> Iterator[str]:
    """The table by kind of edit, then repairs by kind of damage."""
    yield f"{sample.words} clean words, {sum(sample.tried.values())} errors"
    yield f"{'kind':20} {'proposed':>8} {'gain >':>7} {'false':>6} {'right':>6} {'made':>6} {'recall':>7}"
    total = made_all = 0
    for kind in (kind for kind in KINDS if kind in MEND):
        false = sample.false.get(kind, [])
        cases = [(gain, rival) for _, edit, gain, rival in sample.right if edit == kind]
        wrong = sum(gain > chosen[kind] for gain in false)
        made = sum(gain > chosen[kind] and gain > rival for gain, rival in cases)
        total += wrong
        made_all += made
        recall = f"{made / len(cases):7.2f}" if cases else "      -"
        yield f"{kind:20} {len(false):8} {chosen[kind]:7.2f} {wrong:6} {len(cases):6} {made:6} {recall}"
    errors = sum(sample.tried.values())
    yield f"false edits per 100 words {100 * total / sample.words:.3f}; repaired {made_all} of {errors}"
    for kind in sorted(sample.tried):
        cases_of = [(edit, gain, rival) for name, edit, gain, rival in sample.right if name == kind]
        made = sum(gain > chosen[edit] and gain > rival for edit, gain, rival in cases_of)
        yield f"  {kind:20} {made:4} of {sample.tried[kind]:4}, not proposed {sample.missed.get(kind, 0)}"


def write(chosen: dict[str, float], model: str, note: str) -> None:
    """Write the priors that are not set by hand, with what they were made from."""
    lines = [
        "# Log prior (nats) of an edit of each kind: minus the gain that it must exceed. Written by",
        f"# bench/calibrate_edits.py with {model}: {note}.",
        "# Kinds whose prior is set by hand are not here: see kinds.py.",
        "[priors]",
    ]
    lines += [f"{kind} = {0.0 - at:.2f}" for kind, at in sorted(chosen.items()) if kind not in BY_HAND]
    HERE.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def calibrate(backend: Backend, data: Path, clean: int, damaged: int, seed: int) -> Sample:
    """Read clean and damaged sentences of the held-in prose."""
    rng = Random(seed)
    readings = clean_sentences(data, clean + damaged, rng)
    rng.shuffle(readings)
    sample = Sample(0, {}, 0, [], {}, {})
    await read_clean(backend, readings[:clean], sample)
    await read_damaged(backend, readings[clean:], rng, sample)
    return sample


async def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate the copy-editor's priors on prose.")
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--clean", type=int, default=400)
    parser.add_argument("--damaged", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=Path, help="keep what was read here, or use it if it exists")
    parser.add_argument("--write", action="store_true", help="write priors.toml")
    options = parser.parse_args()
    if options.sample is not None and options.sample.exists():
        sample = msgspec.json.decode(options.sample.read_bytes(), type=Sample)
    else:
        from aw_engine.inference.supervisor import WorkerBackend

        backend = WorkerBackend(str(options.model))
        try:
            sample = await calibrate(backend, options.data, options.clean, options.damaged, options.seed)
        finally:
            await backend.aclose()
        if options.sample is not None:
            options.sample.write_bytes(msgspec.json.encode(sample))
    chosen = thresholds(sample)
    for line in report(sample, chosen):
        print(line)
    if options.write:
        write(chosen, options.model.name, f"{sample.words} clean words, {sum(sample.tried.values())} errors")


if __name__ == "__main__":
    asyncio.run(main())
