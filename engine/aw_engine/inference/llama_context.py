"""A context of the native library: a KV cache, and the buffers in which a batch of tokens is evaluated."""

import ctypes
from contextlib import ExitStack
from typing import Final

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from aw_engine.errors import BackendError, OutOfMemory
from aw_engine.inference.batch import Batch
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.tuning import CacheType, Tuning

_UNLIMITED = -1
_ABORTED = 2

_CACHE_TYPES: Final[dict[CacheType, int]] = {
    "f32": llama_cpp.GGML_TYPE_F32,
    "f16": llama_cpp.GGML_TYPE_F16,
    "bf16": 30,  # GGML_TYPE_BF16, which llama-cpp-python does not name
    "q8_0": llama_cpp.GGML_TYPE_Q8_0,
}


class ContextShape:
    """Sizes of a context: cells of the KV cache, and tokens, sequences and rows of logits in a batch.

    `residents` are sequences beside the others that only keep prefixes.
    """

    def __init__(self, cells: int, batch: int, sequences: int, rows: int, residents: int = 4) -> None:
        """:raises ValueError: if a batch could not hold a token of each sequence; the library would abort."""
        if min(batch, rows) < sequences + residents:
            raise ValueError("a batch needs room for a token of each sequence")
        self.cells: Final = cells
        self.batch: Final = batch
        self.sequences: Final = sequences
        self.rows: Final = rows
        self.residents: Final = residents


class Context:
    """A KV cache and compute buffers for many sequences that share cells."""

    def __init__(
        self, model: NativeModel, shape: ContextShape, tuning: Tuning, abort: AbortFlag, log: Log
    ) -> None:
        """:raises OutOfMemory: if the library cannot allocate it."""
        self._resources: Final = ExitStack()
        self._abort: Final = abort
        self._log: Final = log
        self.shape: Final = shape
        self.model: Final = model
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = shape.cells
        params.n_batch = params.n_ubatch = shape.batch
        params.n_seq_max = shape.sequences + shape.residents
        params.n_outputs_max = shape.rows
        params.n_threads = params.n_threads_batch = tuning.threads
        params.kv_unified = True
        params.no_perf = True
        params.flash_attn_type = int(tuning.flash)
        params.type_k, params.type_v = _CACHE_TYPES[tuning.keys], _CACHE_TYPES[tuning.values]
        # Polled between operations (some hundred times a batch, about 1 µs each). The library keeps only a
        # pointer: the object has to live as long as the context.
        self._callback: Final = llama_cpp.ggml_abort_callback(lambda _: abort.is_set)
        params.abort_callback = self._callback
        log.forget()
        self.pointer: Final = llama_cpp.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise OutOfMemory(
                f"The model could not be set up for {shape.cells} tokens "
                f"({log.error or 'not enough memory'}). Close other programs or choose a smaller model."
            )
        self._resources.callback(llama_cpp.llama_free, self.pointer)
        self._memory: Final = llama_cpp.llama_get_memory(self.pointer)
        self.batch: Final = Batch(shape.batch, shape.batch * shape.sequences)
        self._struct: Final = _batch_struct(self.batch)

    def close(self) -> None:
        """Free the context."""
        self._resources.close()

    def use_threads(self, count: int) -> None:
        """Let so many threads evaluate a batch from now on."""
        llama_cpp.llama_set_n_threads(self.pointer, count, count)

    def decode(self) -> NDArray[np.float32]:
        """Evaluate the batch and empty it; return logits, one row for each wanted token in the batch's order.

        The rows are a view of the library's own memory, valid until the next call.

        :raises Aborted: if the flag was set; the KV cache is then cleared.
        :raises BackendError: if the library refuses; the KV cache is then cleared.
        """
        rows = int(np.count_nonzero(self.batch.wanted[: self.batch.size]))
        self._struct.n_tokens = self.batch.size
        if self._abort.is_set:
            status = _ABORTED
        else:
            self._log.forget()
            status = llama_cpp.llama_decode(self.pointer, self._struct)
        self.batch.clear()
        if status == 0:
            if not rows:
                return np.empty((0, self.model.size), dtype=np.float32)
            logits = llama_cpp.llama_get_logits(self.pointer)
            return np.ctypeslib.as_array(logits, shape=(rows, self.model.size))
        self.forget_all()
        if status == _ABORTED:
            raise Aborted
        raise BackendError(
            f"llama.cpp could not evaluate a batch (code {status}: {self._log.error or 'no reason given'})."
        )

    def forget_all(self) -> None:
        """Empty the KV cache."""
        llama_cpp.llama_memory_clear(self._memory, False)

    def forget(self, slot: int, start: int = 0) -> None:
        """Free the cells of a sequence from position `start` on."""
        llama_cpp.llama_memory_seq_rm(self._memory, slot, start, _UNLIMITED)

    def share(self, source: int, target: int, length: int) -> None:
        """Let `target` begin with the first `length` tokens of `source` by sharing their cells."""
        if length:
            llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)


def _batch_struct(batch: Batch) -> llama_cpp.llama_batch:
    """The C struct over the batch's arrays; its fields are size, tokens, no embeddings, positions, …"""
    return llama_cpp.llama_batch(
        0,
        batch.tokens.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token)),
        None,
        batch.positions.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_pos)),
        batch.counts.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
        batch.pointers.ctypes.data_as(ctypes.POINTER(ctypes.POINTER(llama_cpp.llama_seq_id))),
        batch.wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8)),
    )
