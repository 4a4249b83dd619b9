"""The trained judge as a file for the package: adapters and heads in half precision, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from aw_engine.inference.trained.weights import ABOUT, About
from aw_training.judge.network import Adapted, JudgeNetwork
from aw_training.judge.pairs import QUALITIES
from aw_training.judge.training import EVIDENCE, JudgePlan


def export(
    network: JudgeNetwork,
    plan: JudgePlan,
    target: Path,
    gains: Sequence[float],
    slopes: Sequence[float],
    version: str,
) -> int:
    """Write the file that `aw_engine.inference.trained` reads; return its bytes."""
    arrays: dict[str, NDArray[np.generic]] = {"heads": _half(network.heads.weight.T)}
    for number, block in enumerate(network.blocks):
        for name, matrix in block.matrices.items():
            if isinstance(matrix, Adapted) and matrix.rank:
                arrays[f"blk.{number}.{name}.lora_a"] = _half(matrix.low)
                arrays[f"blk.{number}.{name}.lora_b"] = _half(matrix.high)
    about = About(
        name=f"aw-judge {version}",
        blocks=plan.blocks,
        first=plan.first,
        qualities=QUALITIES,
        gains=tuple(gain * EVIDENCE for gain in gains),
        slopes=tuple(slopes),
    )
    arrays[ABOUT] = np.frombuffer(msgspec.json.encode(about), dtype=np.uint8)
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    part.rename(target)
    return target.stat().st_size


def _half(values: Tensor) -> NDArray[np.float16]:
    return np.asarray(values.detach().float().numpy(), dtype=np.float16)
