"""The judge's own computation against the native library, which reads the same file."""

from pathlib import Path

import gguf
import gguf.quants
import numpy as np
import pytest

from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.header import read_header
from aw_engine.inference.models.reference import resolve
from aw_engine.inference.trained.base import block_of, shape_of
from aw_engine.inference.trained.dequantise import dequantised, rows
from aw_engine.inference.trained.trunk import TrunkBlock, states
from aw_engine.inference.tuning import Tuning
from support.variants import WriteVariant

TEXT = "The ferry leaves at seven, so we packed the car the night before and slept badly."


def read(path: Path, tokens: list[list[int]]) -> np.ndarray:
    """States after the last block of all texts' tokens."""
    header, data = read_header(path), np.fromfile(path, dtype=np.uint8)
    blocks: list[TrunkBlock] = [block_of(data, header, at) for at in range(header.number("block_count"))]
    flat = np.array([token for text in tokens for token in text], dtype=np.intp)
    embedded = rows(data, header.tensors["token_embd.weight"], flat)
    return states(
        shape_of(header), blocks, [len(blocks)], embedded, [len(text) for text in tokens], lambda: None
    )


def test_states_predict_what_the_native_library_predicts(write_variant: WriteVariant, log: Log) -> None:
    path = write_variant("exact.gguf", exact=True)
    model = NativeModel(path, log, AbortFlag(), lambda share: None)
    shape = ContextShape(1024, 64, 4, 64)
    context = Context(model, shape, Tuning(threads=1, batch=64, keys="f32", values="f32"), AbortFlag(), log)
    try:
        tokens = model.tokenise(TEXT.encode())
        for position, token in enumerate(tokens):
            context.batch.add(token, position, (0,), True)
        logits = context.decode().copy()
    finally:
        context.close()
        model.close()
    header, data = read_header(path), np.fromfile(path, dtype=np.uint8)
    norm = dequantised(data, header.tensors["output_norm.weight"])
    vocabulary = dequantised(data, header.tensors["token_embd.weight"])
    ours = read(path, [tokens]) * norm @ vocabulary.T
    assert np.abs(ours - logits).max() < 1e-2


def test_states_of_a_text_do_not_depend_on_its_company(model_path: Path) -> None:
    one, other = list(range(100, 140)), list(range(200, 217))
    alone = read(model_path, [one])
    beside = read(model_path, [other, one])[len(other) :]
    assert np.abs(alone - beside).max() < 1e-4


def test_states_of_several_layers_stand_side_by_side(model_path: Path) -> None:
    header, data = read_header(model_path), np.fromfile(model_path, dtype=np.uint8)
    blocks = [block_of(data, header, at) for at in range(4)]
    embedded = rows(data, header.tensors["token_embd.weight"], np.arange(9, dtype=np.intp))
    second, fourth, both = (
        states(shape_of(header), blocks, layers, embedded, [9], lambda: None) for layers in ([2], [4], [2, 4])
    )
    assert np.array_equal(both, np.hstack([second, fourth]))


def test_a_text_is_given_up_between_two_blocks(model_path: Path) -> None:
    header, data = read_header(model_path), np.fromfile(model_path, dtype=np.uint8)
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 2:
            raise Aborted

    block = block_of(data, header, 0)
    embedded = rows(data, header.tensors["token_embd.weight"], np.arange(5, dtype=np.intp))
    with pytest.raises(Aborted):
        states(shape_of(header), [block] * 3, [3], embedded, [5], beat)
    assert beats == 2


def test_stored_formats_are_read_as_the_format_says() -> None:
    path = resolve("trained")
    header, data = read_header(path), np.memmap(path, dtype=np.uint8)
    reader = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    for name in ("token_embd.weight", "blk.3.attn_k.weight", "blk.3.ffn_norm.weight"):
        found = dequantised(data, header.tensors[name])
        expected = gguf.quants.dequantize(reader[name].data, reader[name].tensor_type)
        assert found.shape == expected.shape
        assert np.array_equal(found, expected)
    some = np.array([7, 3, 40_000], dtype=np.intp)
    table = header.tensors["token_embd.weight"]
    assert np.array_equal(rows(data, table, some), dequantised(data, table)[some])
