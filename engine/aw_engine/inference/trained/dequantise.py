"""Tensors of a GGUF file as numbers, for the three formats in which the trained judge's base stores them."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.models.header import Tensor

Matrix = NDArray[np.float32]

_BLOCK: Final = 32  # numbers that share a scale


def dequantised(data: NDArray[np.uint8], tensor: Tensor) -> Matrix:
    """The tensor whose file is `data`, in single precision; its last axis is the one stored fastest.

    :raises ModelUnsupported: if it is stored in another format than F32, Q4_1 or Q8_0.
    """
    decode = _FORMATS.get(tensor.kind)
    if decode is None:
        raise ModelUnsupported(f"The judge's weights are stored in an unknown format ({tensor.kind}).")
    numbers = decode(data[tensor.start : tensor.start + tensor.length])
    return numbers.reshape(tensor.shape[::-1])


def rows(data: NDArray[np.uint8], tensor: Tensor, wanted: NDArray[np.intp]) -> Matrix:
    """Only the `wanted` rows of a matrix, as of a vocabulary's, of which a text needs few."""
    width, count = tensor.shape
    stored = data[tensor.start : tensor.start + tensor.length].reshape(count, -1)[wanted]
    part = Tensor((width, len(wanted)), tensor.kind, 0, stored.size)
    return dequantised(stored.reshape(-1), part)


def _f32(data: NDArray[np.uint8]) -> Matrix:
    return data.view(np.float32).astype(np.float32)


def _q4_1(data: NDArray[np.uint8]) -> Matrix:
    """Blocks of a scale and a least value (half precision), then 16 bytes: first their low halves count."""
    blocks = data.reshape(-1, 4 + _BLOCK // 2)
    scale, least = (blocks[:, at : at + 2].copy().view(np.float16).astype(np.float32) for at in (0, 2))
    packed = blocks[:, 4:]
    return scale * np.hstack((packed & 15, packed >> 4)) + least


def _q8_0(data: NDArray[np.uint8]) -> Matrix:
    """Blocks of a scale (half precision), then 32 signed bytes."""
    blocks = data.reshape(-1, 2 + _BLOCK)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return scale * blocks[:, 2:].view(np.int8)


_FORMATS: Final[Mapping[int, Callable[[NDArray[np.uint8]], Matrix]]] = {0: _f32, 3: _q4_1, 8: _q8_0}
