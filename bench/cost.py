"""What a run costs beside the model's own work (P5, P6, P9, P10), and what the machine would allow at most.

    python bench/cost.py [--folder out/peers] [--runs 3] [--json FILE] [MODEL ...]

MODEL is `builtin`, a stand-in (135M, 0.5B, 1.5B) or the GGUF file of a chat model. Rates are those of
llama.cpp alone, with the settings that the worker uses. A stand-in writes and judges for real and is answered
for (`prepared.py`). On a machine that others use too, only the processor's seconds mean something.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before any library is loaded; workers inherit it

from msgspec import Struct, to_builtins

import observed
from aw_engine.domain.brief import BUILTIN
from aw_engine.domain.passage import Passage
from aw_engine.inference.backend import ModelInfo
from aw_engine.inference.llama import quiet_start
from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.models.verify import sha256
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.inference.tuning import cores
from machine import Machine, this_machine
from native import Native, Pace, added, at_once, middle, ratio, scaled
from phases import ObservedRun, Subject, judge_phase, run, write_phase
from prepared import PASSAGE, Prepared
from roofline import multiply_rate, read_rate
from standins import FORMS, stand_in

TEXTS, LENGTH = 8, 128  # rewrites of a stand-in, and tokens of each
BESIDE = 100e6  # bytes that a worker may need beside the file and llama.cpp's buffers
FEW, MANY = 8, 60
MISTAKES = Passage(
    text="Due to the fact that nobody wrote anything down, we often recieved the same questions again and "
    "again, and and the answers was very different each time. In order to change this, Ines proposed an "
    "shared log, which is kept in one plain folder that every member can edit. There is now 148 entries in "
    "it. It is important to note that the log do not replace the discussion; it just makes sure that we can "
    "start from were we stopped."
)
LOG = quiet_start()  # the library keeps only a pointer to it


class Row(Struct, frozen=True):
    """A line of the table; `processor` is the same figure by the processor's seconds where that differs."""

    what: str
    clock: float
    processor: float | None = None
    target: float | None = None
    unit: str = ""


class Cost(Struct, frozen=True):
    """What was measured with one model."""

    model: str
    digest: str
    settings: dict[str, str | int | float | bool]
    rows: tuple[Row, ...]


class Report(Struct, frozen=True):
    """Everything, with the machine's limits: bytes read and f32 operations a second."""

    machine: Machine
    read: float
    multiply: float
    costs: tuple[Cost, ...]


def row(what: str, pace: Pace, target: float | None = None, unit: str = "") -> Row:
    return Row(what, pace.clock, pace.processor, target, unit)


def of_runs(runs: list[ObservedRun]) -> Iterator[Row]:
    """What runs took, how much of it inside llama.cpp, and P10."""
    last = runs[-1]
    what = f"run of {last.rewrites} rewrites, {last.calls} comparisons"
    yield row(what, middle([each.all for each in runs]), None, "s")
    yield row("  share of it inside llama.cpp", middle([ratio(each.inside, each.all) for each in runs]))
    first = middle([ratio(each.first, each.all) for each in runs])
    yield row("P10 share until the first ranking", first, 0.5)


def of_memory(subject: Subject) -> Iterator[Row]:
    """P9."""
    notes, _ = observed.read(subject.notes)
    size = subject.path.stat().st_size
    beside = subject.resident() - size - sum(notes.buffers.values())
    yield Row("P9 worker beside file and buffers", beside / 1e6, None, BESIDE / 1e6, "MB")
    parts = [f"file {size / 1e6:.0f}"]
    parts += [f"{name} {amount / 1e6:.0f}" for name, amount in notes.buffers.items()]
    yield Row(f"  resident ({', '.join(parts)})", subject.resident() / 1e6, None, None, "MB")


def of_limits(
    native: Native, size: int, widths: tuple[int, ...], read: float, multiply: float
) -> Iterator[Row]:
    """What reading and writing use of what the machine allows; `read` and `multiply` are its rates."""
    operations = 2.0 * native.weights
    for what, pace in (("reading", native.read()), ("products alone", native.products())):
        rate = operations / pace.clock
        yield Row(f"{what}: {1 / pace.clock:,.0f} tokens/s", rate / 1e9, None, None, "Gop/s")
        yield Row("  share of NumPy's f32 products", rate / multiply)
    for width in widths:
        pace = native.write(width)
        rate = size / (pace.clock * width)
        yield Row(f"writing {width}: {1 / pace.clock:,.0f} tokens/s", rate / 1e9, None, None, "GB/s")
        yield Row("  share of what memory gives", rate / read)


async def builtin(subject: Subject, natives: Sequence[Native], runs: int) -> AsyncIterator[Row]:
    """P5, P9 and P10 with the default model, which scores and never writes."""
    done = [await run(subject, subject.worker, MISTAKES, seed) for seed in range(runs)]
    for each in of_runs(done):
        yield each
    for some, target in ((natives[:1], None), (natives, 1.2)):
        token = at_once(some, Native.score)
        over = middle([ratio(each.all, scaled(token, each.tokens)) for each in done])
        contexts = f"{len(some)} context{'s' if len(some) > 1 else ''}"
        yield row(f"P5 run against its {done[-1].tokens:,} tokens, {contexts}", over, target)
    for each in of_memory(subject):
        yield each


async def chat(subject: Subject, natives: Sequence[Native], runs: int) -> AsyncIterator[Row]:
    """P5, P6, P9 and P10 with a model that writes."""
    read = at_once(natives, Native.read)
    write = at_once(natives, lambda native: native.write(TEXTS // len(natives)))
    wrote, prompt, written = await write_phase(subject, TEXTS, LENGTH)
    alone = added(scaled(read, prompt), scaled(write, written))
    yield row(f"P5 writing against {prompt:,} + {written:,} tokens", ratio(wrote, alone), 1.2)
    paces = {}
    for field in (FEW, MANY):
        paces[field], thought, tokens = await judge_phase(subject, field)
        over = ratio(paces[field], scaled(read, tokens))
        yield row(f"P5 judging, {field} texts, {tokens:,} tokens a pair", over, 1.2)
        yield row("  pairing and rating, of a comparison", scaled(thought, 1e3), None, "ms")
    yield row(f"P6 comparison, {MANY} texts against {FEW}", ratio(paces[MANY], paces[FEW]), 1.2)
    before = subject.resident() - held(subject)
    await write_phase(subject, MANY, LENGTH // 8)
    grown = subject.resident() - held(subject) - before
    yield Row(f"P6 memory beside buffers, {MANY} texts written", grown / 1e6, None, None, "MB")
    if runs:
        prepared = Prepared(subject.worker, LENGTH)
        for each in of_runs([await run(subject, prepared, PASSAGE, seed) for seed in range(runs)]):
            yield each
    for each in of_memory(subject):
        yield each


def held(subject: Subject) -> float:
    """Bytes of llama.cpp's buffers."""
    notes, _ = observed.read(subject.notes)
    return sum(notes.buffers.values())


async def measure(name: str, folder: Path, runs: int, read: float, multiply: float) -> Cost:
    """Everything about one model, printed as it is found."""
    path = BUILTIN_FILE if name == BUILTIN else stand_in(name, folder) if name in FORMS else Path(name)
    digest = sha256(path, lambda share: None)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        notes = Path(scratch) / "notes"
        notes.touch()
        worker = WorkerBackend(BUILTIN if name == BUILTIN else str(path), command=observed.command(notes))
        try:
            info = await worker.info()
            show_heading(name, digest, info)
            subject = Subject(path, worker, notes)
            with ExitStack() as stack:
                contexts = range(int(info.settings["contexts"]))
                natives = [stack.enter_context(Native(path, info, LOG)) for _ in contexts]
                writes = info.capabilities.instructions
                async for found in (chat if writes else builtin)(subject, natives, runs):
                    rows.append(found)
                    show(found)
                widths = (1, TEXTS) if writes else ()
                for found in of_limits(natives[0], path.stat().st_size, widths, read, multiply):
                    rows.append(found)
                    show(found)
        finally:
            await worker.aclose()
    return Cost(name, digest, info.settings, tuple(rows))


def show_heading(name: str, digest: str, info: ModelInfo) -> None:
    settings = ", ".join(f"{key} {value}" for key, value in info.settings.items() if key != "library")
    print(f"\n{name} {digest[:12]} · {settings}")
    print(f"{'':48} {'clock':>9} {'processor':>9} {'target':>7}", flush=True)


def show(found: Row) -> None:
    spent = "" if found.processor is None else f"{found.processor:.2f}"
    target = "" if found.target is None else f"{found.target:g}"
    over = "  over" if found.target is not None and found.clock > found.target else ""
    print(f"{found.what:48} {found.clock:>9.2f} {spent:>9} {target:>7} {found.unit}{over}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("models", nargs="*", default=[BUILTIN, "135M"], metavar="MODEL")
    parser.add_argument("--folder", type=Path, default=Path("out/peers"), help="where stand-ins are")
    parser.add_argument("--runs", type=int, default=3, help="whole runs with each model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there (cost.json)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    machine = this_machine()
    read, multiply = read_rate(cores()), multiply_rate()
    rates = f"memory gives {read / 1e9:.1f} GB/s, NumPy's f32 products {multiply / 1e9:.0f} Gop/s"
    print(f"{machine}\n{rates}", flush=True)
    costs = []
    for name in options.models:
        costs.append(asyncio.run(measure(name, options.folder, options.runs, read, multiply)))
    report = Report(machine, read, multiply, tuple(costs))
    target = options.json or options.folder / "cost.json"
    target.write_text(json.dumps(to_builtins(report), indent=1) + "\n")


if __name__ == "__main__":
    main()
