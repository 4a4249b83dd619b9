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


class Judged(NamedTuple):
    """A pair with the log-odds for its better text by each of `QUALITIES`, and both texts' tokens."""

    pair: Pair
    odds: tuple[float, ...]
    tokens: tuple[int, int]


def judged(judge: TrainedJudge, pairs: Sequence[Pair]) -> list[Judged]:
    """Every pair, judged as the program does, each text read once."""
    found = []
    for pair in pairs:
        texts = bare(pair.better), bare(pair.worse)
        one, other = judge.scores(texts)
        odds = tuple(judge.log_odds(*texts, quality) for quality in QUALITIES)
        found.append(Judged(pair, odds, (one.tokens, other.tokens)))
    return found


def share(values: Iterable[float]) -> Share:
    """The share of log-odds above 0; a tie counts half."""
    right = [0.5 if value == 0 else float(value > 0) for value in values]
    size = max(1, len(right))
    mean = math.fsum(right) / size
    centre = (mean + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
    half = _Z * math.sqrt(mean * (1 - mean) / size + _Z**2 / (4 * size**2)) / (1 + _Z**2 / size)
    return Share(mean, centre - half, centre + half, len(right))


def close(each: Judged) -> bool:
    """Whether both texts have about the same number of tokens."""
    return abs(each.tokens[0] - each.tokens[1]) <= CLOSE_TOKENS


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

    def told(name: str, found: Sequence[Judged], quality: Quality) -> tuple[str, str]:
        at = QUALITIES.index(quality)
        return f"{name} · {quality}", str(share(each.odds[at] for each in found))

    edits = [
        pair for pair in human_edits.editorial(data, held_out=True) if bare(pair.better) != bare(pair.worse)
    ]
    book = [pair for pair in edits if pair.origin == human_edits.BOOK]
    others = [pair for pair in edits if pair.origin != human_edits.BOOK]
    for name, pairs in (("book", book), ("other repositories", others)):
        found = judged(judge, pairs)
        yield told(name, found, "clear")
        yield told(f"{name}, equal length", list(filter(close, found)), "clear")
        yield told(name, found, "craft")
        yield f"{name} · calibration error", calibration_error([each.odds[0] for each in found])
    worsened = judged(judge, list(worsened_prose(data, "test", count, 2)))
    for kind in sorted({each.pair.kind for each in worsened}):
        for quality in QUALITIES:
            yield told(kind, [each for each in worsened if each.pair.kind == kind], quality)
    yield told("three errors in 100 words", judged(judge, with_errors(data, count // 2, 3)), "clear")
    for path in graded_files:
        found = judged(judge, list(graded(path)))
        for grade in ("gross", "clear", "subtle"):
            for quality in QUALITIES:
                of_grade = [each for each in found if each.pair.kind == grade]
                yield told(f"{path.stem}, {grade}", of_grade, quality)
        yield f"{path.stem} · calibration error", calibration_error([each.odds[0] for each in found])
    for path in rewrites:
        found = judged(judge, list(rewriting.pairs(path)))
        for kind in sorted({each.pair.kind for each in found}):
            of_kind = [each for each in found if each.pair.kind == kind]
            for quality in QUALITIES:
                yield told(f"{path.stem}, {kind}", of_kind, quality)
            even = [each for each in of_kind if alike_in_length(each.pair)]
            yield told(f"{path.stem}, {kind}, equal length", even, "craft")
        even = [each for each in found if alike_in_length(each.pair)]
        yield told(f"{path.stem}, all, equal length", even, "craft")
    for quality, values in correlations(judge, data, count, 5).items():
        yield f"correlation · {quality}", dict(zip(MARKERS, values, strict=True))
