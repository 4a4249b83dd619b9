"""A model as the native library holds it: weights, vocabulary and tokeniser."""

import codecs
import ctypes
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import llama_cpp

from aw_engine.errors import BackendError, ModelDamaged, ModelUnsupported, OutOfMemory
from aw_engine.inference.llama import LIBRARY, Aborted, AbortFlag, Log
from aw_engine.inference.tokens import Specials

_SPM = 1


class NativeModel:
    """A loaded model and its vocabulary."""

    def __init__(
        self,
        path: Path,
        log: Log,
        abort: AbortFlag,
        on_progress: Callable[[float], None],
        *,
        vocabulary_only: bool = False,
    ) -> None:
        """:raises ModelDamaged: or another `ModelError` with the library's own line; `Aborted`."""
        self._resources: Final = ExitStack()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        params.vocab_only = vocabulary_only
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
        """The text of tokens; an incomplete character at the end is dropped.

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
        """Whether this token ends a generation."""
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
        """Whether the model expects its begin token before every prompt."""
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


def _load_error(line: str) -> ModelDamaged | ModelUnsupported | OutOfMemory:
    if "unknown model architecture" in line or "unknown pre-tokenizer" in line:
        return ModelUnsupported(
            f"The model is newer than the installed {LIBRARY} ({line}). Update it, or choose another model."
        )
    if "alloc" in line:
        return OutOfMemory(f"The model does not fit into memory ({line}). Choose a smaller model.")
    return ModelDamaged(f'Model file is damaged: "{line or "no reason given"}". Get the file anew.')
