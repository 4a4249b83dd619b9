"""Documents in rows."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("tokenizers", reason="training needs the extra `train`")

from aw_training.pack import load_rows, pack, pack_rows
from aw_training.tokenizer import END, PAD, TARGET, train_tokenizer


def _documents(count: int) -> list[list[int]]:
    rng = Random(1)
    return [[TARGET, *[40 + number] * rng.randint(1, 60), END] for number in range(count)]


def test_rows_have_one_length_and_hold_every_document_whole() -> None:
    documents = _documents(200)
    rows = list(pack_rows(documents, 64))
    assert {len(row) for row in rows} == {64}
    written = [tuple(document) for document in documents]
    found: list[tuple[int, ...]] = []
    for row in rows:
        plain = [token for token in row if token != PAD]
        starts = [place for place, token in enumerate(plain) if token == TARGET]
        assert plain == row[: len(plain)]
        found += [tuple(plain[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]
    assert sorted(found) == sorted(written)


def test_rows_are_nearly_full() -> None:
    rows = list(pack_rows(_documents(2000), 256))
    filled = sum(len(row) - row.count(PAD) for row in rows)
    assert filled / (256 * len(rows)) > 0.95


def test_a_document_longer_than_a_row_is_cut() -> None:
    (row,) = pack_rows([[TARGET, *range(40, 60), END]], 8)
    assert row == [TARGET, *range(40, 47)]


def test_the_same_seed_packs_the_same_rows(data: Path, paragraphs: list[str], tmp_path: Path) -> None:
    tokenizer = train_tokenizer(paragraphs, vocabulary=400)
    outs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packed = pack(data, tokenizer, tmp_path / name, seed=7)
        outs.append(np.array(load_rows(tmp_path / name / "train.bin")))
        assert len(outs[-1]) == packed.rows > 0
        assert len(load_rows(tmp_path / name / "held-out.bin")) == packed.held_out_rows
    assert (outs[0] == outs[1]).all()
