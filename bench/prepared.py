"""A run with a stand-in: its random weights are asked for everything, and prepared answers are used instead.

A model with random weights costs what any model of its shape costs, but it writes nothing that would pass a
gate and prefers nothing. Here it writes and judges for real, for as long as that takes, and then a prepared
rewrite stands for what it wrote, a prepared preference for its verdict.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from math import exp, log1p
from random import Random
from typing import Final

from msgspec.structs import replace

from aw_engine.domain.passage import Passage
from aw_engine.inference.backend import (
    Backend,
    Choice,
    ChoiceScores,
    Compare,
    Completion,
    Critique,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Scoring,
)
from aw_engine.judging import selftest

# Sentences of one paragraph, the original's first.
_WAYS: Final = (
    (
        "The committee met on the second Thursday of every month, and most of its members came by train.",
        "On the second Thursday of every month the committee met; most of its members came by train.",
        "The committee met every month, on the second Thursday, and most members came by train.",
        "Every month, on its second Thursday, the committee met, and its members mostly came by train.",
    ),
    (
        "It had been agreed that nobody would speak for longer than ten minutes without a good reason.",
        "They had agreed that nobody would speak for longer than ten minutes without good reason.",
        "Nobody, it had been agreed, would speak longer than ten minutes without a good reason.",
        "By agreement nobody would speak for longer than ten minutes without a good reason.",
    ),
    (
        "What was decided in the morning was often forgotten by the time the coffee was served.",
        "Decisions of the morning were often forgotten by the time coffee was served.",
        "By the time the coffee was served, they had often forgotten what was decided in the morning.",
        "Often, what was decided in the morning was forgotten when the coffee was served.",
    ),
    (
        "In the end a young clerk wrote everything down, and from then on the meetings became shorter.",
        "In the end, a young clerk wrote it all down, and the meetings became shorter from then on.",
        "Finally a young clerk wrote everything down; after that the meetings became shorter.",
        "Then a young clerk wrote everything down, and the meetings became shorter.",
    ),
    (
        "The minutes were kept in a green book, which anybody who asked politely was allowed to read.",
        "The minutes were kept in a green book that anybody could read who asked politely.",
        "A green book kept the minutes, and anybody who politely asked was allowed to read it.",
        "Anybody who asked politely was allowed to read the minutes, which were kept in a green book.",
    ),
    (
        "There was a plan, a budget and a drawing, but no one had thought of the river in the spring.",
        "They had a plan, a budget and a drawing, but no one had thought of the river in spring.",
        "A plan, a budget and a drawing there were, but no one had thought of the river in the spring.",
        "No one had thought of the river in the spring, for all the plan, the budget and the drawing.",
    ),
)
PASSAGE: Final = Passage(text=" ".join(ways[0] for ways in _WAYS))
_NATS: Final = 3.0  # a token, of every text alike


def rewrite(seed: int) -> str:
    """A rewrite of the passage, always the same for a seed."""
    rng = Random(seed)
    return " ".join(rng.choice(ways) for ways in _WAYS)


class Prepared:
    """Asks everything of `backend`, lets rewrites be `length` tokens long, and answers from what is prepared.

    The self-test, which is no part of a run, is answered rightly without asking.
    """

    def __init__(self, backend: Backend, length: int) -> None:
        self._backend = backend
        self._length = length
        self._better = {pair.better for pair in selftest.load_pairs()}

    async def info(self) -> ModelInfo:
        """The model behind, under another digest: what is kept about it as a judge is not its own."""
        info = await self._backend.info()
        return replace(info, digest=f"prepared {info.digest}")

    async def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions as they finish, rewrites among them prepared; nothing is told before."""
        asked = [
            each
            if isinstance(each.prompt, Critique)
            else replace(each, sampling=replace(each.sampling, max_tokens=self._length))
            for each in requests
        ]
        async with aclosing(self._backend.generate(asked)) as completions:
            async for done in completions:
                request = requests[done.index]
                if isinstance(request.prompt, Critique):
                    yield done
                else:
                    text = rewrite(request.sampling.seed)
                    yield replace(done, text=text, finish="stop")

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """A noisy preference of one text over the other; what the model says to anything but a comparison."""
        if all(isinstance(each.prompt, Compare) and self._is_test(each.prompt) for each in requests):
            return [self._verdict(each.prompt, ChoiceScores((0.0, 0.0), 1.0, 0)) for each in requests]
        scores = await self._backend.choose(requests)
        return [self._verdict(each.prompt, score) for each, score in zip(requests, scores, strict=True)]

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Equal likelihoods a token."""
        found = await self._backend.score(requests)
        return [replace(each, logprob=-_NATS * each.tokens) for each in found]

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text."""
        return await self._backend.count(texts)

    async def aclose(self) -> None:
        """End the model's process."""
        await self._backend.aclose()

    def _is_test(self, prompt: Compare) -> bool:
        return prompt.first in self._better or prompt.second in self._better

    def _verdict(self, prompt: object, score: ChoiceScores) -> ChoiceScores:
        if not isinstance(prompt, Compare):
            return score
        if self._is_test(prompt):
            odds = 2.0 if prompt.first in self._better else -2.0
        else:
            noise = Random(prompt.first + prompt.second + prompt.question).gauss(0.0, 0.8)
            odds = Random(prompt.first).gauss(0.0, 1.0) - Random(prompt.second).gauss(0.0, 1.0) + noise
        return replace(score, logprobs=(-log1p(exp(-odds)), -log1p(exp(odds))), mass=1.0)
