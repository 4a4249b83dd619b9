"""The commands: each step by itself, and `run`, which is meant where no command is named, for all of them.

llama.cpp and the GGUF library are loaded by the steps that need them: a machine with a GPU may have neither,
and can still tokenise and train.
"""

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
from aw_training.errors import TrainingError
from aw_training.log import note
from aw_training.network import Shape
from aw_training.pack import pack
from aw_training.steps import Steps
from aw_training.tokenizer import VOCABULARY, load_tokenizer, train_tokenizer
from aw_training.train import CHECKPOINT, TrainingPlan, TrainingProgress, load_checkpoint, train

TOKENIZER = "tokenizer.json"
ROWS = "pack.json"
SCORES = "scores.json"
MODEL = "aw-mini.gguf"
SAMPLE = 20_000_000  # characters from which the tokenizer learns

_folder = click.Path(file_okay=False, path_type=Path)
_data_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.option(
    "--out",
    type=_folder,
    default=Path("out/training"),
    show_default=True,
    help="Folder for everything that is made.",
)
_data = click.option("--data", type=_data_folder, required=True, help="Folder of .txt or .txt.xz files.")
_minutes = click.FloatRange(min=0, min_open=True)
_seed = click.option("--seed", default=1, show_default=True)
Command = Callable[..., Any]


def _training_options(command: Command) -> Command:
    for option in reversed(
        (
            click.option("--minutes", type=_minutes, required=True, help="Of all slices together."),
            click.option("--slice", "slice_minutes", type=_minutes, help="Stop after these; see --resume."),
            click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True),
            click.option("--layers", default=6, show_default=True),
            click.option("--width", default=320, show_default=True),
            click.option("--heads", default=5, show_default=True),
            click.option("--hidden", default=864, show_default=True),
            click.option("--batch", default=48, show_default=True, help="Rows of 256 a step."),
            click.option("--micro-batch", default=16, show_default=True, help="Rows at once."),
            click.option("--resume", is_flag=True, help="Continue the checkpoint in --out, if any."),
            click.option("--from-gguf", type=_file, help="Begin with an exported file's weights."),
            click.option("--compile/--no-compile", "compiled", default=True, show_default=True),
        )
    ):
        command = option(command)
    return command


@click.group(cls=Steps)
def main() -> None:
    """Train the default model: a small language model of clean English prose."""


@main.command("tokenizer")
@_data
@_out
@_seed
@click.option("--vocabulary", type=click.IntRange(300, 65_535), default=VOCABULARY, show_default=True)
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
    tokenizer = train_tokenizer(sample, vocabulary)
    tokenizer.save(str(out / TOKENIZER))
    note(out, "tokenizer", characters=characters, vocabulary=tokenizer.get_vocab_size())


@main.command("pack")
@_data
@_out
@_seed
@click.option("--passes", default=1, show_default=True, help="Differently cut and sampled passes.")
def make_pack(data: Path, out: Path, seed: int, passes: int) -> None:
    """Tokenise the prose into rows of fixed length."""
    tokenizer = load_tokenizer(_made(out / TOKENIZER, "tokenizer"))
    note(out, "rows", **asdict(pack(data, tokenizer, out, seed=seed, passes=passes)))


@main.command("train")
@_out
@_seed
@_training_options
def make_training(
    out: Path,
    seed: int,
    minutes: float,
    slice_minutes: float | None,
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
) -> TrainingProgress:
    """Train on the packed rows; ends decayed when --minutes have passed."""
    vocabulary = load_tokenizer(_made(out / TOKENIZER, "tokenizer")).get_vocab_size()
    _made(out / ROWS, "pack")
    if width % 32 or hidden % 32 or width % (2 * heads):
        raise TrainingError("--width and --hidden must be multiples of 32, and --width of twice --heads.")
    shape = Shape(layers, width, heads, hidden, vocabulary)
    initial: dict[str, Tensor] | None = None
    resume = resume and (out / CHECKPOINT).exists()
    if resume:
        shape, _, _ = load_checkpoint(out / CHECKPOINT)
    elif from_gguf is not None:
        from aw_training.export import read_weights

        shape, initial = read_weights(from_gguf)
        if shape.vocabulary < vocabulary:
            raise TrainingError(f"{from_gguf} was trained with another tokenizer; put that into {out}.")
    plan = TrainingPlan(
        minutes=minutes,
        slice_minutes=slice_minutes,
        device=device,
        seed=seed,
        micro_batch=micro_batch,
        micro_batches=max(1, batch // micro_batch),
        compiled=compiled,
    )
    return train(out, out, shape, plan, initial=initial, resume=resume)


@main.command("export")
@_out
@click.option("--model", default=MODEL, show_default=True, help="File name in --out.")
@click.option("--version", default="0.1.0", show_default=True)
@click.option("--from-gguf", type=_file, help="Weights to write, instead of the checkpoint's.")
def make_export(out: Path, model: str, version: str, from_gguf: Path | None) -> None:
    """Write the checkpoint as GGUF (F16 and Q8_0), with the judge's weights where they are known."""
    from aw_training import export as exporting

    if from_gguf is not None:
        shape, weights = exporting.read_weights(from_gguf)
        tokens = exporting.trained_tokens(from_gguf)
    else:
        shape, weights, progress = load_checkpoint(_made(out / CHECKPOINT, "train"))
        tokens = progress.tokens
    about = exporting.About(
        version=version,
        date=datetime.now(UTC).date().isoformat(),
        training_tokens=tokens,
        judge_weights=_judge_weights(out),
    )
    tokenizer = load_tokenizer(_made(out / TOKENIZER, "tokenizer"))
    exporting.export(out / model, shape, weights, tokenizer, about)
    note(out, "file", name=model, bytes=(out / model).stat().st_size)


def _made(path: Path, step: str) -> Path:
    """The path of what an earlier step makes.

    :raises TrainingError: it is not there.
    """
    if not path.exists():
        raise TrainingError(f"{path} is not there; the step `{step}` makes it.")
    return path


def _judge_weights(out: Path) -> dict[str, float]:
    """Those of the scores in `out` that say anything: the program refuses a file with others."""
    if not (out / SCORES).exists():
        return {}
    weights: dict[str, float] = json.loads((out / SCORES).read_text())["weights"]
    return {name: weight for name, weight in weights.items() if weight > 0}


@main.command("evaluate")
@_data
@_out
@click.option("--model", default=MODEL, show_default=True, help="File name in --out.")
@click.option("--texts", default=300, show_default=True, help="Paragraphs and edits of each kind.")
@click.option("--threads", default=2, show_default=True)
def make_evaluation(data: Path, out: Path, model: str, texts: int, threads: int) -> None:
    """Measure a model file; the scores hold the judge's weights for the next export."""
    from aw_training.evaluate import evaluate

    scores = asdict(evaluate(_made(out / model, "export"), data, texts=texts, threads=threads))
    (out / SCORES).write_text(json.dumps(scores, indent=2))
    note(out, "scores", model=model, **scores)


@main.command("run")
@_data
@_out
@_seed
@_training_options
@click.pass_context
def run(context: click.Context, /, data: Path, out: Path, seed: int, **training: Any) -> None:
    """All steps: tokenizer, rows, training, file, scores, and the file again with its weights.

    A tokenizer and rows that are already in --out are used as they are. A slice ends with its file; the last
    one is measured too.
    """
    out.mkdir(parents=True, exist_ok=True)
    if not (out / TOKENIZER).exists():
        context.invoke(make_tokenizer, data=data, out=out, seed=seed)
    if not (out / ROWS).exists():
        context.invoke(make_pack, data=data, out=out, seed=seed)
    progress = context.invoke(make_training, out=out, seed=seed, **training)
    context.invoke(make_export, out=out)
    if progress.elapsed >= 60 * training["minutes"]:
        context.invoke(make_evaluation, data=data, out=out)
        context.invoke(make_export, out=out)


if __name__ == "__main__":
    main()
