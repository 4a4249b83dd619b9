"""The same work by aw's worker, llama-server and llama-cpp-python: seconds, tokens, ratios (P1, P2, P4).

    python bench/peers.py [--folder out/peers] [--minutes 15] [--json FILE] [NAME | FILE.gguf ...]

NAME is a stand-in (135M, 0.5B, 1.5B). llama-server is built in the folder, from the source of the installed
llama-cpp-python, when it is not there. Contestants take turns for as many rounds as the minutes allow, at
least one; each figure is the median of its rounds. What takes longest is done once: the high-level API (with
135M only), a whole run, and some of the verdicts that AlphaWrite's schedule would generate, from which all of
them are extrapolated. All run on the same threads, which sleep while they wait. On a machine that others use
too, compare the processor's seconds, not the clock's.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before any library is loaded; contestants inherit it

from msgspec import Struct, to_builtins

from aw_engine.inference.llama import quiet_start
from aw_engine.inference.models.verify import sha256
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.tuning import cores
from contestants import Amount, LlamaCpp, LlamaServer, Ours, build_server
from machine import Machine, processor_seconds, this_machine
from standins import FORMS, stand_in
from work import CRITERIA, TEXTS, WRITTEN, Work, work_for

LOG = quiet_start()  # the library keeps only a pointer to it
VERDICT, VERDICTS_TIMED = 200, 8
# AlphaWrite's schedule for 8 texts and 2 generations: 20 rounds of 4 matches, then of 3 among 3 + 4 texts.
VERDICTS = 20 * 4 + 20 * 3
REWRITES = 8 + 4
AW, EIGHT, ONE, API, ALPHAWRITE = (
    "aw",
    "llama-server -np 8",
    "llama-server -np 1",
    "llama-cpp-python",
    "AlphaWrite",
)


class Scale(Struct, frozen=True):
    """How much of the work is done: `firsts` of 8 texts compared with all others, and what else."""

    firsts: int
    api: bool = False
    run: bool = True


SCALES = {"135M": Scale(firsts=8, api=True), "0.5B": Scale(firsts=2), "1.5B": Scale(firsts=1, run=False)}
OTHERWISE = Scale(firsts=2)


class Turn(NamedTuple):
    """One turn of a contestant: seconds by the clock and of the processor, and what was done."""

    clock: float
    processor: float
    amount: Amount


class Timing(Struct, frozen=True):
    """Median seconds of one contestant at one task, by the clock and of the processor, and its tokens."""

    task: str
    contestant: str
    clock: float
    processor: float
    all_clocks: tuple[float, ...]
    evaluated: int
    written: int


class Ratio(Struct, frozen=True):
    """How much of another's time we take, by clock and processor, and what it should be at most."""

    what: str
    clock: float
    processor: float
    target: float | None = None


class Report(Struct, frozen=True):
    """All timings of one model; `distinct` of the judge's `given` tokens have to be evaluated at least."""

    machine: Machine
    model: str
    digest: str
    settings: dict[str, str | int | float | bool]
    texts: int
    comparisons: int
    given: int
    distinct: int
    run_comparisons: int
    timings: tuple[Timing, ...]
    ratios: tuple[Ratio, ...]


class Match:
    """The turns taken so far."""

    def __init__(self) -> None:
        self.turns: dict[tuple[str, str], list[Turn]] = {}

    def turn(self, task: str, name: str, pids: tuple[int, ...], do: Callable[[], Amount]) -> None:
        """Time one turn; the processor's seconds are those of the processes `pids`."""
        began, spent = time.perf_counter(), sum(map(processor_seconds, pids))
        amount = do()
        taken = Turn(time.perf_counter() - began, sum(map(processor_seconds, pids)) - spent, amount)
        self.turns.setdefault((task, name), []).append(taken)
        print(f"  {task} · {name}: {taken.clock:.1f} s, {taken.processor:.1f} s", file=sys.stderr, flush=True)

    def timings(self) -> tuple[Timing, ...]:
        """The medians."""
        return tuple(
            Timing(
                task=task,
                contestant=name,
                clock=statistics.median(turn.clock for turn in turns),
                processor=statistics.median(turn.processor for turn in turns),
                all_clocks=tuple(turn.clock for turn in turns),
                evaluated=turns[-1].amount.evaluated,
                written=turns[-1].amount.written,
            )
            for (task, name), turns in self.turns.items()
        )


def measure(path: Path, server: Path, threads: int, scale: Scale, seconds: float) -> Report:
    """All contestants at all tasks, taking turns; another round begins only if it will end in time."""
    began = time.monotonic()
    machine = this_machine()
    work = work_for(path, LOG, scale.firsts)
    match = Match()
    settings = _round(match, work, server, path, threads)
    longest = time.monotonic() - began
    comparisons = 0
    if scale.run:
        with Ours(path, threads) as ours:
            match.turn("run", AW, (ours.pid, os.getpid()), ours.run)
            comparisons = ours.comparisons
        with LlamaServer(server, path, TEXTS, threads) as eight:
            match.turn("verdicts", ALPHAWRITE, (eight.pid,), lambda: eight.write(_verdicts(work), VERDICT))
    if scale.api:
        with LlamaCpp(path, threads) as api:
            match.turn("write", API, (api.pid,), lambda: api.write(work.writing, WRITTEN))
    while time.monotonic() - began + longest < seconds:
        _round(match, work, server, path, threads)
    check(match.turns, work)
    timings = match.timings()
    return Report(
        machine=machine,
        model=path.stem,
        digest=sha256(path, lambda share: None),
        settings=settings,
        texts=len(work.generations),
        comparisons=len(work.judging),
        given=sum(map(len, work.judging)),
        distinct=work.distinct,
        run_comparisons=comparisons,
        timings=timings,
        ratios=tuple(ratios(timings)),
    )


def _round(
    match: Match, work: Work, server: Path, path: Path, threads: int
) -> dict[str, str | int | float | bool]:
    """One turn of everybody; each begins with nothing in memory. Returns our settings."""
    with Ours(path, threads) as ours:
        match.turn("write", AW, (ours.pid,), lambda: ours.write(work.generations))
        match.turn("judge", AW, (ours.pid,), lambda: ours.judge(work.choices))
    with LlamaServer(server, path, TEXTS, threads) as eight:
        match.turn("write", EIGHT, (eight.pid,), lambda: eight.write(work.writing, WRITTEN))
        match.turn("judge", EIGHT, (eight.pid,), lambda: eight.write(work.judging, 1))
    with LlamaServer(server, path, 1, threads) as one:
        match.turn("judge", ONE, (one.pid,), lambda: one.write(work.judging, 1))
    return ours.settings


def _verdicts(work: Work) -> Sequence[Tokens]:
    """Some of the pairs that AlphaWrite would have judged, in no order that helps."""
    step = max(1, len(work.judging) // VERDICTS_TIMED)
    return [work.judging[(at * step * 5) % len(work.judging)] for at in range(VERDICTS_TIMED)]


def check(found: dict[tuple[str, str], list[Turn]], work: Work) -> None:
    """:raises SystemExit: if a contestant wrote more or less than the others, or read less than it must."""
    written = {
        "write": len(work.generations) * WRITTEN,
        "judge": len(work.judging),
        "verdicts": VERDICTS_TIMED * VERDICT,
    }
    for (task, contestant), turns in found.items():
        for *_, amount in turns:
            # A random model may draw its end token; one text in a thousand tokens is let pass.
            if task in written and not 0.98 * written[task] <= amount.written <= written[task]:
                raise SystemExit(f"{contestant} wrote {amount.written} of {written[task]} tokens at {task}.")
            # What writing has left in memory, a few tokens of the task, need not be read again.
            if task == "judge" and amount.evaluated < 0.98 * work.distinct:
                raise SystemExit(f"{contestant} evaluated {amount.evaluated} tokens of {work.distinct}.")


def ratios(timings: Sequence[Timing]) -> Iterator[Ratio]:
    """What the targets are about, of what was timed."""
    by = {(each.task, each.contestant): each for each in timings}

    def of(what: str, task: str, other: str, target: float | None) -> Iterator[Ratio]:
        mine, theirs = by[task, AW], by.get((task, other))
        if theirs is not None:
            clock, processor = mine.clock / theirs.clock, mine.processor / theirs.processor
            yield Ratio(what, clock, processor, target)

    yield from of(f"P1 write, of {EIGHT}", "write", EIGHT, 0.55)
    yield from of(f"P1 write, of {API}", "write", API, 0.2)
    yield from of(f"P2 judge, of {EIGHT}", "judge", EIGHT, 0.5)
    yield from of(f"   judge, of {ONE}, prompts sorted by us", "judge", ONE, None)
    run, timed, wrote = by.get(("run", AW)), by.get(("verdicts", ALPHAWRITE)), by["write", EIGHT]
    if run is not None and timed is not None:
        verdicts, rewrites = VERDICTS / VERDICTS_TIMED, REWRITES / TEXTS
        clock = verdicts * timed.clock + rewrites * wrote.clock
        processor = verdicts * timed.processor + rewrites * wrote.processor
        what = f"P4 whole run, of AlphaWrite's (≈ {clock:,.0f} s, {processor:,.0f} s of processor)"
        yield Ratio(what, run.clock / clock, run.processor / processor, 0.1)


def show(report: Report) -> None:
    """Print the report as a table."""
    print(f"\n{report.model} {report.digest[:12]} · {report.machine}")
    print(", ".join(f"{key} {value}" for key, value in report.settings.items() if key != "library"))
    print(
        f"write {report.texts} × {WRITTEN} tokens; judge {report.comparisons} ordered pairs: "
        f"{report.given:,} tokens, {report.distinct:,} distinct; run: {report.run_comparisons} pairs × "
        f"{len(CRITERIA)} questions"
    )
    print(
        f"{'task':<9} {'contestant':<19} {'clock':>8} {'(rounds)':>18} {'processor':>9} {'evaluated':>9} "
        f"{'written':>7}"
    )
    for each in report.timings:
        least, most = min(each.all_clocks), max(each.all_clocks)
        rounds = f"({len(each.all_clocks)}: {least:.1f}–{most:.1f})"
        print(
            f"{each.task:<9} {each.contestant:<19} {each.clock:>8.1f} {rounds:>18} {each.processor:>9.1f} "
            f"{each.evaluated:>9,} {each.written:>7,}"
        )
    print(f"{'aw takes':<66} {'clock':>7} {'processor':>9} {'target':>7}")
    for ratio in report.ratios:
        target = "" if ratio.target is None else f"{ratio.target:g}"
        over = "  over" if ratio.target is not None and ratio.clock > ratio.target else ""
        print(f"{ratio.what:<66} {ratio.clock:>7.3f} {ratio.processor:>9.3f} {target:>7}{over}")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("models", nargs="*", default=["135M", "0.5B"], metavar="NAME|FILE")
    parser.add_argument("--folder", type=Path, default=Path("out/peers"))
    parser.add_argument(
        "--minutes", type=float, default=15, help="for all models; a round is never cut short"
    )
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there (peers.json)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    server = build_server(options.folder)
    paths = [stand_in(name, options.folder) if name in FORMS else Path(name) for name in options.models]
    ends = time.monotonic() + 60 * options.minutes
    target = options.json or options.folder / "peers.json"
    reports: list[Report] = []
    for name, path in zip(options.models, paths, strict=True):
        share = (ends - time.monotonic()) / (len(paths) - len(reports))
        reports.append(measure(path, server, options.threads, SCALES.get(name, OTHERWISE), share))
        show(reports[-1])
        # After each: a run that is cut short leaves what it had.
        target.write_text(json.dumps(to_builtins(reports), indent=1) + "\n")


if __name__ == "__main__":
    main()
