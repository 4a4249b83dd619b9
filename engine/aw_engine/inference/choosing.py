"""How a model judges: by the probabilities of the answers' letters, or by the likelihoods of two texts."""

import math
from collections.abc import Sequence

from msgspec import structs

from aw_engine.errors import BackendError
from aw_engine.inference.backend import Choice, ChoiceScores, Compare
from aw_engine.inference.contexts import Branch, Contexts
from aw_engine.inference.dialects.dialect import JudgeByAnswer, JudgeByLikelihood
from aw_engine.inference.encoding import PromptEncoder
from aw_engine.inference.prefix import Tokens, common_prefix
from aw_engine.inference.reading import Scorable

_REMEMBERED = 4096  # likelihoods


class Chooser:
    """Answers choices, and remembers the likelihoods of texts: each is compared with several others."""

    def __init__(self, encoder: PromptEncoder) -> None:
        self._encoder = encoder
        self._likelihoods: dict[Scorable, float] = {}

    def forget(self) -> None:
        """Forget all likelihoods, as when other settings may round them differently."""
        self._likelihoods.clear()

    def choose(self, requests: Sequence[Choice], contexts: Contexts) -> list[ChoiceScores]:
        """Scores in the order of the requests, evaluated in `contexts`."""
        ways = [self._encoder.judging(request.prompt) for request in requests]
        scores: dict[int, ChoiceScores] = {}
        asked = [(index, way) for index, way in enumerate(ways) if isinstance(way, JudgeByAnswer)]
        if asked:
            chosen = [requests[index] for index, _ in asked]
            scores |= zip(
                (index for index, _ in asked),
                self._read(chosen, [way for _, way in asked], contexts),
                strict=True,
            )
        weighed = [(index, way) for index, way in enumerate(ways) if isinstance(way, JudgeByLikelihood)]
        if weighed:
            answers = [requests[index].answers for index, _ in weighed]
            scores |= zip(
                (index for index, _ in weighed),
                self._weigh([way for _, way in weighed], answers, contexts),
                strict=True,
            )
        return [scores[index] for index in range(len(requests))]

    def _read(
        self, requests: Sequence[Choice], ways: Sequence[JudgeByAnswer], contexts: Contexts
    ) -> list[ChoiceScores]:
        prompts = [self._encoder.rendered(way.prompt) for way in ways]
        for prompt in prompts:
            self._encoder.check(len(prompt) + 1)
        answers = [[self._encoder.answer_tokens(label) for label in request.answers] for request in requests]
        branches: dict[Compare, list[int]] = {}
        for index, request in enumerate(requests):
            branches.setdefault(_opening(request.prompt), []).append(index)
        asked = []
        for opening, members in branches.items():
            texts = [prompts[index] for index in members]
            shared = common_prefix([self._question(opening), *texts])
            resident = shared[: min(map(len, texts)) - 1]
            asked.append(Branch(resident, texts, [answers[index] for index in members]))
        scores: dict[int, ChoiceScores] = {}
        for members, found in zip(branches.values(), contexts.answer(asked), strict=True):
            for index, values, cost in zip(members, *found, strict=True):
                mass = min(1.0, math.fsum(map(math.exp, values)))
                scores[index] = ChoiceScores(tuple(values), mass, cost)
        return [scores[index] for index in range(len(requests))]

    def _question(self, prompt: Compare) -> Tokens:
        way = self._encoder.judging(prompt)
        return self._encoder.rendered(way.prompt) if isinstance(way, JudgeByAnswer) else ()

    def _weigh(
        self, ways: Sequence[JudgeByLikelihood], answers: Sequence[Sequence[str]], contexts: Contexts
    ) -> list[ChoiceScores]:
        if any(len(labels) != 2 for labels in answers):
            raise BackendError("A judge by likelihood compares two versions; it cannot answer anything else.")
        firsts = self._encoder.scorables([way.first for way in ways])
        seconds = self._encoder.scorables([way.second for way in ways])
        costs = self._weigh_texts([*firsts, *seconds], contexts)
        scores = []
        for way, first, second in zip(ways, firsts, seconds, strict=True):
            one, other = self._likelihoods[first], self._likelihoods[second]
            per_token = one / len(first.text) - other / len(second.text)
            odds = way.sum_weight * (one - other) + way.mean_weight * per_token
            cost = costs.pop(first, 0) + costs.pop(second, 0)
            scores.append(by_odds(odds, cost))
        return scores

    def _weigh_texts(self, texts: Sequence[Scorable], contexts: Contexts) -> dict[Scorable, int]:
        """Put these texts into `_likelihoods`; return the tokens evaluated for those that it lacked."""
        for text in texts:
            self._encoder.check(len(text.before) + len(text.text))
        if len(self._likelihoods) + len(texts) > _REMEMBERED:
            self._likelihoods.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._likelihoods]
        if not new:
            return {}
        scores = contexts.score(new)
        self._likelihoods.update(zip(new, scores.logprobs, strict=True))
        return dict(zip(new, scores.costs, strict=True))


def _opening(prompt: Compare) -> Compare:
    """The question without what comes last in its prompt. Questions with the same opening share a prefix.

    The opening is kept in the cache, since a text is compared with some four others, mostly in other calls.
    """
    return structs.replace(prompt, second="", criterion="", question="")


def by_odds(odds: float, prompt_tokens: int) -> ChoiceScores:
    """The scores of two answers, of which the first has these natural-log odds."""
    return ChoiceScores((-_softplus(-odds), -_softplus(odds)), 1.0, prompt_tokens)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
