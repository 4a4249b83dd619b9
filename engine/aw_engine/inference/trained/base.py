"""The lower blocks of the model that the trained judge reads with, out of its file."""

import mmap
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aw_engine.inference.models.header import Header, read_header
from aw_engine.inference.trained.dequantise import Matrix, dequantised, rows
from aw_engine.inference.trained.trunk import Shape, TrunkBlock


class Base:
    """A model's first blocks in memory; the embeddings of its vocabulary stay in its file.

    `width` is the number of values in a state.
    """

    def __init__(self, path: Path, blocks: int) -> None:
        """:raises ModelMissing, ModelUnsupported: if the file cannot be read."""
        header = read_header(path)
        with path.open("rb") as file:
            self._map: Final = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._data: Final[NDArray[np.uint8]] = np.frombuffer(self._map, dtype=np.uint8)
        self._vocabulary: Final = header.tensors["token_embd.weight"]
        self.shape: Final = shape_of(header)
        self.blocks: Final = tuple(block_of(self._data, header, number) for number in range(blocks))
        self.width: Final = self.blocks[0].outward.shape[1]

    def embedded(self, tokens: NDArray[np.intp]) -> Matrix:
        """The embeddings of tokens, one row each."""
        return rows(self._data, self._vocabulary, tokens)


def shape_of(header: Header) -> Shape:
    """The numbers of a Llama file that its states depend on."""
    return Shape(
        heads=header.number("attention.head_count"),
        kv_heads=header.number("attention.head_count_kv"),
        rope_base=float(header.values[f"{header.architecture}.rope.freq_base"]),
        epsilon=float(header.values[f"{header.architecture}.attention.layer_norm_rms_epsilon"]),
    )


def block_of(data: NDArray[np.uint8], header: Header, number: int) -> TrunkBlock:
    """Block `number` of the file whose bytes are `data`."""

    def stored(name: str) -> Matrix:
        return dequantised(data, header.tensors[f"blk.{number}.{name}.weight"])

    def beside(*names: str) -> Matrix:
        return np.ascontiguousarray(np.hstack([stored(name).T for name in names]))

    return TrunkBlock(
        attention_norm=stored("attn_norm"),
        inward=beside("attn_q", "attn_k", "attn_v"),
        outward=beside("attn_output"),
        feed_norm=stored("ffn_norm"),
        opened=beside("ffn_gate", "ffn_up"),
        closed=beside("ffn_down"),
    )
