"""Samplers of the native library: how the next token of one sequence is drawn."""

from contextlib import ExitStack
from typing import Final

import llama_cpp

from aw_engine.errors import BackendError
from aw_engine.inference.llama_context import Context
from aw_engine.inference.llama_model import NativeModel


class Sampler:
    """A native chain: grammar, min-p, temperature, seeded draw; the likeliest token at temperature 0."""

    def __init__(
        self, model: NativeModel, seed: int, temperature: float, min_p: float, grammar: str = ""
    ) -> None:
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
