"""`aw-server models`: which model files there are, whether they are whole, and fetching another."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from msgspec import Struct

from aw_engine.domain.brief import BUILTIN, SMOLLM2
from aw_engine.errors import ModelError, SettingsError
from aw_engine.inference.models.catalogue import catalogue as listed_models
from aw_engine.inference.models.header import read_header
from aw_engine.inference.models.reference import cache_folders, hub_file, resolve
from aw_engine.inference.models.verify import remembered, shipped_digest
from aw_engine.inference.models.verify import verify as verify_file
from aw_server.cli import card, tables
from aw_server.cli.exits import Exit
from aw_server.runs.card import ReportCard
from aw_server.runs.card import known as known_card
from aw_server.runs.models import cached, is_here


class ListedModel(Struct, frozen=True):
    """A model that is on this computer; `ref` is what `--model` takes."""

    ref: str
    path: str
    bytes: int


class Shown(Struct, frozen=True):
    """What a model file's header says; `digest` is its SHA-256 if that is known without reading the file."""

    ref: str
    path: str
    bytes: int
    name: str
    architecture: str
    dialect: str
    context: int
    layers: int
    vocabulary: int
    licence: str
    digest: str
    card: ReportCard | None = None


class Verified(Struct, frozen=True):
    """The result of reading a whole model file."""

    ref: str
    path: str
    ok: bool
    digest: str
    error: str


class Offered(Struct, frozen=True):
    """A model of the catalogue; `memory` is in megabytes, and so is `megabytes`, about its file's size."""

    name: str
    megabytes: int
    memory: int
    licence: str
    good_for: str
    here: bool


@click.group(short_help="Model files: list, pull, show, path, verify, rm.")
def models() -> None:
    """Model files. `builtin` comes with the program; any GGUF file that can chat works, too."""


@models.command("list", short_help="The built-in model, and others on this computer.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> Exit:
    """The built-in model, and what llama.cpp and the Hugging Face tools have kept on this computer."""
    found = [_listed(ref) for ref in cached()]
    if as_json:
        tables.print_json(found)
    else:
        rows = [(each.ref, _megabytes(each.bytes)) for each in found]
        tables.print_table(("model", "MB"), rows, (1,))
    return Exit.DONE


@models.command(short_help="Models that can be fetched by a name.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def catalogue(as_json: bool) -> Exit:
    """A short list of chat models that can be fetched by a name, smallest first."""
    offered = [
        Offered(each.name, each.megabytes, each.memory, each.licence, each.good_for, here=is_here(each.name))
        for each in listed_models()
    ]
    if as_json:
        tables.print_json(offered)
    else:
        rows = [
            (
                each.name,
                f"{each.megabytes:,}",
                f"{each.memory:,}",
                each.licence,
                "here" if each.here else "",
                each.good_for,
            )
            for each in offered
        ]
        tables.print_table(("model", "MB", "memory, MB", "licence", "", "good for"), rows, (1, 2))
    return Exit.DONE


@models.command(short_help="Fetch a model from the Hugging Face hub.")
@click.argument("ref", metavar="REF")
@click.option("--quiet", "-q", is_flag=True, help="Nothing on stderr but errors.")
def pull(ref: str, quiet: bool) -> Exit:
    """Fetch a model into the Hugging Face cache of this computer, and check it.

    REF is a name of the catalogue, hf:owner/name/file.gguf, the address of such a file, or
    owner/name[:quant]. Ctrl-C stops; what has come is kept, and the same command goes on with it.
    """
    wanted = hub_file(ref)
    if ref in (BUILTIN, SMOLLM2) or Path(ref).exists():
        click.echo(resolve(ref))
        return Exit.DONE
    if wanted is None:
        raise SettingsError(
            f"{ref} is nothing that can be fetched. Give a name of `aw-server models catalogue`, or "
            "hf:owner/name/file.gguf."
        )
    from aw_server.cli.pulling import pulled  # heavy: help must not wait for it

    click.echo(pulled(ref, wanted, quiet=quiet))
    return Exit.DONE


@models.command(short_help="Remove a model that was fetched.")
@click.argument("ref", metavar="REF")
def rm(ref: str) -> Exit:
    """Remove a fetched model's file from the Hugging Face cache. A file elsewhere is yours to remove."""
    file = resolve(ref)
    blob = file.resolve()
    kept = next((folder for folder in cache_folders() if file.is_relative_to(folder)), None)
    if kept is None:
        raise SettingsError(f"{file} is in no cache of this computer; remove it yourself if you want to.")
    size = blob.stat().st_size
    file.unlink()
    blob.unlink(missing_ok=True)
    click.echo(f"Removed {file.name}: {_megabytes(size)} MB are free again.")
    return Exit.DONE


@models.command()
@click.argument("ref", metavar="REF", default=BUILTIN)
@click.option("--measure", is_flag=True, help="Try first how it writes and judges, which takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(ref: str, measure: bool, as_json: bool) -> Exit:
    """What a model file says about itself, and what it was found to be worth on this computer.

    `--measure` has it rewrite twenty paragraphs and judge graded pairs, and remembers what came of it.
    """
    path = resolve(ref)
    measured = card.measured(ref) if measure else None
    header = read_header(path)
    known = remembered(path)
    digest = shipped_digest() if ref == BUILTIN else known.digest if known else ""
    values = header.values
    shown = Shown(
        ref=ref,
        path=str(path),
        bytes=header.size,
        name=str(values.get("general.name", path.stem)),
        architecture=header.architecture,
        dialect=str(values.get("aw.dialect", "chat")),
        context=header.number("context_length"),
        layers=header.number("block_count"),
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        licence=str(values.get("general.license", "unknown")),
        digest=digest,
        card=measured or known_card(digest),
    )
    if as_json:
        tables.print_json(shown)
        return Exit.DONE
    lines = [
        ("name", shown.name),
        ("path", shown.path),
        ("size", f"{_megabytes(shown.bytes)} MB"),
        (
            "architecture",
            f"{shown.architecture}, {shown.layers} layers, vocabulary {shown.vocabulary:,}",
        ),
        ("dialect", shown.dialect),
        ("context", f"{shown.context:,} tokens"),
        ("licence", shown.licence),
        ("sha256", shown.digest or f"not read yet; aw-server models verify {ref}"),
    ]
    for name, value in (*lines, *card.lines(shown.card, ref)):
        click.echo(f"{name:<13} {value}")
    return Exit.DONE


@models.command()
@click.argument("ref", metavar="REF", default=BUILTIN)
def path(ref: str) -> Exit:
    """Where a model's file is."""
    click.echo(resolve(ref))
    return Exit.DONE


@models.command(short_help="Read whole files and compare them with what is known.")
@click.argument("refs", metavar="[REF]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(refs: tuple[str, ...], as_json: bool) -> Exit:
    """Read whole files (of all models, unless some are named) and compare them with what is known of them."""
    verified = [_verify(ref) for ref in refs or cached()]
    if as_json:
        tables.print_json(verified)
    else:
        for each in verified:
            if each.ok:
                click.echo(f"{each.ref}: whole, {each.digest}")
            else:
                click.echo(each.error if each.ref in each.error else f"{each.ref}: {each.error}", err=True)
    return Exit.DONE if all(each.ok for each in verified) else Exit.MODEL


def _listed(ref: str) -> ListedModel:
    file = resolve(ref)
    return ListedModel(ref, str(file), file.stat().st_size)


def _verify(ref: str) -> Verified:
    place = ""
    try:
        file = resolve(ref)
        place = str(file)
        read_header(file)
        digest = verify_file(file, ref, _progress(ref))
    except ModelError as error:
        return Verified(ref, place, ok=False, digest="", error=str(error))
    return Verified(ref, place, ok=True, digest=digest, error="")


def _progress(ref: str) -> Callable[[float], None]:
    terminal = sys.stderr.isatty()

    def show_share(share: float) -> None:
        if terminal:
            sys.stderr.write(f"\r\x1b[K{ref}: {share:.0%} read" if share < 1 else "\r\x1b[K")
            sys.stderr.flush()

    return show_share


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
