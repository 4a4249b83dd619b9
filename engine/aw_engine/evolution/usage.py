"""How much is asked of a back end."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from aw_engine.domain.result import Usage
from aw_engine.inference.backend import (
    Backend,
    Choice,
    ChoiceScores,
    Completion,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)


def total(*spent: Usage) -> Usage:
    """What several back ends have spent together."""
    return Usage(
        generate=sum(each.generate for each in spent),
        judge=sum(each.judge for each in spent),
        prompt_tokens=sum(each.prompt_tokens for each in spent),
        decoded_tokens=sum(each.decoded_tokens for each in spent),
    )


class Counted:
    """Pass everything on to another back end; `usage` says what has been spent since this one was made.

    It does not know how many rewrites were written, since a copy-edit is many likelihoods.
    """

    def __init__(self, backend: Backend) -> None:
        self.uncounted = backend
        self.usage = Usage()

    async def info(self) -> ModelInfo:
        """The model behind."""
        return await self.uncounted.info()

    async def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions, counted as they finish."""
        async with aclosing(self.uncounted.generate(requests, written)) as completions:
            async for completion in completions:
                self._spend(prompt=completion.prompt_tokens, decoded=completion.tokens)
                yield completion

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores, counted."""
        scores = await self.uncounted.choose(requests)
        self._spend(judge=len(scores), prompt=sum(score.prompt_tokens for score in scores))
        return scores

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods, counted."""
        likelihoods = await self.uncounted.score(requests)
        self._spend(prompt=sum(each.prompt_tokens for each in likelihoods))
        return likelihoods

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text; costs nothing."""
        return await self.uncounted.count(texts)

    async def aclose(self) -> None:
        """Leave the back end open: it belongs to whoever made it."""

    def _spend(self, *, judge: int = 0, prompt: int = 0, decoded: int = 0) -> None:
        spent = self.usage
        self.usage = Usage(
            judge=spent.judge + judge,
            prompt_tokens=spent.prompt_tokens + prompt,
            decoded_tokens=spent.decoded_tokens + decoded,
        )
