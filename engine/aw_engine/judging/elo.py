"""AlphaWrite's own scheme, Elo over random matches, so that its runs can be reproduced and compared.

All start at 1200; K is 32; ratings are updated after each match. There are 20 rounds, each of which shuffles
the field and pairs all of it; the order within a pair is random; the answer's sign decides (Tufa Labs, 2025).
"""

from collections import Counter, deque
from collections.abc import Sequence
from math import exp, isfinite, log
from random import Random

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import Rating
from aw_engine.errors import BackendError
from aw_engine.judging.pairing import Pair

BASE = 1200.0
K = 32.0
ROUNDS = 20
_LOG_ODDS_PER_POINT = log(10) / 400


def expected(first: float, second: float) -> float:
    """Probability that a player rated `first` beats one rated `second`."""
    return 1 / (1 + exp((second - first) * _LOG_ODDS_PER_POINT))


def updated(first: float, second: float, score: float) -> tuple[float, float]:
    """Both ratings after a match in which the first scored 1, 0.5 or 0."""
    gain = K * (score - expected(first, second))
    return first + gain, second - gain


class EloTournament:
    """A `Tournament` without uncertainty: every deviation is 0, and `among_best` is 0 or 1.

    A pair may meet again, even in the same order. There is no final.
    """

    final_calls = 0
    grows = False

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._ratings = {ORIGINAL: BASE}
        self._compared: Counter[str] = Counter()
        self._due: deque[Pair] = deque()

    @staticmethod
    def matches(players: int) -> int:
        """Comparisons in one tournament; in a field of odd size one candidate rests in each round."""
        return ROUNDS * (players // 2)

    @classmethod
    def planned_calls(cls, plan: Plan) -> int:
        """The most comparisons that a run of this plan makes."""
        later = cls.matches(plan.children + plan.keep + 1)
        return cls.matches(plan.n + 1) + (plan.generations - 1) * later

    def add(self, candidate: str, parents: Sequence[str] = ()) -> None:
        if candidate in self._ratings:
            raise ValueError(f"{candidate} is in the field already")
        known = [self._ratings[p] for p in parents if p != ORIGINAL]
        self._ratings[candidate] = sum(known) / len(known) if known else BASE

    def calls(self, field: Sequence[str]) -> int:
        return self.matches(len(field))

    def begin(self, field: Sequence[str], k: int, cap: int) -> None:
        matches: list[Pair] = []
        for _ in range(ROUNDS):
            order = list(field)
            self._rng.shuffle(order)
            for i, j in zip(order[::2], order[1::2], strict=False):
                matches.append((i, j) if self._rng.random() < 0.5 else (j, i))
        self._due = deque(matches[:cap])

    def begin_final(self, field: Sequence[str], cap: int) -> None:
        self._due.clear()

    def next_pairs(self, most: int) -> list[Pair]:
        return [self._due.popleft() for _ in range(min(most, len(self._due)))]

    def record(self, comparisons: Sequence[Comparison]) -> None:
        if not all(isfinite(c.logit) for c in comparisons):
            raise BackendError("The judge's answer is not a finite number. Try another model.")
        for c in comparisons:
            score = 0.5 if c.logit == 0 else float(c.logit > 0)
            self._play(c.first, c.second, score)
            self._compared.update((c.first, c.second))

    def pick(self, pick: Pick) -> None:
        self._play(pick.winner, pick.loser, 1.0)

    def compared(self, candidate: str) -> int:
        return self._compared[candidate]

    def strength(self, candidate: str) -> Rating:
        points = self._ratings[candidate] - self._ratings[ORIGINAL]
        return Rating(mean=points * _LOG_ODDS_PER_POINT, sd=0.0)

    def beats(self, first: str, second: str) -> float:
        return expected(self._ratings[first], self._ratings[second])

    def among_best(self, field: Sequence[str], k: int, rng: Random) -> dict[str, float]:
        rewrites = sorted((c for c in field if c != ORIGINAL), key=lambda c: -self._ratings[c])
        return {c: float(place < k) for place, c in enumerate(rewrites)}

    def survivors(self, field: Sequence[str], diverse: Sequence[str], k: int) -> tuple[str, ...]:
        """The best k and nobody else: AlphaWrite's number of matches follows from that."""
        del diverse
        return tuple(sorted(field, key=lambda c: -self._ratings[c])[:k])

    def _play(self, first: str, second: str, score: float) -> None:
        ratings = self._ratings
        ratings[first], ratings[second] = updated(ratings[first], ratings[second], score)
