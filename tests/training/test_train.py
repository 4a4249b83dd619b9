"""The loop: schedule, order of rows, stopping and going on."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

import torch

from aw_training.errors import TrainingError
from aw_training.network import Shape
from aw_training.pack import pack
from aw_training.tokenizer import train_tokenizer
from aw_training.train import (
    CHECKPOINT,
    TrainingPlan,
    learning_rate_factor,
    load_checkpoint,
    row_batches,
    train,
)

SHAPE = Shape(layers=1, width=32, heads=1, hidden=32, vocabulary=400)


@pytest.fixture
def rows_at(data: Path, paragraphs: list[str], tmp_path: Path) -> Path:
    pack(data, train_tokenizer(paragraphs, vocabulary=400), tmp_path)
    return tmp_path


def _plan(minutes: float) -> TrainingPlan:
    return TrainingPlan(minutes=minutes, micro_batch=2, micro_batches=2, report_every=0.2, compiled=False)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    plan = TrainingPlan(minutes=1, warm_up_steps=10, constant_share=0.6)
    assert learning_rate_factor(0, 0.0, plan) == pytest.approx(0.1)
    assert learning_rate_factor(50, 0.6, plan) == 1.0
    assert learning_rate_factor(50, 0.8, plan) == pytest.approx(0.5)
    assert learning_rate_factor(50, 1.2, plan) == 0.0


def test_rows_come_in_the_same_order_after_a_break() -> None:
    rows = np.arange(23 * 4, dtype=np.uint16).reshape(23, 4)
    whole = [batch.tolist() for batch in islice(row_batches(rows, 3, 5, 0), 20)]
    later = [batch.tolist() for batch in islice(row_batches(rows, 3, 5, 9 * 3), 11)]
    assert whole[9:] == later


def test_one_pass_shows_every_row_once() -> None:
    rows = np.arange(24 * 2, dtype=np.uint16).reshape(24, 2)
    seen = [row for batch in islice(row_batches(rows, 4, 5, 0), 6) for row in batch.tolist()]
    assert sorted(seen) == rows.tolist()


def test_training_learns_reports_and_goes_on_where_it_stopped(rows_at: Path) -> None:
    first = train(rows_at, rows_at, SHAPE, _plan(0.02))
    shape, _, progress = load_checkpoint(rows_at / CHECKPOINT)
    assert (shape, progress) == (SHAPE, first)
    second = train(rows_at, rows_at, SHAPE, _plan(0.04), resume=True)
    assert second.step > first.step
    assert second.elapsed > 0.04 * 60 > first.elapsed - 1
    log = [json.loads(line) for line in (rows_at / "log.jsonl").read_text().splitlines()]
    losses = [line["held_out_loss"] for line in log if "held_out_loss" in line]
    assert losses[-1] < losses[0]


def test_a_checkpoint_whose_time_is_up_is_left_as_it_is(rows_at: Path) -> None:
    train(rows_at, rows_at, SHAPE, _plan(0.01))
    _, before, progress = load_checkpoint(rows_at / CHECKPOINT)
    again = train(rows_at, rows_at, SHAPE, _plan(0.01), resume=True)
    _, after, _ = load_checkpoint(rows_at / CHECKPOINT)
    assert again == progress
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_slice_ends_before_the_run_and_the_rate_does_not_fall_for_it(rows_at: Path) -> None:
    plan = TrainingPlan(minutes=60, slice_minutes=0.02, micro_batch=2, report_every=0.05, compiled=False)
    first = train(rows_at, rows_at, SHAPE, plan)
    second = train(rows_at, rows_at, SHAPE, plan, resume=True)
    assert 0.02 * 60 <= first.elapsed < second.elapsed < 60 * 60
    log = [json.loads(line) for line in (rows_at / "log.jsonl").read_text().splitlines()]
    factors = [line["factor"] for line in log if "factor" in line]
    assert factors
    assert factors == sorted(factors)


def test_a_checkpoint_is_not_overwritten(rows_at: Path) -> None:
    train(rows_at, rows_at, SHAPE, _plan(0.01))
    with pytest.raises(TrainingError, match="--resume"):
        train(rows_at, rows_at, SHAPE, _plan(0.01))


def test_too_little_text_for_a_batch_is_refused(rows_at: Path) -> None:
    with pytest.raises(TrainingError, match="rows"):
        train(rows_at, rows_at, SHAPE, TrainingPlan(minutes=1, micro_batch=10_000, compiled=False))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_refused(rows_at: Path) -> None:
    with pytest.raises(TrainingError, match="--device cpu"):
        train(rows_at, rows_at, SHAPE, TrainingPlan(minutes=1, device="cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_a_gpu_it_learns_and_goes_on_too(rows_at: Path) -> None:
    plan = TrainingPlan(minutes=0.1, slice_minutes=0.05, device="cuda", micro_batch=2, compiled=False)
    first = train(rows_at, rows_at, SHAPE, plan)
    assert train(rows_at, rows_at, SHAPE, plan, resume=True).step > first.step > 0
