"""Log-likelihoods of texts under a model file, as the program itself will compute them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from aw_training.native import llama_cpp, silence
from aw_training.tokenizer import TARGET

__all__ = ["Scorer", "TextLikelihood"]


@dataclass(frozen=True)
class TextLikelihood:
    """`total` is the natural log-probability of a text's tokens after `<|target|>`; no end token."""

    total: float
    tokens: int

    @property
    def mean(self) -> float:
        """Nats per token, negative."""
        return self.total / self.tokens


class Scorer:
    """Scores masked texts with a GGUF file of the `mini` dialect; one text at a time.

    :raises OSError: llama.cpp cannot load the file.
    """

    def __init__(self, path: Path, *, threads: int = 2, context: int = 512) -> None:
        silence()
        settings = llama_cpp.llama_model_default_params()
        # llama.cpp's AMX kernels crash on Q8_0: https://github.com/ggml-org/llama.cpp/issues/20824
        settings.use_extra_bufts = False
        self._model: Any = llama_cpp.llama_model_load_from_file(str(path).encode(), settings)
        if not self._model:
            raise OSError(f"llama.cpp cannot load {path}")
        wanted = llama_cpp.llama_context_default_params()
        wanted.n_ctx = wanted.n_batch = wanted.n_ubatch = context
        wanted.n_threads = wanted.n_threads_batch = threads
        self._context: Any = llama_cpp.llama_init_from_model(self._model, wanted)
        self._vocabulary: Any = llama_cpp.llama_model_get_vocab(self._model)
        self._batch = llama_cpp.llama_batch_init(context, 0, 1)
        self._length = context

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def tokens(self, text: str) -> list[int]:
        """The text's token ids; placeholders are control tokens."""
        raw = text.encode()
        room = (llama_cpp.llama_token * (len(raw) + 1))()
        count = llama_cpp.llama_tokenize(self._vocabulary, raw, len(raw), room, len(room), False, True)
        return list(room[:count])

    def logits(self, tokens: Sequence[int]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Scores after each of the tokens, tokens × vocabulary.

        :raises ValueError: there are more tokens than the context holds.
        :raises RuntimeError: llama.cpp failed.
        """
        if len(tokens) > self._length:
            raise ValueError(f"{len(tokens)} tokens do not fit a context of {self._length}")
        batch = self._batch
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = 0
            batch.logits[place] = True
        batch.n_tokens = len(tokens)
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        if (status := llama_cpp.llama_decode(self._context, batch)) != 0:
            raise RuntimeError(f"llama_decode failed with status {status}")
        width = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        pointer = llama_cpp.llama_get_logits(self._context)
        flat = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float * (width * len(tokens))))
        return np.frombuffer(flat.contents, np.float32).reshape(len(tokens), width).copy()

    def score(self, text: str) -> TextLikelihood:
        """The likelihood of a text of at least one token."""
        tokens = self.tokens(text)
        logits = self.logits([TARGET, *tokens[:-1]])
        highest = logits.max(axis=1)
        normaliser = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
        picked = logits[np.arange(len(tokens)), tokens]
        return TextLikelihood(total=float((picked - normaliser).sum()), tokens=len(tokens))
