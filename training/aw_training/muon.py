"""Muon: momentum whose step is made orthogonal, for the matrices inside the blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.optim import Optimizer

__all__ = ["Muon", "orthogonal"]

NEWTON_SCHULZ_STEPS = 5
_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonal(matrix: Tensor) -> Tensor:
    """A stack of matrices (… × rows × columns) with singular values near 1, same singular vectors.

    Five quintic Newton–Schulz steps in bf16; values end between about 0.7 and 1.2.
    """
    wide = matrix.bfloat16()
    tall = wide.shape[-2] > wide.shape[-1]
    if tall:
        wide = wide.mT
    wide = wide / (wide.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = wide @ wide.mT
        wide = _A * wide + (_B * square + _C * (square @ square)) @ wide
    result: Tensor = wide.mT if tall else wide
    return result.to(matrix.dtype)


class Muon(Optimizer):
    """Nesterov momentum, orthogonalised; matrices of one shape are treated as one stack."""

    def __init__(self, parameters: Iterable[Tensor], lr: float = 0.02, momentum: float = 0.95) -> None:
        super().__init__(list(parameters), {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """Change every matrix once by its gradient."""
        for group in self.param_groups:
            by_shape: dict[tuple[int, ...], list[Tensor]] = {}
            for matrix in group["params"]:
                if matrix.grad is not None:
                    by_shape.setdefault(tuple(matrix.shape), []).append(matrix)
            for (rows, columns), matrices in by_shape.items():
                moved = torch.stack([self._moved(one, group["momentum"]) for one in matrices])
                steps = orthogonal(moved)
                scale = group["lr"] * max(1.0, rows / columns) ** 0.5
                for matrix, one in zip(matrices, steps.unbind(), strict=True):
                    matrix.add_(one, alpha=-scale)

    def _moved(self, matrix: Tensor, momentum: float) -> Tensor:
        """Nesterov's look-ahead of the gradient's running average, which is kept."""
        gradient = matrix.grad
        if gradient is None:
            raise ValueError("a matrix without a gradient cannot be moved")
        state = self.state[matrix]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(matrix)
        average: Tensor = state["momentum"]
        average.lerp_(gradient, 1 - momentum)
        return gradient.lerp(average, momentum)
