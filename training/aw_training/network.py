"""A small Llama, written so that its weights go into a GGUF file unchanged.

RMSNorm before each block, rotary positions on adjacent pairs (what llama.cpp's `llama`
architecture expects, so that no rows are permuted), SwiGLU, one matrix for embedding and output.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from aw_training.tokenizer import PAD, TARGET

__all__ = ["Network", "Shape", "document_mask", "language_model_loss"]

ROPE_BASE = 10_000.0
NORM_EPSILON = 1e-5
_IGNORED = -100


@dataclass(frozen=True)
class Shape:
    """The sizes of a network; `width` is a multiple of twice `heads`."""

    layers: int = 6
    width: int = 256
    heads: int = 4
    hidden: int = 704
    vocabulary: int = 8192
    context: int = 512

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class TransformerBlock(nn.Module):
    """Attention and feed-forward, each added to the stream of shape batch × length × width."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, hidden = shape.width, shape.hidden
        self.heads = shape.heads
        self.attention_norm = nn.RMSNorm(width, eps=NORM_EPSILON)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.mix = nn.Linear(width, width, bias=False)
        self.hidden_norm = nn.RMSNorm(width, eps=NORM_EPSILON)
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, stream: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = stream.shape
        split = (batch, length, self.heads, width // self.heads)
        normed = self.attention_norm(stream)
        query = _rotate(self.query(normed).view(split), cosine, sine).transpose(1, 2)
        key = _rotate(self.key(normed).view(split), cosine, sine).transpose(1, 2)
        value = self.value(normed).view(split).transpose(1, 2)
        mixed = functional.scaled_dot_product_attention(query, key, value, mask)
        stream = stream + self.mix(mixed.transpose(1, 2).reshape(batch, length, width))
        normed = self.hidden_norm(stream)
        opened = functional.silu(self.gate(normed)) * self.up(normed)
        return stream.add(self.down(opened))


class Network(nn.Module):
    """Token ids (batch × length) to the final stream; `logits` reads it out."""

    cosine: Tensor
    sine: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        blocks = [TransformerBlock(shape) for _ in range(shape.layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.RMSNorm(shape.width, eps=NORM_EPSILON)
        cosine, sine = _rotary_tables(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        nn.init.normal_(self.embedding.weight, std=0.02)
        for block in blocks:
            # Blocks begin as the identity: the first steps are spent on the embedding.
            nn.init.zeros_(block.mix.weight)
            nn.init.zeros_(block.down.weight)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """The normed stream, batch × length × width; `mask` is True where a query may look."""
        length = tokens.shape[1]
        cosine, sine = self.cosine[:length], self.sine[:length]
        stream = self.embedding(tokens)
        for block in self.blocks:
            stream = block(stream, cosine, sine, mask)
        normed: Tensor = self.norm(stream)
        return normed

    def logits(self, stream: Tensor) -> Tensor:
        """Scores over the vocabulary for each position of the stream."""
        return functional.linear(stream, self.embedding.weight)


def document_mask(tokens: Tensor) -> Tensor:
    """Which position sees which, batch × 1 × length × length: backwards, in its own document.

    Rotary positions are relative, so documents need no positions of their own.
    """
    length = tokens.shape[1]
    document = (tokens == TARGET).cumsum(1)
    same = document[:, None, :, None] == document[:, None, None, :]
    backwards = torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril()
    return same & backwards


def language_model_loss(network: Network, tokens: Tensor, mask: Tensor) -> Tensor:
    """Mean loss in nats per predicted token; padding and a document's first token do not count."""
    stream = network(tokens, mask)[:, :-1].flatten(0, 1)
    wanted = tokens[:, 1:].flatten()
    wanted = wanted.masked_fill((wanted == PAD) | (wanted == TARGET), _IGNORED)
    logits = network.logits(stream).float()
    return functional.cross_entropy(logits, wanted, ignore_index=_IGNORED)


def _rotate(heads: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Each adjacent pair (2i, 2i + 1) turned by its position's angle."""
    even, odd = heads.reshape(*heads.shape[:-1], -1, 2).unbind(-1)
    turned = torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1)
    return turned.flatten(-2).to(heads.dtype)


def _rotary_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each of shape context × 1 × (head width / 2)."""
    pairs = torch.arange(0, shape.head_width, 2, dtype=torch.float64) / shape.head_width
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), ROPE_BASE**-pairs)
    return angles.cos().float()[:, None, :], angles.sin().float()[:, None, :]
