"""`aw-server bench`: how fast this computer is with a model."""

import platform
import time
from collections.abc import Awaitable

import anyio
import click
import psutil
from msgspec import Struct

from aw_engine.domain.result import Usage
from aw_engine.evolution import effort
from aw_engine.inference import rates
from aw_engine.inference.backend import (
    Backend,
    Choice,
    Compare,
    Generation,
    ModelInfo,
    Rewrite,
    Sampling,
    Scoring,
)
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.inference.tuning import Tuned
from aw_server.cli import tables
from aw_server.cli.exits import Exit

_SENTENCES = (
    "The committee met on the second Thursday of every month, and most of its members came by train.",
    "It had been agreed that nobody would speak for longer than ten minutes without a good reason.",
    "What was decided in the morning was often forgotten by the time the coffee was served.",
    "In the end a young clerk wrote everything down, and from then on the meetings became shorter.",
    "The minutes were kept in a green book, which anybody who asked politely was allowed to read.",
)
_TEXTS = 8
_TIMES = 3
_WRITING = "decode (writing)"


class Speed(Struct, frozen=True):
    """Tokens per second of one kind of work: the median of three measurements."""

    work: str
    tokens: int
    seconds: float
    per_second: float


class Bench(Struct, frozen=True):
    """This computer with this model; `load` is the seconds from nothing to a loaded model.

    `tuned` says what was tried to find the settings, if that was asked for.
    """

    machine: str
    cores: int
    model: str
    digest: str
    settings: dict[str, str | int | float | bool]
    load: float
    speeds: tuple[Speed, ...]
    tuned: Tuned | None = None


@click.command(short_help="How fast this computer is with a model.")
@click.option("--model", "-m", metavar="REF", default="builtin", help="`builtin` or a GGUF file.")
@click.option("--tune", is_flag=True, help="Find the quickest settings for the model first, and keep them.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def bench(model: str, tune: bool, as_json: bool) -> Exit:
    """How fast this computer is with a model: tokens a second of judging, scoring and writing.

    `--tune` tries threads, batch sizes, kinds of attention and numbers of texts written together, in under a
    minute, and remembers the quickest for this model file. Unless they gain much, answers that do not depend
    on what else is asked at the same time are preferred.
    """
    measured = anyio.run(_measure, model, tune)
    _remember(measured)
    if as_json:
        tables.print_json(measured)
        return Exit.DONE
    click.echo(
        f"{measured.machine}, {measured.cores} cores · {measured.model} {measured.digest[:12]} · "
        f"loaded in {measured.load:.2f} s",
        err=True,
    )
    if measured.tuned is not None:
        _show_trials(measured.tuned)
    rows = [(s.work, f"{s.tokens:,}", f"{s.seconds:.3f}", f"{s.per_second:,.0f}") for s in measured.speeds]
    tables.print_table(("work", "tokens", "seconds", "tokens/s"), rows, (1, 2, 3))
    return Exit.DONE


def _remember(measured: Bench) -> None:
    """Keep the measured speeds: forecasts of runs use them."""
    written = sum(each.tokens for each in measured.speeds if each.work == _WRITING)
    read = sum(each.tokens for each in measured.speeds) - written
    used = effort.used(Usage(prompt_tokens=read, decoded_tokens=written))
    seconds = sum(each.seconds for each in measured.speeds)
    rates.record(measured.digest, rates.TimedRun(expected=used, used=used, seconds=seconds))


def _show_trials(tuned: Tuned) -> None:
    rows = []
    for trial in tuned.trials:
        way = trial.tuning
        attention = f"{'flash' if way.flash else 'plain'}, {way.keys}/{way.values}"
        speed = (
            f"{trial.reading:,.0f}" if trial.reading else "",
            f"{trial.writing:,.0f}" if trial.writing else "",
        )
        mark = "*" if way == tuned.best else ""
        rows.append((str(way.threads), str(way.batch), attention, str(way.width), *speed, mark))
    tables.print_table(
        ("threads", "batch", "attention", "width", "read t/s", "write t/s", "kept"), rows, (0, 1, 3, 4, 5)
    )
    click.echo()


async def _measure(reference: str, tune: bool) -> Bench:
    backend = WorkerBackend(reference)
    try:
        began = time.perf_counter()
        model = await backend.info()
        load = time.perf_counter() - began
        tuned = None
        if tune:
            tuned, model = await backend.tune(lambda share: None)
        speeds = await _speeds(backend, model)
    finally:
        with anyio.CancelScope(shield=True):
            await backend.aclose()
    return Bench(
        machine=f"{platform.system()} {platform.machine()}",
        cores=psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        model=model.name,
        digest=model.digest,
        settings=model.settings,
        load=load,
        speeds=tuple(speeds),
        tuned=tuned,
    )


async def _speeds(backend: Backend, model: ModelInfo) -> list[Speed]:
    speeds = []
    runs = [await _timed(_judge(backend, model, turn)) for turn in range(_TIMES)]
    speeds.append(_median("prompt (judging)", runs))
    if model.capabilities.copy_edit:
        runs = [await _timed(_score(backend, turn)) for turn in range(_TIMES)]
        speeds.append(_median("prompt (scoring)", runs))
    if model.capabilities.instructions:
        runs = [await _timed(_write(backend, turn)) for turn in range(_TIMES)]
        speeds.append(_median(_WRITING, runs))
    return speeds


def _texts(turn: int) -> list[str]:
    """Different paragraphs each turn: nothing asked before may help."""
    return [
        " ".join((f"Meeting {100 * turn + at}.", *_SENTENCES[at % 5 :], *_SENTENCES[: at % 5]))
        for at in range(_TEXTS)
    ]


async def _judge(backend: Backend, model: ModelInfo, turn: int) -> int:
    texts = _texts(turn)
    criterion = (model.capabilities.criteria or ("clear",))[0]
    choices = [
        Choice(
            prompt=Compare(
                first=first,
                second=second,
                criterion=criterion,
                question="Which version is clearer?",
                goal="clear prose",
                audience="a general reader",
            ),
            answers=("A", "B"),
        )
        for first, second in zip(texts[::2], texts[1::2], strict=True)
    ]
    return sum(scores.prompt_tokens for scores in await backend.choose(choices))


async def _score(backend: Backend, turn: int) -> int:
    texts = _texts(turn + _TIMES)
    return sum(each.prompt_tokens for each in await backend.score([Scoring(text=text) for text in texts]))


async def _write(backend: Backend, turn: int) -> int:
    requests = [
        Generation(
            prompt=Rewrite(
                text=text,
                instruction="Rewrite the text in other words.",
                goal="clear prose",
                audience="a general reader",
            ),
            sampling=Sampling(seed=at, max_tokens=96),
        )
        for at, text in enumerate(_texts(turn + 2 * _TIMES))
    ]
    return sum([completion.tokens async for completion in backend.generate(requests)])


async def _timed(work: Awaitable[int]) -> tuple[int, float]:
    began = time.perf_counter()
    tokens = await work
    return tokens, time.perf_counter() - began


def _median(work: str, runs: list[tuple[int, float]]) -> Speed:
    tokens, seconds = sorted(runs, key=lambda run: run[0] / run[1])[len(runs) // 2]
    return Speed(work=work, tokens=tokens, seconds=seconds, per_second=tokens / seconds)
