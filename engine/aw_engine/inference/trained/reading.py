"""What the base has of whole texts: the mean of each one's states, read in windows that overlap."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from aw_engine.inference.trained.base import Base
from aw_engine.inference.trained.dequantise import Matrix
from aw_engine.inference.trained.trunk import states

WINDOW: Final = 288  # tokens read at once
OVERLAP: Final = 64
_TOGETHER: Final = 1536  # tokens of several texts in one pass


def mean_states(
    base: Base, texts: Sequence[Sequence[int]], first: int, layers: Sequence[int], beat: Callable[[], None]
) -> Matrix:
    """For each text, as tokens, the mean of their states after each of `layers`, side by side.

    Token `first` stands before each window and counts for nothing; a text without tokens has zeros. What a
    text gets does not depend on the others. `beat` is called before each block and may raise.
    """
    windows = [window for at, each in enumerate(texts) for window in _windows(at, each)]
    sums = np.zeros((len(texts), len(layers) * base.width), dtype=np.float32)
    for together in _batches(windows):
        lengths = [1 + len(window.tokens) for window in together]
        read = np.array([token for window in together for token in (first, *window.tokens)], dtype=np.intp)
        found = states(base.shape, base.blocks, layers, base.embedded(read), lengths, beat)
        for window, end in zip(together, np.cumsum(lengths), strict=True):
            sums[window.text] += found[end - window.fresh : end].sum(axis=0)
    sums /= np.array([max(1, len(text)) for text in texts], dtype=np.float32)[:, None]
    return sums


class _Window(NamedTuple):
    """Tokens of text number `text` that are read at once; the last `fresh` were in no window before."""

    text: int
    tokens: Sequence[int]
    fresh: int


def _windows(text: int, tokens: Sequence[int]) -> Iterator[_Window]:
    done = 0
    while done < len(tokens):
        begin = max(0, done - OVERLAP)
        end = min(len(tokens), begin + WINDOW)
        yield _Window(text, tokens[begin:end], end - done)
        done = end


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """The windows in groups of about `_TOGETHER` tokens."""
    batch: list[_Window] = []
    for window in windows:
        if batch and sum(len(each.tokens) for each in batch) + len(window.tokens) > _TOGETHER:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
