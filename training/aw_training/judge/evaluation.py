"""What the judge in the package is worth on texts that it has never seen, as in docs/judge-card.md."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import numpy as np

from aw_engine.inference.llama import AbortFlag, quiet_start
from aw_engine.inference.models.verify import digest_of
from aw_engine.inference.trained.judge import TrainedJudge
from aw_engine.text.bare import bare
from aw_training.damage import damage
from aw_training.judge import human_edits, rewriting
from aw_training.judge.data import passages, worsened_prose
from aw_training.judge.pairs import MARKERS, QUALITIES, Pair, Quality, markers

CLOSE_TOKENS: Final = 2
CLOSE_LENGTH: Final = 0.1
_ERRORS: Final = 3 / 100  # a word
_Z: Final = 1.96
_BINS: Final = 10


class Share(NamedTuple):
    """How many of `pairs` were decided rightly, `right` being their share, with a Wilson 95 % interval."""

    right: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.right:.3f} ({self.low:.2f}–{self.high:.2f}, {self.pairs})"


def open_judge(base: Path) -> TrainedJudge:
    """The judge in the package, in this process."""
    digest = digest_of(base, str(base), lambda _: None)
    return TrainedJudge("trained", digest, base, 0, quiet_start(), AbortFlag())


def odds(judge: TrainedJudge, pairs: Sequence[Pair], quality: Quality) -> list[float]:
    """Log-odds for the better text of each pair."""
    texts = [(bare(pair.better), bare(pair.worse)) for pair in pairs]
    judge.scores([text for both in texts for text in both])  # together, and remembered
    return [judge.log_odds(better, worse, quality) for better, worse in texts]


def share(values: Iterable[float]) -> Share:
    """The share of log-odds above 0; a tie counts half."""
    right = [0.5 if value == 0 else float(value > 0) for value in values]
    size = max(1, len(right))
    mean = math.fsum(right) / size
    centre = (mean + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
    half = _Z * math.sqrt(mean * (1 - mean) / size + _Z**2 / (4 * size**2)) / (1 + _Z**2 / size)
    return Share(mean, centre - half, centre + half, len(right))


def close(judge: TrainedJudge, pair: Pair) -> bool:
    """Whether both texts of a human edit have about the same number of tokens."""
    better, worse = judge.count([bare(pair.better), bare(pair.worse)])
    return abs(better - worse) <= CLOSE_TOKENS


def alike_in_length(pair: Pair) -> bool:
    """Whether the lengths of both texts differ by a tenth at most."""
    one, other = sorted((len(pair.better), len(pair.worse)))
    return other <= (1 + CLOSE_LENGTH) * one


def graded(path: Path) -> Iterator[Pair]:
    """The graded pairs of a file, their grade as kind."""
    with path.open("rb") as file:
        for row in tomllib.load(file)["pair"]:
            yield Pair(row["grade"], ("clear",), row["better"], row["worse"], row["genre"])


def with_errors(data: Path, count: int, seed: int) -> list[Pair]:
    """Held-out prose against the same with three errors in a hundred words."""
    rng = Random(seed)
    texts = (text for text in passages(data, "test", seed) if 40 <= len(text.split()) <= 150)
    found = []
    for text in islice(texts, count):
        worse = damage(text, max(1, round(_ERRORS * len(text.split()))), rng)
        if worse != text:
            found.append(Pair("three errors in 100 words", ("clear",), text, worse))
    return found


def correlations(judge: TrainedJudge, data: Path, count: int, seed: int) -> dict[Quality, tuple[float, ...]]:
    """For each quality the correlation of scores of different good texts with each of `MARKERS`."""
    texts = list(islice((t for t in passages(data, "test", seed) if len(t.split()) > 11), count))
    scores = np.array([each.means for each in judge.scores(list(map(bare, texts)))])
    signs = np.array([markers(text) for text in texts])
    return {
        quality: tuple(
            float(np.corrcoef(scores[:, at], signs[:, sign])[0, 1]) for sign in range(len(MARKERS))
        )
        for at, quality in enumerate(QUALITIES)
    }


def calibration_error(values: Sequence[float]) -> float:
    """Expected calibration error of the probabilities that log-odds for the better text claim.

    Each pair counts as claimed for whichever text was preferred.
    """
    claimed = np.array([1 / (1 + math.exp(-min(30.0, abs(value)))) for value in values])
    right = np.array([0.5 if value == 0 else float(value > 0) for value in values])
    places = np.minimum(((claimed - 0.5) * 2 * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            abs(claimed[places == place].mean() - right[places == place].mean()) * (places == place).mean()
            for place in range(_BINS)
            if (places == place).any()
        )
    )


def evaluate(
    base: Path, data: Path, rewrites: Sequence[Path], graded_files: Sequence[Path], count: int = 500
) -> Iterator[tuple[str, object]]:
    """The figures of the card, each with the name of its set, as they are found."""
    judge = open_judge(base)

    def told(name: str, pairs: Sequence[Pair], quality: Quality) -> tuple[str, str]:
        return f"{name} · {quality}", str(share(odds(judge, pairs, quality)))

    edits = list(human_edits.editorial(data, held_out=True))
    book = [pair for pair in edits if pair.origin == human_edits.BOOK]
    Random(1).shuffle(book)
    others = [pair for pair in edits if pair.origin != human_edits.BOOK]
    for name, pairs in (("book", book[:count]), ("other repositories", others)):
        yield told(name, pairs, "clear")
        yield told(f"{name}, equal length", [pair for pair in pairs if close(judge, pair)], "clear")
        yield told(name, pairs, "craft")
        yield f"{name} · calibration error", calibration_error(odds(judge, pairs, "clear"))
    worsened = list(worsened_prose(data, "test", count, 2))
    for kind in sorted({pair.kind for pair in worsened}):
        for quality in QUALITIES:
            yield told(kind, [pair for pair in worsened if pair.kind == kind], quality)
    yield told("three errors in 100 words", with_errors(data, count // 2, 3), "clear")
    for path in graded_files:
        pairs = list(graded(path))
        for grade in ("gross", "clear", "subtle"):
            for quality in QUALITIES:
                yield told(f"{path.stem}, {grade}", [pair for pair in pairs if pair.kind == grade], quality)
        yield f"{path.stem} · calibration error", calibration_error(odds(judge, pairs, "clear"))
    for path in rewrites:
        pairs = list(rewriting.pairs(path))
        for kind in sorted({pair.kind for pair in pairs}):
            of_kind = [pair for pair in pairs if pair.kind == kind]
            for quality in QUALITIES:
                yield told(f"{path.stem}, {kind}", of_kind, quality)
            even = [pair for pair in of_kind if alike_in_length(pair)]
            yield told(f"{path.stem}, {kind}, equal length", even, "craft")
    for quality, values in correlations(judge, data, count, 5).items():
        yield f"correlation · {quality}", dict(zip(MARKERS, values, strict=True))
