"""The commands: each step by itself, and `run` for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import click
from torch import Tensor

from aw_training import corpus
from aw_training import export as exporting
from aw_training.evaluate import evaluate
from aw_training.network import Shape
from aw_training.pack import pack
from aw_training.tokenizer import VOCABULARY, load_tokenizer, train_tokenizer
from aw_training.train import CHECKPOINT, Plan, load_checkpoint, train

TOKENIZER = "tokenizer.json"
SCORES = "scores.json"
SAMPLE = 20_000_000  # characters from which the tokenizer learns

_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.option("--out", type=_folder, required=True, help="Folder for everything that is made.")
_data = click.option(
    "--data", type=_folder, required=True, help="Folder with prose-modern.txt.xz and the others."
)
_seed = click.option("--seed", default=1, show_default=True)
Command = Callable[..., Any]


def _training_options(command: Command) -> Command:
    for option in reversed(
        (
            click.option("--minutes", type=float, required=True, help="Of all slices together."),
            click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu"),
            click.option("--layers", default=6, show_default=True),
            click.option("--width", default=320, show_default=True),
            click.option("--heads", default=5, show_default=True),
            click.option("--hidden", default=864, show_default=True),
            click.option("--batch", default=48, show_default=True, help="Rows of 256 a step."),
            click.option("--micro-batch", default=16, show_default=True, help="Rows at once."),
            click.option("--resume", is_flag=True, help="Continue the checkpoint in --out."),
            click.option("--from-gguf", type=_file, help="Begin with an exported file's weights."),
            click.option("--compile/--no-compile", "compiled", default=True, show_default=True),
        )
    ):
        command = option(command)
    return command


@click.group()
def main() -> None:
    """Train the default model: a small language model of clean English prose."""


@main.command("tokenizer")
@_data
@_out
@_seed
@click.option("--vocabulary", default=VOCABULARY, show_default=True)
def make_tokenizer(data: Path, out: Path, seed: int, vocabulary: int) -> None:
    """Learn the tokenizer from a sample of the prose."""
    out.mkdir(parents=True, exist_ok=True)
    rng = Random(seed)
    sample: list[str] = []
    characters = 0
    for paragraph in corpus.training_paragraphs(data, rng):
        texts = corpus.documents(paragraph, rng)
        sample += texts
        characters += sum(map(len, texts))
        if characters > SAMPLE:
            break
    train_tokenizer(sample, vocabulary).save(str(out / TOKENIZER))
    click.echo(f"{out / TOKENIZER}: learnt from {characters:,} characters")


@main.command("pack")
@_data
@_out
@_seed
@click.option("--passes", default=1, show_default=True, help="Differently cut and sampled passes.")
def make_pack(data: Path, out: Path, seed: int, passes: int) -> None:
    """Tokenise the prose into rows of fixed length."""
    packed = pack(data, load_tokenizer(out / TOKENIZER), out, seed=seed, passes=passes)
    click.echo(json.dumps(asdict(packed)))


@main.command("train")
@_out
@_seed
@_training_options
def make_training(
    out: Path,
    seed: int,
    minutes: float,
    device: str,
    layers: int,
    width: int,
    heads: int,
    hidden: int,
    batch: int,
    micro_batch: int,
    resume: bool,
    from_gguf: Path | None,
    compiled: bool,
) -> None:
    """Train on the packed rows; ends decayed when --minutes have passed."""
    vocabulary = load_tokenizer(out / TOKENIZER).get_vocab_size()
    shape = Shape(layers, width, heads, hidden, vocabulary)
    initial: dict[str, Tensor] | None = None
    if from_gguf is not None:
        shape, initial = exporting.read_weights(from_gguf)
    plan = Plan(
        minutes=minutes,
        device=device,
        seed=seed,
        micro_batch=micro_batch,
        micro_batches=max(1, batch // micro_batch),
        compiled=compiled,
    )
    train(out, out, shape, plan, initial=initial, resume=resume)


@main.command("export")
@_out
@click.option("--model", default="aw-mini.gguf", show_default=True, help="File name in --out.")
@click.option("--version", default="0.1.0", show_default=True)
def make_export(out: Path, model: str, version: str) -> None:
    """Write the checkpoint as GGUF (Q8_0), with the judge's weights where they are known."""
    shape, weights, progress = load_checkpoint(out / CHECKPOINT)
    judge_weights: dict[str, float] = {}
    if (out / SCORES).exists():
        judge_weights = json.loads((out / SCORES).read_text())["weights"]
    about = exporting.About(
        version=version,
        date=datetime.now(UTC).date().isoformat(),
        training_tokens=progress.tokens,
        judge_weights=judge_weights,
    )
    exporting.export(out / model, shape, weights, load_tokenizer(out / TOKENIZER), about)
    click.echo(f"{out / model}: {(out / model).stat().st_size:,} bytes")


@main.command("evaluate")
@_data
@_out
@click.option("--model", default="aw-mini.gguf", show_default=True, help="File name in --out.")
@click.option("--texts", default=300, show_default=True, help="Paragraphs and edits of each kind.")
@click.option("--threads", default=2, show_default=True)
def make_evaluation(data: Path, out: Path, model: str, texts: int, threads: int) -> None:
    """Measure a model file; the scores hold the judge's weights for the next export."""
    scores = evaluate(out / model, data, texts=texts, threads=threads)
    (out / SCORES).write_text(json.dumps(asdict(scores), indent=2))
    click.echo(json.dumps(asdict(scores), indent=2))


@main.command("run")
@_data
@_out
@_seed
@_training_options
@click.pass_context
def run(context: click.Context, /, data: Path, out: Path, seed: int, **training: Any) -> None:
    """All steps: tokenizer, rows, training, file, scores, and the file again with its weights.

    A tokenizer and rows that are already in --out are used as they are.
    """
    out.mkdir(parents=True, exist_ok=True)
    if not (out / TOKENIZER).exists():
        context.invoke(make_tokenizer, data=data, out=out, seed=seed)
    if not (out / "pack.json").exists():
        context.invoke(make_pack, data=data, out=out, seed=seed)
    context.invoke(make_training, out=out, seed=seed, **training)
    context.invoke(make_export, out=out)
    context.invoke(make_evaluation, data=data, out=out)
    context.invoke(make_export, out=out)


if __name__ == "__main__":
    main()
