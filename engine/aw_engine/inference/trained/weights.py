"""What the trained judge is made of: the lower blocks of its base model, with its adapter, and its heads."""

import mmap
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from aw_engine.errors import ModelDamaged
from aw_engine.inference.models.header import Header, read_header
from aw_engine.inference.models.reference import TRAINED_HEAD
from aw_engine.inference.trained.dequantise import Matrix, dequantised, rows
from aw_engine.inference.trained.trunk import Shape, TrunkBlock

ABOUT: Final = "about"


class About(Struct, frozen=True, forbid_unknown_fields=True):
    """What the head's file says of itself.

    The first `blocks` blocks of the base are read; `first` is the token before every text. By a quality, the
    log-odds of two texts are the difference of their mean scores, times the quality's gain, times the root of
    their mean number of tokens: a longer text says more about itself. `slopes` say by how much mean scores of
    good texts rise with the logarithm of their tokens, which is taken out again.
    """

    name: str
    blocks: int
    first: int
    qualities: tuple[str, ...]
    gains: tuple[float, ...]
    slopes: tuple[float, ...]


class Weights:
    """The judge in memory; the embeddings of the vocabulary stay in the base's file."""

    def __init__(self, base: Path, head: Path = TRAINED_HEAD) -> None:
        """:raises ModelDamaged: if the head's file is not whole, or does not fit to the base.

        :raises ModelMissing, ModelUnsupported: if the base's file cannot be read.
        """
        arrays = _arrays(head)
        self.about: Final = _about(arrays, head)
        header = read_header(base)
        with base.open("rb") as file:
            self._map: Final = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._data: Final[NDArray[np.uint8]] = np.frombuffer(self._map, dtype=np.uint8)
        self._vocabulary: Final = header.tensors["token_embd.weight"]
        self.shape: Final = shape_of(header)
        try:
            self.blocks: Final = tuple(
                block_of(self._data, header, arrays, number) for number in range(self.about.blocks)
            )
            self.heads: Final[Matrix] = arrays["heads"].astype(np.float32)
        except (KeyError, ValueError) as error:
            raise _damaged(head) from error

    def embedded(self, tokens: NDArray[np.intp]) -> Matrix:
        """The embeddings of tokens, one row each."""
        return rows(self._data, self._vocabulary, tokens)


def _arrays(head: Path) -> Mapping[str, NDArray[np.generic]]:
    try:
        with head.open("rb") as file, np.load(file, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        raise _damaged(head) from error


def _about(arrays: Mapping[str, NDArray[np.generic]], head: Path) -> About:
    try:
        found = msgspec.json.decode(arrays[ABOUT].tobytes(), type=About)
    except (KeyError, msgspec.MsgspecError) as error:
        raise _damaged(head) from error
    if not all(map(isfinite, (*found.gains, *found.slopes))):
        raise _damaged(head)
    return found


def shape_of(header: Header) -> Shape:
    """The numbers of a Llama file that its states depend on."""
    return Shape(
        heads=header.number("attention.head_count"),
        kv_heads=header.number("attention.head_count_kv"),
        rope_base=float(header.values[f"{header.architecture}.rope.freq_base"]),
        epsilon=float(header.values[f"{header.architecture}.attention.layer_norm_rms_epsilon"]),
    )


def block_of(
    data: NDArray[np.uint8], header: Header, arrays: Mapping[str, NDArray[np.generic]], number: int
) -> TrunkBlock:
    """Block `number` of the file whose bytes are `data`, with what the adapter in `arrays` adds to it."""

    def matrix(name: str) -> Matrix:
        """The matrix as (inputs, outputs), what the adapter adds included."""
        whole = f"blk.{number}.{name}"
        found = dequantised(data, header.tensors[f"{whole}.weight"])
        if f"{whole}.lora_a" in arrays:
            low, high = (arrays[f"{whole}.lora_{side}"].astype(np.float32) for side in "ab")
            found = found + high @ low
        return found.T

    def vector(name: str) -> Matrix:
        return dequantised(data, header.tensors[f"blk.{number}.{name}.weight"])

    return TrunkBlock(
        attention_norm=vector("attn_norm"),
        inward=_beside(matrix("attn_q"), matrix("attn_k"), matrix("attn_v")),
        outward=np.ascontiguousarray(matrix("attn_output")),
        feed_norm=vector("ffn_norm"),
        opened=_beside(matrix("ffn_gate"), matrix("ffn_up")),
        closed=np.ascontiguousarray(matrix("ffn_down")),
    )


def _beside(*matrices: Matrix) -> Matrix:
    return np.ascontiguousarray(np.hstack(matrices))


def _damaged(head: Path) -> ModelDamaged:
    return ModelDamaged(f"The judge's file {head.name} is damaged. Reinstall aw-server.")
