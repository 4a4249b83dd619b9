"""The training loop: packed rows in, checkpoints and one JSON line per report out.

The learning rate follows the share of the granted time that has passed, summed over resumed
slices, so that a run always ends decayed at the minute it was given, on whatever machine.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from aw_training.errors import TrainingError
from aw_training.log import note
from aw_training.muon import Muon
from aw_training.network import Network, Shape, document_mask, language_model_loss
from aw_training.pack import load_rows
from aw_training.tokenizer import PAD, TARGET

__all__ = [
    "CHECKPOINT",
    "TrainingPlan",
    "TrainingProgress",
    "held_out_loss",
    "learning_rate_factor",
    "load_checkpoint",
    "row_batches",
    "train",
]

CHECKPOINT = "checkpoint.pt"
Loss = Callable[[Network, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class TrainingPlan:
    """How to train: times in seconds unless named otherwise, sizes in rows of the packed file.

    `minutes` are those of all slices together, `slice_minutes` those of this one at most.
    """

    minutes: float
    slice_minutes: float | None = None
    device: str = "cpu"
    seed: int = 1
    micro_batch: int = 16
    micro_batches: int = 3
    matrix_rate: float = 0.02
    other_rate: float = 3e-3
    warm_up_steps: int = 100
    constant_share: float = 0.6
    report_every: float = 20.0
    evaluate_every: float = 300.0
    checkpoint_every: float = 180.0
    compiled: bool = True


@dataclass
class TrainingProgress:
    """Where a run stands; `elapsed` sums the seconds of all its slices."""

    step: int = 0
    tokens: int = 0
    elapsed: float = 0.0
    rows: int = 0


def learning_rate_factor(step: int, share: float, plan: TrainingPlan) -> float:
    """The part of the full rate: up over the first steps, constant, then linear to 0 at share 1."""
    rise = min(1.0, (step + 1) / plan.warm_up_steps)
    fall = min(1.0, max(0.0, 1.0 - share) / (1.0 - plan.constant_share))
    return min(rise, fall)


def row_batches(
    rows: npt.NDArray[np.uint16], size: int, seed: int, start: int
) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of shape size × length without end, shuffled anew each pass, from row `start` on.

    The same seed and start give the same rows; what is left over at a pass's end is skipped.
    """
    per_pass = len(rows) // size
    number = start // size
    while True:
        order = np.random.default_rng([seed, number // per_pass]).permutation(len(rows))
        for index in range(number % per_pass, per_pass):
            yield rows[np.sort(order[index * size : (index + 1) * size])].astype(np.int64)
            number += 1


@torch.no_grad()
def held_out_loss(network: Network, rows: npt.NDArray[np.uint16], device: str) -> float:
    """Mean nats per predicted token over packed held-out rows."""
    total = count = 0.0
    for start in range(0, len(rows), 16):
        tokens = torch.from_numpy(rows[start : start + 16].astype(np.int64)).to(device)
        predicted = int(((tokens[:, 1:] != PAD) & (tokens[:, 1:] != TARGET)).sum())
        with torch.autocast(device, torch.bfloat16):
            loss = language_model_loss(network, tokens, document_mask(tokens))
        total += float(loss) * predicted
        count += predicted
    return total / count


def train(
    rows_at: Path,
    out: Path,
    shape: Shape,
    plan: TrainingPlan,
    *,
    initial: dict[str, Tensor] | None = None,
    resume: bool = False,
) -> TrainingProgress:
    """Train until the plan's or the slice's minutes have passed, or SIGTERM or SIGINT comes.

    Leaves `checkpoint.pt` in `out`. `initial` are weights to begin with; `resume` continues `out`'s
    checkpoint and its schedule.

    :raises TrainingError: there is no such device, fewer rows than a micro-batch, or a checkpoint that would
        be overwritten.
    """
    rows = load_rows(rows_at / "train.bin")
    _check(plan, len(rows), out / CHECKPOINT, resume=resume)
    torch.manual_seed(plan.seed)
    torch.set_float32_matmul_precision("high")
    network = Network(shape).to(plan.device)
    if initial is not None:
        network.load_state_dict(initial)
    optimisers = _optimisers(network, plan)
    progress = TrainingProgress()
    if resume:
        progress = _restore(out / CHECKPOINT, network, optimisers, plan.device)
    loss_of: Loss = language_model_loss
    if plan.compiled:
        loss_of = torch.compile(language_model_loss, dynamic=False)
    held_out = load_rows(rows_at / "held-out.bin")
    batches = row_batches(rows, plan.micro_batch, plan.seed, progress.rows)
    clock = _Clock(progress.elapsed)
    until = min(plan.minutes * 60, progress.elapsed + 60 * (plan.slice_minutes or plan.minutes))
    reported = evaluated = saved = clock.elapsed()
    recent: list[float] = []
    tokens_at_report = progress.tokens
    with _asked_to_stop() as stopped:
        note(
            out,
            "start",
            parameters=sum(one.numel() for one in network.parameters()),
            shape=asdict(shape),
            plan=asdict(plan),
            torch=torch.__version__,
            threads=torch.get_num_threads(),
        )
        while not stopped and (elapsed := clock.elapsed()) < until:
            factor = learning_rate_factor(progress.step, elapsed / (plan.minutes * 60), plan)
            recent.append(_step(network, loss_of, optimisers, batches, plan, progress, factor))
            progress.elapsed = now = clock.elapsed()
            if now - reported >= plan.report_every:
                speed = (progress.tokens - tokens_at_report) / (now - reported)
                note(out, "step", **asdict(progress), loss=float(np.mean(recent)), factor=factor, speed=speed)
                reported, tokens_at_report = now, progress.tokens
                recent.clear()
            if now - evaluated >= plan.evaluate_every:
                loss = held_out_loss(network, held_out, plan.device)
                note(out, "held out", **asdict(progress), held_out_loss=loss)
                evaluated = now
            if now - saved >= plan.checkpoint_every:
                _save(out / CHECKPOINT, network, optimisers, progress)
                saved = now
        _save(out / CHECKPOINT, network, optimisers, progress)
    note(out, "end", **asdict(progress), held_out_loss=held_out_loss(network, held_out, plan.device))
    return progress


def load_checkpoint(path: Path) -> tuple[Shape, dict[str, Tensor], TrainingProgress]:
    """The shape, the weights and the progress of a checkpoint, on the CPU."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    return Shape(**saved["shape"]), saved["network"], TrainingProgress(**saved["progress"])


def _check(plan: TrainingPlan, rows: int, checkpoint: Path, *, resume: bool) -> None:
    if plan.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("This PyTorch sees no CUDA device; use --device cpu.")
    if rows < plan.micro_batch:
        raise TrainingError(
            f"There are only {rows} rows for micro-batches of {plan.micro_batch}; "
            "add text, or choose a smaller --micro-batch."
        )
    if checkpoint.exists() and not resume:
        raise TrainingError(f"{checkpoint} would be overwritten; continue it with --resume, or move it away.")


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that fills when SIGTERM or SIGINT comes, so that a step is finished and saved first."""
    stopped: list[int] = []
    asked = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(which, lambda number, _: stopped.append(number)) for which in asked]
    try:
        yield stopped
    finally:
        for which, handler in zip(asked, before, strict=True):
            signal.signal(which, handler)


class _Clock:
    def __init__(self, before: float) -> None:
        self._start = time.monotonic() - before

    def elapsed(self) -> float:
        return time.monotonic() - self._start


def _optimisers(network: Network, plan: TrainingPlan) -> list[torch.optim.Optimizer]:
    matrices = [one for one in network.blocks.parameters() if one.ndim == 2]
    norms = [one for one in network.parameters() if one.ndim == 1]
    others = [network.embedding.weight, *norms]
    return [
        Muon(matrices, lr=plan.matrix_rate),
        torch.optim.AdamW(others, lr=plan.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def _step(
    network: Network,
    loss_of: Loss,
    optimisers: list[torch.optim.Optimizer],
    batches: Iterator[npt.NDArray[np.int64]],
    plan: TrainingPlan,
    progress: TrainingProgress,
    factor: float,
) -> float:
    """One step of both optimisers; the mean loss of its micro-batches."""
    total = torch.zeros((), device=plan.device)
    for _ in range(plan.micro_batches):
        batch = next(batches)
        tokens = torch.from_numpy(batch).to(plan.device)
        with torch.autocast(plan.device, torch.bfloat16):
            loss = loss_of(network, tokens, document_mask(tokens)) / plan.micro_batches
        loss.backward()
        total += loss.detach()
        progress.tokens += int((batch != PAD).sum())
        progress.rows += plan.micro_batch
    for optimiser, rate in zip(optimisers, (plan.matrix_rate, plan.other_rate), strict=True):
        for group in optimiser.param_groups:
            group["lr"] = rate * factor
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    progress.step += 1
    return float(total)


def _save(
    path: Path, network: Network, optimisers: list[torch.optim.Optimizer], progress: TrainingProgress
) -> None:
    saved: dict[str, Any] = {
        "shape": asdict(network.shape),
        "network": network.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "progress": asdict(progress),
        "random": torch.get_rng_state(),
    }
    unfinished = path.with_suffix(".unfinished")
    torch.save(saved, unfinished)
    os.replace(unfinished, path)


def _restore(
    path: Path, network: Network, optimisers: list[torch.optim.Optimizer], device: str
) -> TrainingProgress:
    saved = torch.load(path, map_location=device, weights_only=True)
    network.load_state_dict(saved["network"])
    for optimiser, state in zip(optimisers, saved["optimisers"], strict=True):
        optimiser.load_state_dict(state)
    torch.set_rng_state(saved["random"].cpu())
    return TrainingProgress(**saved["progress"])
