"""The native library: the only file that imports `llama_cpp`. Every C object is owned here and freed once.

Model, context and samplers belong to one thread; only `Abort` may be used from another.
"""

import codecs
import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from aw_engine.errors import BackendError, ModelDamaged, ModelUnsupported, OutOfMemory
from aw_engine.inference.batch import Batch
from aw_engine.inference.tokens import Specials
from aw_engine.inference.tuning import Cell, Tuning

LIBRARY: Final = f"llama-cpp-python {llama_cpp.__version__}"
_WARN = 3
_UNLIMITED = -1
_SPM = 1
_ABORTED = 2

_CELLS: Final[dict[Cell, int]] = {
    "f32": llama_cpp.GGML_TYPE_F32,
    "f16": llama_cpp.GGML_TYPE_F16,
    "bf16": 30,  # GGML_TYPE_BF16, which llama-cpp-python does not name
    "q8_0": llama_cpp.GGML_TYPE_Q8_0,
}


class Aborted(Exception):
    """The caller gave up; memory has been cleared."""


class Abort:
    """A flag, settable from any thread, that ends the native call in progress and refuses the next."""

    def __init__(self) -> None:
        self.is_set = False


class Log:
    """The library's last 200 lines, and the first error since `forget`; none holds text of a prompt."""

    def __init__(self) -> None:
        self.lines: Final[deque[str]] = deque(maxlen=200)
        self._error = ""
        self._level = 0
        self._callback: Final = llama_cpp.llama_log_callback(self._take)
        llama_cpp.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _take(self, level: int, text: bytes | None, _: int | None) -> None:
        line = (text or b"").decode(errors="replace").strip()
        if not line or level == 5:  # 5 continues a line: progress dots
            return
        if level >= _WARN:
            self.lines.append(line)
        # The first error is the cause; what follows says that loading failed.
        if level > _WARN and not self._error:
            self._error = line

    def forget(self) -> None:
        """Start anew to look for an error."""
        self._error = ""

    @property
    def error(self) -> str:
        """The first error line since `forget`, "" if there was none."""
        return self._error


class Model:
    """A loaded model and its vocabulary."""

    def __init__(self, path: Path, log: Log, abort: Abort, on_progress: Callable[[float], None]) -> None:
        """:raises ModelDamaged: or another `ModelError` with the library's own line; `Aborted`."""
        self._resources: Final = ExitStack()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        # Quantised products in the AMX buffer crash on some Sapphire Rapids machines at the first batch of
        # two tokens (ggml-org/llama.cpp#20824). The switch gives up repacked weights as well, so it is
        # thrown only where there is AMX.
        params.use_extra_bufts = b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info()

        def report(progress: float, _: int | None) -> bool:
            on_progress(progress)
            return not abort.is_set

        callback = llama_cpp.llama_progress_callback(report)
        params.progress_callback = callback
        log.forget()
        self.pointer: Final = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not self.pointer:
            if abort.is_set:
                raise Aborted
            raise _load_error(log.error)
        self._resources.callback(llama_cpp.llama_model_free, self.pointer)
        self.vocabulary: Final = llama_cpp.llama_model_get_vocab(self.pointer)
        self.size: Final = int(llama_cpp.llama_vocab_n_tokens(self.vocabulary))
        self.parameters: Final = int(llama_cpp.llama_model_n_params(self.pointer))
        self.trained_context: Final = int(llama_cpp.llama_model_n_ctx_train(self.pointer))
        # Recurrent state belongs to one sequence: a token cannot belong to several.
        self.shares_cells: Final = not (
            llama_cpp.llama_model_is_recurrent(self.pointer) or llama_cpp.llama_model_is_hybrid(self.pointer)
        )
        self._buffer = (llama_cpp.llama_token * 4096)()

    def close(self) -> None:
        """Free the model; contexts must be closed before."""
        self._resources.close()

    def tokenise(self, text: bytes, parse_special: bool = False) -> list[int]:
        """Tokens of `text`, none added; control tokens are recognised only if `parse_special`."""
        count = llama_cpp.llama_tokenize(
            self.vocabulary, text, len(text), self._buffer, len(self._buffer), False, parse_special
        )
        if count < 0:
            self._buffer = (llama_cpp.llama_token * -count)()
            count = llama_cpp.llama_tokenize(
                self.vocabulary, text, len(text), self._buffer, len(self._buffer), False, parse_special
            )
        return self._buffer[:count]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens; half a character at the end is dropped.

        Control tokens are left out, except placeholders (`⟦1⟧`), which stand for the writer's own text.
        """
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        return "".join(decoder.decode(self.piece(token) or self._mark(token)) for token in tokens)

    def piece(self, token: int, special: bool = False) -> bytes:
        """The bytes of one token; those of a control token only if `special`."""
        piece = ctypes.create_string_buffer(512)  # of its own: several contexts write at once
        length = llama_cpp.llama_token_to_piece(self.vocabulary, token, piece, len(piece), 0, special)
        if length < 0:
            raise BackendError(
                "The model's vocabulary holds a token that is too long; the file may be damaged."
            )
        return piece.raw[:length]

    def _mark(self, token: int) -> bytes:
        piece = self.piece(token, special=True)
        return piece if piece.startswith("⟦".encode()) else b""

    def is_end(self, token: int) -> bool:
        """Does this token end a generation?"""
        return bool(llama_cpp.llama_vocab_is_eog(self.vocabulary, token))

    @property
    def begin(self) -> str:
        """Text of the begin token, "" if there is none."""
        return self._special(llama_cpp.llama_vocab_bos(self.vocabulary))

    @property
    def end(self) -> str:
        """Text of the end token, "" if there is none."""
        return self._special(llama_cpp.llama_vocab_eos(self.vocabulary))

    @property
    def adds_begin(self) -> bool:
        """Does the model expect its begin token before every prompt?"""
        return bool(llama_cpp.llama_vocab_get_add_bos(self.vocabulary))

    @property
    def chat_template(self) -> str | None:
        """The file's own chat template, if it has one."""
        template = llama_cpp.llama_model_chat_template(self.pointer, None)
        return template.decode(errors="replace") if template else None

    def specials(self) -> Specials:
        """All special tokens of the vocabulary."""
        controls: dict[str, int] = {}
        defined: list[str] = []
        before: set[int] = set()
        after: set[int] = set()
        marked = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN
        special = marked | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
        for token in range(self.size):
            attributes = llama_cpp.llama_vocab_get_attr(self.vocabulary, token)
            if not attributes & special:
                continue
            text = self._special(token)
            if attributes & marked:
                controls.setdefault(text, token)
                if attributes & llama_cpp.LLAMA_TOKEN_ATTR_LSTRIP:
                    before.add(token)
                if attributes & llama_cpp.LLAMA_TOKEN_ATTR_RSTRIP:
                    after.add(token)
            else:
                defined.append(text)
        controls.pop("", None)
        spaced = llama_cpp.llama_vocab_type(self.vocabulary) == _SPM
        return Specials(controls, tuple(defined), frozenset(before), frozenset(after), spaced)

    def _special(self, token: int) -> str:
        if token < 0:
            return ""
        return (llama_cpp.llama_vocab_get_text(self.vocabulary, token) or b"").decode(errors="replace")


class Shape:
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

    def __init__(self, model: Model, shape: Shape, tuning: Tuning, abort: Abort, log: Log) -> None:
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
        params.type_k, params.type_v = _CELLS[tuning.keys], _CELLS[tuning.values]
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
        """From now on so many threads evaluate a batch."""
        llama_cpp.llama_set_n_threads(self.pointer, count, count)

    def decode(self) -> NDArray[np.float32]:
        """Evaluate the batch and empty it; return logits, one row for each wanted token in the batch's order.

        The rows are a view of the library's own memory, valid until the next call.

        :raises Aborted: if the flag was set; memory is then cleared.
        :raises BackendError: if the library refuses; memory is then cleared.
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
        """Let `target` begin with the first `length` tokens of `source`, without computing them again."""
        if length:
            llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)


class Sampler:
    """A native chain: grammar, min-p, temperature, seeded draw; the likeliest token at temperature 0."""

    def __init__(self, model: Model, seed: int, temperature: float, min_p: float, grammar: str = "") -> None:
        """:raises BackendError: if the grammar cannot be read."""
        self._resources: Final = ExitStack()
        self.pointer: Final = llama_cpp.llama_sampler_chain_init(
            llama_cpp.llama_sampler_chain_default_params()
        )
        self._resources.callback(llama_cpp.llama_sampler_free, self.pointer)
        links = []
        if grammar:
            link = llama_cpp.llama_sampler_init_grammar(model.vocabulary, grammar.encode(), b"root")
            if not link:
                self.close()
                raise BackendError("llama.cpp could not read the grammar that keeps the placeholders.")
            links.append(link)
        if temperature <= 0:
            links.append(llama_cpp.llama_sampler_init_greedy())
        else:
            links.append(llama_cpp.llama_sampler_init_min_p(min_p, 1))
            links.append(llama_cpp.llama_sampler_init_temp(temperature))
            links.append(llama_cpp.llama_sampler_init_dist(seed & 0xFFFFFFFF))
        for link in links:  # the chain owns its links from here on
            llama_cpp.llama_sampler_chain_add(self.pointer, link)

    def close(self) -> None:
        """Free the chain."""
        self._resources.close()

    def sample(self, context: Context, index: int) -> int:
        """Draw the token after the batch's token `index`, whose logits were wanted in the last `decode`."""
        return int(llama_cpp.llama_sampler_sample(self.pointer, context.pointer, index))


def build() -> str:
    """Version of llama.cpp and what it uses of the processor."""
    version = llama_cpp.llama_version().decode(errors="replace")
    return f"{LIBRARY}, llama.cpp {version}"


def quiet_start() -> Log:
    """Initialise the library; its log goes to the returned buffer instead of stderr."""
    log = Log()
    llama_cpp.llama_backend_init()
    return log


def _batch_struct(batch: Batch) -> llama_cpp.llama_batch:
    """The C struct over the batch's arrays, in the order of its fields: size, tokens, no embeddings, …"""
    return llama_cpp.llama_batch(
        0,
        batch.tokens.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token)),
        None,
        batch.positions.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_pos)),
        batch.counts.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
        batch.pointers.ctypes.data_as(ctypes.POINTER(ctypes.POINTER(llama_cpp.llama_seq_id))),
        batch.wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8)),
    )


def _load_error(line: str) -> ModelDamaged | ModelUnsupported | OutOfMemory:
    if "unknown model architecture" in line or "unknown pre-tokenizer" in line:
        return ModelUnsupported(
            f"The model is newer than the installed {LIBRARY} ({line}). Update it, or choose another model."
        )
    if "alloc" in line:
        return OutOfMemory(f"The model does not fit into memory ({line}). Choose a smaller model.")
    return ModelDamaged(f'Model file is damaged: "{line or "no reason given"}". Get the file anew.')
