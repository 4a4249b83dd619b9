"""`aw-server doctor`: is everything in order? Pasteable: no name, no text, no folder outside of home."""

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import anyio
import click
import psutil
from msgspec import Struct
from platformdirs import user_cache_path, user_config_path

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.events import Event
from aw_engine.domain.passage import ENGLISH, Passage
from aw_engine.domain.plan import Plan
from aw_engine.errors import AwError, JournalError
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends, ModelInfo
from aw_engine.journal.journal import Journal
from aw_engine.judging import selftest
from aw_engine.rubrics import load
from aw_server import log
from aw_server.cli import tables
from aw_server.cli.exits import Exit
from aw_server.runs.backends import AUTOMATIC, BackendSpec, worker
from aw_server.runs.models import settled

_SAMPLE = Passage(
    text="Due to the fact that the the bridge were closed, we recieved a very large number of complaints."
)
_PACKAGES = ("aw-server", "llama-cpp-python", "msgspec", "anyio", "rich", "click")


class JudgeCheck(Struct, frozen=True):
    """How the judge did on the bundled pairs: shares decided rightly, and decided by their order.

    Any but the trained one is measured once; `seconds` is next to nothing where that was done before.
    """

    name: str
    accuracy: float
    flips: float
    claim: str
    seconds: float


class WriterCheck(Struct, frozen=True):
    """How many rewrites of a faulty sentence passed the gates, and whether one ranked above it."""

    rewrites: int
    improved: bool
    seconds: float


class ModelCheck(Struct, frozen=True):
    """The model file as it was loaded."""

    name: str
    digest: str
    dialect: str
    context: int
    load: float
    settings: dict[str, str | int | float | bool]


class Folder(Struct, frozen=True):
    """A place where something is kept, `~` for the home folder."""

    what: str
    path: str
    writable: bool


class Examination(Struct, frozen=True):
    """What `doctor` found; `problems` are sentences, and empty if everything is in order."""

    versions: dict[str, str]
    system: str
    cores: int
    memory: int
    free: int
    model: ModelCheck | None
    judge: JudgeCheck | None
    writer: WriterCheck | None
    folders: tuple[Folder, ...]
    problems: tuple[str, ...]


@click.command(short_help="Is everything in order? Versions, model, a short self-test.")
@click.option(
    "--model",
    "-m",
    metavar="REF",
    default="builtin",
    help="`builtin`, a GGUF file, or a server on this computer.",
)
@click.option(
    "--servers", is_flag=True, help="Only look for model servers at their usual ports on this computer."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(model: str, servers: bool, as_json: bool) -> Exit:
    """Is everything in order? Versions, the model file and its digest, a short self-test of writer and judge,
    memory, cores, folders. Nothing private: paste it into an issue as it is."""
    if servers:
        return _look(as_json=as_json)
    found = anyio.run(_examine, model)
    if as_json:
        tables.print_json(found)
    else:
        _print(found)
    return Exit.MODEL if found.problems else Exit.DONE


def _look(*, as_json: bool) -> Exit:
    from aw_engine.inference.served.looking import PORTS, look  # only for this

    found = anyio.run(look)
    if as_json:
        tables.print_json(found)
    elif not found:
        click.echo(f"No model server answers on this computer at {', '.join(map(str, PORTS))}.", err=True)
    else:
        rows = [(each.address, each.kind, each.model or each.says) for each in found]
        tables.print_table(("--model", "server", "model"), rows, ())
    return Exit.DONE


async def _examine(reference: str) -> Examination:
    problems: list[str] = []
    model: ModelCheck | None = None
    judge: JudgeCheck | None = None
    writer: WriterCheck | None = None
    backend = _backend(reference)
    named = settled(Models(reference), ENGLISH).judge
    judging = backend if named == reference else _backend(named)
    try:
        began = time.perf_counter()
        info = await backend.info()
        model = _model(info, time.perf_counter() - began)
        judge = await _judge(judging)
        if judge.claim == "unranked":
            problems.append("This model's judgement is no better than chance; choose another model.")
        writer = await _writer(backend, judging if info.capabilities.judging == "none" else None)
        if not writer.rewrites:
            problems.append("This model wrote nothing that passed the gates; choose another model.")
    except AwError as error:
        problems.append(_without_home(str(error)))
    finally:
        with anyio.CancelScope(shield=True):
            await backend.aclose()
            await judging.aclose()
    try:
        Journal.open().close()
    except JournalError as error:
        problems.append(_without_home(str(error)))
    folders = tuple(_folders())
    problems += [
        f"The folder for {each.what} cannot be written: {each.path}" for each in folders if not each.writable
    ]
    memory = psutil.virtual_memory()
    return Examination(
        versions={"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cores=psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        memory=memory.total,
        free=memory.available,
        model=model,
        judge=judge,
        writer=writer,
        folders=folders,
        problems=tuple(problems),
    )


def _backend(reference: str) -> Backend:
    return worker(BackendSpec(reference, AUTOMATIC), lambda share: None)


def _model(info: ModelInfo, load_seconds: float) -> ModelCheck:
    return ModelCheck(
        name=info.name,
        digest=info.digest,
        dialect=info.dialect,
        context=info.context,
        load=load_seconds,
        settings=info.settings,
    )


async def _judge(backend: Backend) -> JudgeCheck:
    info = await backend.info()
    began = time.perf_counter()
    trained = info.capabilities.judging == "trained"  # in a run, it is not measured
    profile = await (selftest.measure(backend, "trained") if trained else selftest.finish(backend))
    seconds = time.perf_counter() - began
    return JudgeCheck(
        name=info.name,
        accuracy=profile.accuracy,
        flips=profile.flips,
        claim=profile.claim,
        seconds=seconds,
    )


async def _writer(backend: Backend, judging: Backend | None) -> WriterCheck:
    def ignore(event: Event) -> None:
        pass

    plan = Plan(n=4, generations=1, keep=1)
    brief = Brief(_SAMPLE, load.find(load.DEFAULT), plan)
    result = await evolve(brief, Backends(backend, judging), ignore, anyio.CancelScope(), "doctor")
    rewrites = max(0, len(result.candidates) - 1)
    return WriterCheck(rewrites=rewrites, improved=result.original_rank > 1, seconds=result.seconds)


def _folders() -> list[Folder]:
    places = {
        "rubrics": user_config_path("aw", appauthor=False) / "rubrics",
        "caches": user_cache_path("aw", appauthor=False),
        "the log": log.path().parent,
    }
    return [Folder(what, _without_home(str(path)), _writable(path)) for what, path in places.items()]


def _writable(path: Path) -> bool:
    """Whether it is a folder that may be written, or may be made."""
    there = next(each for each in (path, *path.parents) if each.exists())
    return there.is_dir() and os.access(there, os.W_OK)


def _without_home(text: str) -> str:
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _print(found: Examination) -> None:
    rows = [
        ("versions", ", ".join(f"{name} {number}" for name, number in found.versions.items())),
        (
            "computer",
            f"{found.system}, {found.cores} cores, {_gb(found.free)} of {_gb(found.memory)} GB free",
        ),
    ]
    if found.model:
        model = found.model
        rows += [
            (
                "model",
                f"{model.name} ({model.dialect}), {model.context:,} tokens, loaded in {model.load:.2f} s",
            ),
            ("digest", model.digest),
            ("settings", ", ".join(f"{name} {value}" for name, value in model.settings.items())),
        ]
    if found.judge:
        judge = found.judge
        rows.append(
            (
                "judge",
                f"{judge.name}: {judge.accuracy:.0%} of the test pairs right, {judge.flips:.0%} decided by "
                f"their order, so: {judge.claim} ({judge.seconds:.1f} s)",
            )
        )
    if found.writer:
        writer = found.writer
        verdict = "the best ranks above it" if writer.improved else "none ranks above it"
        rows.append(
            (
                "writer",
                f"{writer.rewrites} rewrites of a faulty sentence, {verdict}",
            )
        )
    rows += [(each.what, each.path) for each in found.folders]
    for name, value in rows:
        click.echo(f"{name:<9} {value}")
    for problem in found.problems:
        click.echo(f"problem   {problem}")
    if not found.problems:
        click.echo("problems  none")


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f}"
