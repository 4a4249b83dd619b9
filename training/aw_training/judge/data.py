"""The pairs that the judge is trained and measured on, made from a folder of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, cycle, islice
from pathlib import Path
from random import Random
from typing import Final, Literal

from aw_training.corpus import EDITS_FILE, held_out, read_prose
from aw_training.errors import TrainingError
from aw_training.judge import human_edits, neutral
from aw_training.judge.pairs import QUALITIES, Pair, Quality
from aw_training.judge.worsening import WORSENINGS, errors, split

Side = Literal["train", "test"]

MODERN: Final = "prose-modern.txt.xz"
FICTION: Final = "prose-fiction.txt.xz"
FICTION_TRAINED_ON: Final = slice(0, 90_000)
FICTION_UNSEEN: Final = slice(112_000, 128_000)
"""Lines of the fiction file: its works stand one after the other, and those of the second slice (Anderson,
Lewis, Dreiser) are by authors of whom the first has nothing."""

_MODERN_SHARE: Final = 0.7
_EVENED_SHARE: Final = 0.5
_WORSENED_A_NEUTRAL: Final = 10
_WORDS: Final = range(8, 131)
_CRAFT: Final = frozenset(("over-writing", "vagueness"))
"""Kinds in which craft differs, too."""

_ALSO_CRAFT: Final = 0.25
"""Share of all other pairs that teach craft as well: without any, it would be whatever is unpolished; with
all, what makes prose alive would be drowned by what makes it correct."""


def training_pairs(data: Path, more: Sequence[Path], worsened: int, seed: int) -> Iterator[Pair]:
    """Human edits of the folder and of `more` files, and so many pairs of good prose and the same made worse.

    Nothing held out is in them.

    :raises TrainingError: if the folder lacks the files.
    """
    return chain(
        human_edits.for_training([data / EDITS_FILE, *more]),
        worsened_prose(data, "train", worsened, seed),
        _requoted_prose(data, worsened // _WORSENED_A_NEUTRAL, seed + 1),
    )


def passages(data: Path, side: Side, seed: int) -> Iterator[str]:
    """Paragraphs of modern prose and of fiction for ever, shuffled, seven to three.

    :raises TrainingError: if the folder lacks the files.
    """
    rng = Random(seed)
    modern = [line for line in _lines(data / MODERN) if held_out(line) == (side == "test")]
    fiction = _lines(data / FICTION)
    part = fiction[FICTION_TRAINED_ON if side == "train" else FICTION_UNSEEN]
    chosen = [line for line in part if held_out(line) == (side == "test")]
    if not modern or not chosen:
        raise TrainingError(f"{data} holds too little prose.")
    rng.shuffle(modern)
    rng.shuffle(chosen)
    of_modern, of_fiction = cycle(modern), cycle(chosen)
    while True:
        yield next(of_modern if rng.random() < _MODERN_SHARE else of_fiction)


def worsen(text: str, rng: Random) -> Pair | None:
    """The text against the same made worse: in a way drawn at random, or where that finds nothing, by errors.

    Of errors, the better text may have some already. None if the text was left as it was.
    """
    draw = rng.random()
    for kind, (share, worsening) in WORSENINGS.items():
        if draw < share:
            worse = worsening(text, rng)
            if worse != text:
                return Pair(kind, _differing(kind, rng), text, worse)
            break
        draw -= share
    better = errors(text, rng, rng.choice((0, 0, 0, 1, 2)))
    worse = errors(better, rng, rng.choice((1, 1, 1, 2, 3)))
    return None if worse == better else Pair("errors", _differing("errors", rng), better, worse)


def _differing(kind: str, rng: Random) -> tuple[Quality, ...]:
    return QUALITIES if kind in _CRAFT or rng.random() < _ALSO_CRAFT else ("clear",)


def worsened_prose(data: Path, side: Side, count: int, seed: int) -> Iterator[Pair]:
    """So many pairs of good prose and the same made worse, those of the test side from prose held out.

    :raises TrainingError: if the folder lacks the files.
    """
    rng = Random(f"{seed} {side}")
    found = passages(data, side, seed)
    while count:
        text = _cut(next(found), rng)
        pair = worsen(text, rng) if text else None
        if pair is not None:
            yield _evened(pair, rng) if side == "train" else pair
            count -= 1


def _requoted_prose(data: Path, count: int, seed: int) -> Iterator[Pair]:
    rng = Random(f"{seed} neutral")
    cut = (_cut(text, rng) for text in passages(data, "train", seed))
    return (neutral.requoted(text, rng) for text in islice(filter(None, cut), count))


def _cut(paragraph: str, rng: Random) -> str | None:
    """Some consecutive sentences of a paragraph."""
    parts = split(paragraph)
    count = rng.randint(1, len(parts))
    start = rng.randint(0, len(parts) - count)
    text = " ".join(parts[start : start + count])
    return text if len(text.split()) in _WORDS else None


def _evened(pair: Pair, rng: Random) -> Pair:
    """In half of the pairs a sentence is taken from the longer text, so that its length says little."""
    if rng.random() >= _EVENED_SHARE:
        return pair
    texts = [pair.better, pair.worse]
    longer = max((0, 1), key=lambda at: len(texts[at]))
    parts = split(texts[longer])
    if len(parts) < 3:
        return pair
    del parts[rng.choice((0, -1))]
    texts[longer] = " ".join(parts)
    return replace(pair, better=texts[0], worse=texts[1])


def _lines(path: Path) -> Sequence[str]:
    if not path.exists():
        raise TrainingError(f"{path} is missing; give the folder that holds it with --data.")
    return list(read_prose(path))
