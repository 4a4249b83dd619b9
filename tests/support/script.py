"""A model that writes given texts, each better than the next."""

from collections.abc import Callable
from typing import Protocol

from aw_engine.inference.backend import Choice, Critique, Generation
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.selftest import load_pairs
from support.letter import REWRITES


class Script(Protocol):
    """Replaces the model by one that writes these texts; `original` is what the writer's own is worth."""

    def __call__(self, *texts: str, original: float = 0.0) -> None: ...


def scripted_model(texts: tuple[str, ...] = REWRITES, original: float = 0.0) -> ScriptedBackend:
    """A model that writes the texts in turn and prefers the former ones; it passes the judge's self-test."""
    better = {pair.better for pair in load_pairs()}
    worth = {text: 2.0 + len(texts) - place for place, text in enumerate(texts)}

    def judge(choice: Choice) -> float:
        prompt = choice.prompt
        if prompt.first in better or prompt.second in better:
            return 2.0 if prompt.first in better else -2.0
        return worth.get(prompt.first, 4 * original) - worth.get(prompt.second, 4 * original)

    return ScriptedBackend(write=_writer(texts), judge=judge)


def _writer(texts: tuple[str, ...]) -> Callable[[Generation], str]:
    written: list[int] = []

    def write(request: Generation) -> str:
        if isinstance(request.prompt, Critique):
            return 'very much"'
        written.append(0)
        return texts[(len(written) - 1) % len(texts)]

    return write
