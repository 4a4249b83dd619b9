"""A backend whose answers are given, for tests and demonstrations in which they must be known."""

import math
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from typing import Final

from aw_engine.errors import BackendError
from aw_engine.inference.backend import (
    Capabilities,
    Choice,
    ChoiceScores,
    Completion,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)
from aw_engine.inference.sizes import CONTEXT_LIMIT

Writer = Callable[[Generation], str] | Sequence[str]
Judge = Callable[[Choice], float | tuple[float, ...]]
Scorer = Callable[[Scoring], float]


class ScriptedBackend:
    """A backend that answers by functions, or from a list of texts in order; deterministic if they are.

    `write` gives the text of a completion. `judge` gives the log-odds of the first of two answers, or the
    natural-log probabilities of all. `score` gives a text's log-likelihood. A token is a word. What was asked
    is kept in `generated`, `chosen` and `scored`.
    """

    def __init__(
        self,
        *,
        write: Writer = (),
        judge: Judge | None = None,
        score: Scorer | None = None,
        capabilities: Capabilities | None = None,
    ) -> None:
        self._write = write if callable(write) else _in_turn(iter(write))
        self._judge = judge
        self._score = score
        self._capabilities = capabilities or Capabilities(instructions=True, copy_edit=score is not None)
        self.generated: Final[list[Generation]] = []
        self.chosen: Final[list[Choice]] = []
        self.scored: Final[list[Scoring]] = []

    async def info(self) -> ModelInfo:
        """A model called `scripted` without a file."""
        return ModelInfo(
            ref="scripted",
            name="scripted",
            digest="0" * 64,
            context=CONTEXT_LIMIT,
            dialect="scripted",
            capabilities=self._capabilities,
            settings={},
        )

    async def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions in the order of the requests, the first half of each told before.

        :raises BackendError: if the list of texts is used up.
        """
        for index, request in enumerate(requests):
            self.generated.append(request)
            text = self._write(request)
            tokens = len(text.split())
            if written is not None:
                written(index, text[: len(text) // 2])
            yield Completion(
                index=index, text=text, finish="stop", tokens=tokens, prompt_tokens=0, logprob=-1.0
            )

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        if self._judge is None:
            raise BackendError("This script has no judge.")
        self.chosen.extend(requests)
        return [_scores(self._judge(request)) for request in requests]

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""
        if self._score is None:
            raise BackendError("This script has no scores.")
        self.scored.extend(requests)
        return [
            Likelihood(self._score(request), max(1, len(request.text.split())), prompt_tokens=0)
            for request in requests
        ]

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Number of words of each text."""
        return [len(text.split()) for text in texts]

    async def aclose(self) -> None:
        """Do nothing: there is no process to end."""


def _in_turn(texts: Iterator[str]) -> Callable[[Generation], str]:
    def next_text(_: Generation) -> str:
        text = next(texts, None)
        if text is None:
            raise BackendError("The script has no more texts.")
        return text

    return next_text


def _scores(verdict: float | tuple[float, ...]) -> ChoiceScores:
    if isinstance(verdict, tuple):
        return ChoiceScores(verdict, min(1.0, sum(map(math.exp, verdict))), prompt_tokens=0)
    first = -math.log1p(math.exp(-verdict)) if verdict > -30 else verdict
    second = -math.log1p(math.exp(verdict)) if verdict < 30 else -verdict
    return ChoiceScores((first, second), 1.0, prompt_tokens=0)
