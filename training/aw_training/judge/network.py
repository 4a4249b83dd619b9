"""The lower blocks of a frozen Llama model with a low-rank adapter, and a linear head for each quality.

The same computation as `aw_engine.inference.trained.trunk`, which runs what is trained here.
"""

from __future__ import annotations

import math
import mmap
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear, silu

from aw_engine.inference.models.header import Header, read_header
from aw_engine.inference.trained.dequantise import dequantised
from aw_engine.inference.trained.weights import shape_of

LONGEST = 512  # tokens of a text, the first one included
_MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


class Adapted(nn.Module):
    """A frozen matrix, and beside it the product of two narrow ones that is learnt (arXiv 2106.09685)."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.rank = rank
        if rank:
            outputs, inputs = weight.shape
            self.low = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
            self.high = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.to(x.dtype)
        if not self.rank:
            return linear(x, weight)
        return linear(x, weight) + linear(linear(x, self.low.to(x.dtype)), self.high.to(x.dtype))


class Block(nn.Module):
    """One block; with rank 0 it is frozen."""

    def __init__(
        self, weights: dict[str, Tensor], heads: int, kv_heads: int, epsilon: float, rank: int
    ) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.epsilon = heads, kv_heads, epsilon
        self.matrices = nn.ModuleDict({name: Adapted(weights[name], rank) for name in _MATRICES})
        for name in ("attn_norm", "ffn_norm"):
            self.register_buffer(name, weights[name], persistent=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor) -> Tensor:
        m = self.matrices
        texts, length, width = x.shape
        h = normed(x, self.epsilon) * self.attn_norm
        h = h.to(x.dtype)
        q = _rotated(m["attn_q"](h).view(texts, length, self.heads, -1), cosine, sine)
        k = _rotated(m["attn_k"](h).view(texts, length, self.kv_heads, -1), cosine, sine)
        v = m["attn_v"](h).view(texts, length, self.kv_heads, -1)
        group = self.heads // self.kv_heads
        q = q.view(texts, length, self.kv_heads, group, -1).permute(0, 2, 3, 1, 4).flatten(2, 3)
        k, v = k.permute(0, 2, 3, 1), v.transpose(1, 2)
        scores = (q @ k).float() / math.sqrt(width // self.heads)
        scores = scores.view(texts, self.kv_heads, group, length, length) + mask
        shares = scores.softmax(-1).to(x.dtype).flatten(2, 3)
        mixed = (shares @ v).view(texts, self.kv_heads, group, length, -1).permute(0, 3, 1, 2, 4)
        x = x + m["attn_output"](mixed.reshape(texts, length, width))
        h = (normed(x, self.epsilon) * self.ffn_norm).to(x.dtype)
        return x + m["ffn_down"](silu(m["ffn_gate"](h)) * m["ffn_up"](h))


class JudgeNetwork(nn.Module):
    """Reads `blocks` blocks of the model in `base`; those from `first_trained` on have adapters of `rank`."""

    def __init__(self, base: Path, blocks: int, qualities: int, rank: int, first_trained: int) -> None:
        super().__init__()
        header = read_header(base)
        shape = shape_of(header)
        self.first_trained = first_trained
        self.epsilon = shape.epsilon
        self.precision = torch.bfloat16
        with base.open("rb") as file:
            data = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), dtype=np.uint8)
        embeddings = _tensor(data, header, "token_embd.weight")
        self.register_buffer("embeddings", embeddings, persistent=False)
        names = (*_MATRICES, "attn_norm", "ffn_norm")
        self.blocks = nn.ModuleList(
            Block(
                {name: _tensor(data, header, f"blk.{number}.{name}.weight") for name in names},
                shape.heads,
                shape.kv_heads,
                shape.epsilon,
                rank if number >= first_trained else 0,
            )
            for number in range(blocks)
        )
        width = embeddings.shape[1] // shape.heads
        turns = shape.rope_base ** (-torch.arange(0, width, 2) / width)
        angles = torch.arange(LONGEST)[:, None, None] * turns
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)
        mask = torch.full((LONGEST, LONGEST), -1e9).triu(1)
        self.register_buffer("mask", mask, persistent=False)
        self.heads = nn.Linear(embeddings.shape[1], qualities, bias=False)
        nn.init.zeros_(self.heads.weight)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """The mean score of each text's tokens, its first one left out, by quality: (texts, qualities).

        `tokens` are padded at the end; `lengths` count the first token.
        """
        length = tokens.shape[1]
        x = self.embeddings[tokens].to(self.precision)
        cosine, sine = self.cosine[:length].to(x.dtype), self.sine[:length].to(x.dtype)
        mask = self.mask[:length, :length]
        for number, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and number >= self.first_trained):
                x = block(x, cosine, sine, mask)
        scores = self.heads(normed(x, self.epsilon))
        place = torch.arange(length, device=tokens.device)
        counted = ((place[None] < lengths[:, None]) & (place[None] > 0)).float()
        return (scores * counted[..., None]).sum(1) / counted.sum(1, keepdim=True)


def normed(x: Tensor, epsilon: float) -> Tensor:
    """RMSNorm without its weights, in single precision."""
    x = x.float()
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon)


def _rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), -1).flatten(-2)


def _tensor(data: np.ndarray, header: Header, name: str) -> Tensor:
    return torch.from_numpy(dequantised(data, header.tensors[name]).copy())
