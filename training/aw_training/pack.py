"""Tokenised training rows on disk: documents packed whole into rows of fixed length.

A row holds documents `<|target|> … <|end|>` one after another and `<|pad|>` at its end. Documents
are told apart by their `<|target|>`, so a row needs no second array.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from aw_training import corpus
from aw_training.errors import TrainingError
from aw_training.tokenizer import END, PAD, TARGET

__all__ = ["Packed", "load_rows", "pack", "pack_rows"]

ROW_LENGTH = 256
HELD_OUT_ROWS = 256
LEAST_HELD_OUT = 4  # texts; the judge's weights are fitted on some and measured on others
_OPEN_ROWS = 64
_ENCODED_AT_ONCE = 2000


@dataclass(frozen=True)
class Packed:
    """What `pack` wrote: `train.bin` and `held-out.bin`, uint16, rows × row_length."""

    row_length: int
    rows: int
    tokens: int
    held_out_rows: int
    held_out_tokens: int
    held_out_bytes: int
    seed: int
    passes: int


def pack_rows(documents: Iterable[list[int]], length: int) -> Iterator[list[int]]:
    """Rows of exactly `length` tokens; each document lies whole in one row, fullest row first.

    A document longer than a row is cut at the row's end and then has no `<|end|>`.
    """
    rows: list[list[int]] = []
    for document in documents:
        piece = document[:length]
        fitting = [row for row in rows if len(row) + len(piece) <= length]
        if fitting:
            max(fitting, key=len).extend(piece)
            continue
        rows.append(list(piece))
        if len(rows) > _OPEN_ROWS:
            fullest = max(rows, key=len)
            rows.remove(fullest)
            yield _padded(fullest, length)
    for row in rows:
        yield _padded(row, length)


def pack(data: Path, tokenizer: Tokenizer, out: Path, *, seed: int = 1, passes: int = 1) -> Packed:
    """Write the training and held-out rows made from the files of `data`; `pack.json` when both are whole.

    :raises TrainingError: the folder holds too little text.
    """
    rows = tokens = 0
    with (out / "train.bin").open("wb") as file:
        for number in range(passes):
            rng = Random(seed + number)
            texts = (
                text
                for paragraph in corpus.training_paragraphs(data, rng)
                for text in corpus.documents(paragraph, rng)
            )
            for row in pack_rows(_encoded(texts, tokenizer), ROW_LENGTH):
                np.asarray(row, dtype=np.uint16).tofile(file)
                rows += 1
                tokens += ROW_LENGTH - row.count(PAD)
    unseen = list(_held_out(data))
    if not rows or len(unseen) < LEAST_HELD_OUT:
        raise TrainingError(
            f"{data} holds too little text: one paragraph in sixteen is held out, and both parts need some."
        )
    held_out = list(pack_rows(_encoded(unseen, tokenizer), ROW_LENGTH))
    Random(seed).shuffle(held_out)
    held_out = held_out[:HELD_OUT_ROWS]
    np.asarray(held_out, dtype=np.uint16).tofile(out / "held-out.bin")
    plain = [[token for token in row if token not in (PAD, TARGET, END)] for row in held_out]
    packed = Packed(
        row_length=ROW_LENGTH,
        rows=rows,
        tokens=tokens,
        held_out_rows=len(held_out),
        held_out_tokens=sum(ROW_LENGTH - row.count(PAD) for row in held_out),
        held_out_bytes=sum(len(tokenizer.decode(row, skip_special_tokens=False).encode()) for row in plain),
        seed=seed,
        passes=passes,
    )
    (out / "pack.json").write_text(json.dumps(asdict(packed)))
    return packed


def load_rows(path: Path, length: int = ROW_LENGTH) -> npt.NDArray[np.uint16]:
    """The rows of a packed file as a read-only memory map of shape rows × length."""
    return np.memmap(path, dtype=np.uint16, mode="r").reshape(-1, length)


def _held_out(data: Path) -> Iterator[str]:
    # Modern prose only: it is what the model is for, and one measure is easier to follow.
    for number, paragraph in enumerate(corpus.modern_paragraphs(data)):
        if corpus.held_out(paragraph) and (text := corpus.mask(paragraph)) is not None:
            yield from corpus.documents(text, Random(number))


def _encoded(texts: Iterable[str], tokenizer: Tokenizer) -> Iterator[list[int]]:
    source = iter(texts)
    while chunk := list(islice(source, _ENCODED_AT_ONCE)):
        for encoding in tokenizer.encode_batch(chunk, add_special_tokens=False):
            yield [TARGET, *encoding.ids, END]


def _padded(row: list[int], length: int) -> list[int]:
    return row + [PAD] * (length - len(row))
