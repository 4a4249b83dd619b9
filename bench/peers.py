"""The same work by aw's worker, llama-server and llama-cpp-python: seconds, tokens, and their ratios.

    python bench/peers.py [--folder out/peers] [--rounds 3] [NAME | FILE.gguf ...]

NAME is a stand-in (135M, 0.5B, 1.5B). llama-server is built in the folder, from the source of the installed
llama-cpp-python, when it is not there. Contestants take turns; each figure is the median of its rounds. All
run on the same threads, which sleep while they wait. On a machine that others use too, compare the
processor's seconds, not the clock's.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before any library is loaded; contestants inherit it

import psutil
from msgspec import Struct, to_builtins

from aw_engine.inference.backend import Choice, Compare, Generation, Rewrite, Sampling
from aw_engine.inference.engine import Engine, Loading
from aw_engine.inference.llama import Abort, build, quiet_start
from aw_engine.inference.models.header import read_header
from aw_engine.inference.models.verify import sha256
from aw_engine.inference.prefix import Tokens
from contestants import Amount, LlamaCpp, LlamaServer, Ours, build_server
from standins import FORMS, stand_in

SENTENCES = (
    "The committee met on the second Thursday of every month, and most of its members came by train.",
    "It had been agreed that nobody would speak for longer than ten minutes without a good reason.",
    "What was decided in the morning was often forgotten by the time the coffee was served.",
    "In the end a young clerk wrote everything down, and from then on the meetings became shorter.",
    "The minutes were kept in a green book, which anybody who asked politely was allowed to read.",
    "Nobody could say afterwards who had first proposed to move the whole archive to the old mill.",
    "There was a plan, a budget and a drawing, but no one had thought of the river in the spring.",
    "When the water came, the clerk carried the green book upstairs and left the rest where it was.",
)
TEXTS, WRITTEN = 8, 128
LOG = quiet_start()  # the library keeps only a pointer to it
CRITERIA = ("Which is clearer?", "Which flows better?", "Which is more concise?", "Which is more precise?")
VERDICT, VERDICTS_TIMED = 200, 8
# AlphaWrite's schedule for 8 texts and 2 generations: 20 rounds of 4 matches, then of 3 among 3 + 4 texts.
VERDICTS = 20 * 4 + 20 * 3


class Work(Struct, frozen=True):
    """What is to be done, as requests and as the tokens that they come to."""

    generations: tuple[Generation, ...]
    writing: tuple[Tokens, ...]
    choices: tuple[Choice, ...]
    judging: tuple[Tokens, ...]

    @property
    def distinct(self) -> int:
        """Tokens to be evaluated for judging if every distinct prefix is evaluated once."""
        return len({prompt[:end] for prompt in self.judging for end in range(1, len(prompt) + 1)})


class Turn(NamedTuple):
    """One turn of a contestant: seconds by the clock and of the processor, and what was done."""

    seconds: float
    processor: float
    amount: Amount


class Timing(Struct, frozen=True):
    """Median seconds of one contestant at one task, by the clock and of the processor, and its tokens."""

    task: str
    contestant: str
    seconds: float
    processor: float
    all_seconds: tuple[float, ...]
    evaluated: int
    written: int


class Report(Struct, frozen=True):
    """All timings of one model on one machine, `load` being processes that wanted a core when it began."""

    machine: str
    cores: int
    load: float
    library: str
    model: str
    digest: str
    settings: dict[str, str | int | float | bool]
    distinct: int
    timings: tuple[Timing, ...]


def paragraphs() -> list[str]:
    """Different paragraphs of about 130 tokens."""
    return [
        " ".join((f"Meeting {at + 1}.", *SENTENCES[at:], *SENTENCES[:at][: max(0, at - 2)]))
        for at in range(TEXTS)
    ]


def work_for(path: Path, threads: int) -> Work:
    """The requests of a run without its choices of pairs, and their tokens in this model's vocabulary."""
    header = read_header(path)
    loading = Loading(
        ref=str(path),
        path=path,
        digest="",
        values=header.values,
        dialect="chat",
        threads=threads,
        context=8192,
    )
    engine = Engine(loading, LOG, Abort(), lambda share: None)
    texts = paragraphs()
    generations = tuple(
        Generation(
            Rewrite(texts[0], f"Rewrite it, manner {at}.", "clear prose", "a general reader", 150),
            Sampling(seed=at, max_tokens=WRITTEN),
        )
        for at in range(TEXTS)
    )
    choices = tuple(
        Choice(Compare(one, two, "clear", CRITERIA[0], "clear prose", "a general reader"), ("A", "B"))
        for one, two in permutations(texts, 2)
    )
    work = Work(
        generations=generations,
        writing=tuple(engine.prompt(each.prompt) for each in generations),
        choices=choices,
        judging=tuple(engine.prompt(each.prompt) for each in choices),
    )
    engine.close()
    return work


def measure(path: Path, server: Path, arguments: argparse.Namespace) -> Report:
    """All contestants at all tasks, taking turns."""
    load = psutil.getloadavg()[0]
    threads: int = arguments.threads
    work = work_for(path, threads)
    found: dict[tuple[str, str], list[Turn]] = {}

    def turn(task: str, name: str, who: Ours | LlamaServer | LlamaCpp, do: Callable[[], Amount]) -> None:
        began, spent = time.perf_counter(), who.processor()
        amount = do()
        taken = Turn(time.perf_counter() - began, who.processor() - spent, amount)
        found.setdefault((task, name), []).append(taken)
        print(f"  {task} · {name}: {taken}", file=sys.stderr, flush=True)

    with ExitStack() as stack:
        ours = stack.enter_context(Ours(path, threads))
        for round_ in range(arguments.rounds):
            turn("write", "aw", ours, lambda: ours.write(work.generations))
            turn("judge", "aw", ours, lambda: ours.judge(work.choices))
            turn("run", "aw", ours, lambda: whole_run(ours, work))
            with LlamaServer(server, path, 8, threads) as eight:
                turn("write", "llama-server -np 8", eight, lambda: eight.write(work.writing, WRITTEN))
                turn("judge", "llama-server -np 8", eight, lambda: eight.write(work.judging, 1))
                turn("verdicts", "AlphaWrite", eight, lambda: eight.write(verdicts(work), VERDICT))
            with LlamaServer(server, path, 1, threads) as single:
                turn("judge", "llama-server -np 1", single, lambda: single.write(work.judging, 1))
            if round_ == 0:
                with LlamaCpp(path, threads) as api:
                    turn("write", "llama-cpp-python", api, lambda: api.write(work.writing, WRITTEN))
        settings = ours.settings
    check(found, work)
    return Report(
        machine=f"{platform.system()} {processor()}",
        cores=psutil.cpu_count(logical=False) or 1,
        load=load,
        library=build(),
        model=path.stem,
        digest=sha256(path, lambda share: None),
        settings=settings,
        distinct=work.distinct,
        timings=tuple(median(task, who, turns) for (task, who), turns in found.items()),
    )


def verdicts(work: Work) -> Sequence[Tokens]:
    """Some of the pairs that AlphaWrite would have judged, in no order that helps."""
    step = len(work.judging) // VERDICTS_TIMED
    return [work.judging[(at * step * 5) % len(work.judging)] for at in range(VERDICTS_TIMED)]


def whole_run(ours: Ours, work: Work) -> Amount:
    """What the normal plan asks for at most: 8 rewrites, 24 pairs, 4 children, 18 pairs; 4 at a time."""
    amounts = [ours.write(work.generations)]
    # A pair and its reverse are never both needed before the final: every second pair, then the others.
    pairs = [*work.choices[::2], *work.choices[1::2]][:42]
    for start in range(0, 42, 4):
        asked = [
            Choice(
                Compare(p.first, p.second, "", question, p.goal, p.audience, original=None), choice.answers
            )
            for choice in pairs[start : start + 4]
            if isinstance(p := choice.prompt, Compare)
            for question in CRITERIA
        ]
        amounts.append(ours.judge(asked))
        if start == 20:
            amounts.append(ours.write(work.generations[:4]))
    return Amount(sum(each.evaluated for each in amounts), sum(each.written for each in amounts))


def check(found: dict[tuple[str, str], list[Turn]], work: Work) -> None:
    """:raises SystemExit: if a contestant wrote more or less than the others."""
    expected = {"write": TEXTS * WRITTEN, "judge": len(work.judging), "verdicts": VERDICTS_TIMED * VERDICT}
    for (task, contestant), turns in found.items():
        for _, _, amount in turns:
            # A random model may draw its end token; one text in a thousand tokens is let pass.
            if task in expected and not 0.98 * expected[task] <= amount.written <= expected[task]:
                raise SystemExit(f"{contestant} wrote {amount.written} of {expected[task]} tokens at {task}.")


def median(task: str, contestant: str, turns: Sequence[Turn]) -> Timing:
    last = turns[-1].amount
    return Timing(
        task=task,
        contestant=contestant,
        seconds=statistics.median(each.seconds for each in turns),
        processor=statistics.median(each.processor for each in turns),
        all_seconds=tuple(each.seconds for each in turns),
        evaluated=last.evaluated,
        written=last.written,
    )


def processor() -> str:
    """The processor's name where Linux tells it."""
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return names[0].partition(":")[2].strip() if names else platform.processor()


def show(report: Report) -> None:
    """One table."""
    print(
        f"\n{report.model} {report.digest[:12]} · {report.library} · {report.machine}, {report.cores} cores, "
        f"load {report.load:.1f} · distinct judge tokens {report.distinct:,}"
    )
    print(
        f"{'task':<9} {'contestant':<20} {'clock':>8} {'processor':>9} {'evaluated':>9} {'written':>7} "
        f"{'aw takes: clock':>15} {'processor':>9}"
    )
    by = {(each.task, each.contestant): each for each in report.timings}
    for each in report.timings:
        mine = by.get((each.task, "aw"), each)
        ratios = f"{mine.seconds / each.seconds:>15.2f} {mine.processor / each.processor:>9.2f}"
        print(
            f"{each.task:<9} {each.contestant:<20} {each.seconds:>8.1f} {each.processor:>9.1f} "
            f"{each.evaluated:>9,} {each.written:>7,} {ratios if mine is not each else ''}"
        )
    run, sample, eight = by["run", "aw"], by["verdicts", "AlphaWrite"], by["write", "llama-server -np 8"]
    share = VERDICTS / VERDICTS_TIMED
    clock = share * sample.seconds + 1.5 * eight.seconds  # 8 rewrites and 4 children
    processor_time = share * sample.processor + 1.5 * eight.processor
    print(
        f"whole run: {clock / run.seconds:.1f} × as fast as AlphaWrite's schedule by the clock, "
        f"{processor_time / run.processor:.1f} × by the processor "
        f"(timed: {VERDICTS_TIMED} of {VERDICTS} verdicts)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=["135M", "0.5B"], metavar="NAME|FILE")
    parser.add_argument("--folder", type=Path, default=Path("out/peers"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=min(8, psutil.cpu_count(logical=False) or 1))
    parser.add_argument("--json", type=Path, default=None, metavar="FILE")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    server = build_server(arguments.folder)
    reports = []
    for name in arguments.models:
        path = stand_in(name, arguments.folder) if name in FORMS else Path(name)
        reports.append(measure(path, server, arguments))
        show(reports[-1])
    target = arguments.json or arguments.folder / "peers.json"
    target.write_text(json.dumps(to_builtins(reports), indent=1))
    asyncio.set_event_loop(None)


if __name__ == "__main__":
    main()
