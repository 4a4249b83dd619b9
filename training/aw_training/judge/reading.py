"""The mean states of many texts by PyTorch, on a GPU where there is one: what the heads are fitted on.

The same computation as `aw_engine.inference.trained.trunk`, which reads what is judged, in half the precision
where that is faster.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import linear, silu

from aw_engine.inference.trained.base import Base
from aw_engine.inference.trained.trunk import TrunkBlock

_TOGETHER: Final = 8000  # tokens, padding included

States = NDArray[np.float32]


def mean_states(base: Path, texts: Sequence[Sequence[int]], layers: Sequence[int]) -> States:
    """For each text the mean of its tokens' normed states after each of `layers`, side by side.

    A text's first token is the one that stands before every text, and counts for nothing.
    """
    network = _Network(Base(base, layers[-1]), max(map(len, texts)))
    found = np.zeros((len(texts), len(layers) * network.base.width), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    with torch.inference_mode():
        for places in _batches(texts, order):
            found[places] = network([texts[at] for at in places], layers).cpu().numpy()
    return found


class _Network:
    """The base's blocks as tensors, for texts of up to `longest` tokens."""

    def __init__(self, base: Base, longest: int) -> None:
        self.device: Final = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.base: Final = base
        self.shape: Final = base.shape
        self.blocks: Final = [self._block(block) for block in base.blocks]
        width = base.width // self.shape.heads
        turns = self.shape.rope_base ** (-torch.arange(0, width, 2) / width)
        angles = torch.arange(longest)[:, None, None] * turns
        self.cosine: Final = angles.cos().to(self.device)
        self.sine: Final = angles.sin().to(self.device)
        self.mask: Final = torch.full((longest, longest), -1e9).triu(1).to(self.device)

    def __call__(self, texts: Sequence[Sequence[int]], layers: Sequence[int]) -> Tensor:
        lengths = torch.tensor([len(text) for text in texts], device=self.device)
        longest = int(lengths.max())
        padded = np.zeros((len(texts), longest), dtype=np.intp)
        for row, text in enumerate(texts):
            padded[row, : len(text)] = text
        embedded = self.base.embedded(padded.ravel()).reshape(len(texts), longest, -1)
        x = torch.from_numpy(embedded).to(self.device, torch.bfloat16)
        place = torch.arange(longest, device=self.device)
        counted = ((place[None] < lengths[:, None]) & (place[None] > 0)).float()[..., None]
        counted = counted / counted.sum(1, keepdim=True)
        found = []
        for layer, block in enumerate(self.blocks, 1):
            x = self._attended(x, block)
            x = self._fed(x, block)
            if layer in layers:
                found.append((self._normed(x) * counted).sum(1))
        return torch.cat(found, 1)

    def _block(self, block: TrunkBlock) -> dict[str, Tensor]:
        return {
            name: torch.from_numpy(np.ascontiguousarray(getattr(block, name).T)).to(
                self.device, torch.float32 if name.endswith("norm") else torch.bfloat16
            )
            for name in TrunkBlock.__struct_fields__
        }

    def _normed(self, x: Tensor) -> Tensor:
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.shape.epsilon)

    def _attended(self, x: Tensor, block: dict[str, Tensor]) -> Tensor:
        texts, length, width = x.shape
        heads, shared = self.shape.heads, self.shape.kv_heads
        h = (self._normed(x) * block["attention_norm"]).to(x.dtype)
        made = linear(h, block["inward"]).view(texts, length, heads + 2 * shared, -1)
        q = self._rotated(made[:, :, :heads])
        k = self._rotated(made[:, :, heads : heads + shared])
        v = made[:, :, heads + shared :]
        # Queries that share keys stand below each other, so that each product is of two matrices.
        q = q.view(texts, length, shared, heads // shared, -1).permute(0, 2, 3, 1, 4).flatten(2, 3)
        scores = (q @ k.permute(0, 2, 3, 1)).float() / math.sqrt(width // heads)
        scores = scores.view(texts, shared, heads // shared, length, length) + self.mask[:length, :length]
        shares = scores.softmax(-1).to(x.dtype).flatten(2, 3)
        mixed = (shares @ v.transpose(1, 2)).view(texts, shared, heads // shared, length, -1)
        return x + linear(mixed.permute(0, 3, 1, 2, 4).reshape(texts, length, width), block["outward"])

    def _fed(self, x: Tensor, block: dict[str, Tensor]) -> Tensor:
        h = (self._normed(x) * block["feed_norm"]).to(x.dtype)
        gate, value = linear(h, block["opened"]).chunk(2, -1)
        return x + linear(silu(gate) * value, block["closed"])

    def _rotated(self, x: Tensor) -> Tensor:
        length = x.shape[1]
        cosine, sine = self.cosine[:length].to(x.dtype), self.sine[:length].to(x.dtype)
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), -1).flatten(-2)


def _batches(texts: Sequence[Sequence[int]], order: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for at in order:
        if batch and (len(batch) + 1) * len(texts[at]) > _TOGETHER:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
