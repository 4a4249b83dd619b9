"""A judge whose answers are known in advance."""

from collections.abc import AsyncGenerator, Callable, Sequence
from math import exp, log1p

from aw_engine.inference.backend import (
    Capabilities,
    Choice,
    ChoiceScores,
    Compare,
    Completion,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)

LogOdds = Callable[[Compare], float]


class KnownJudge:
    """Answers every comparison with the log-odds that `odds` gives."""

    def __init__(self, odds: LogOdds, criteria: tuple[str, ...] = (), mass: float = 1.0) -> None:
        self.odds = odds
        self.mass = mass
        self.capabilities = Capabilities(instructions=not criteria, copy_edit=True, criteria=criteria)

    async def info(self) -> ModelInfo:
        return ModelInfo(
            ref="known",
            name="known",
            digest="0" * 64,
            context=512,
            dialect="chat",
            capabilities=self.capabilities,
            settings={},
        )

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        return [self._answer(request) for request in requests]

    def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        raise NotImplementedError

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        raise NotImplementedError

    async def count(self, texts: Sequence[str]) -> list[int]:
        raise NotImplementedError

    async def aclose(self) -> None:
        return None

    def _answer(self, request: Choice) -> ChoiceScores:
        assert isinstance(request.prompt, Compare)
        assert request.answers == ("A", "B")
        odds = self.odds(request.prompt)
        second = -(max(odds, 0.0) + log1p(exp(-abs(odds))))
        return ChoiceScores(logprobs=(second + odds, second), mass=self.mass, prompt_tokens=0)
