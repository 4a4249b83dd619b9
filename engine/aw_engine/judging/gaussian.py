"""The tournament used by default: the linear-Gaussian rating, and pairs chosen where it is least certain."""

from collections import Counter, deque
from collections.abc import Sequence
from math import isfinite
from random import Random

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.result import Rating
from aw_engine.errors import BackendError
from aw_engine.judging import pairing, rating
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import Noise

_THOMPSON_EVERY = 4
_CALLS_PER_FRESH = 3
_FINAL_CALLS = 6
_AGREEMENT = 0.25  # variance between criteria (log-odds squared) below which they do not disagree
_DRAWS = 256


def calls_per_fresh(noise: Noise) -> int:
    """The most comparisons that one more rewrite is worth with a judge of this noise."""
    return 1 if noise.absolute else _CALLS_PER_FRESH


def final_calls(noise: Noise) -> int:
    """The most comparisons of the last round."""
    return 0 if noise.absolute else _FINAL_CALLS


class GaussianTournament:
    """A `Tournament` that ends when it is settled, at its cap, or when no pair is left to ask.

    What is known of a rewrite is kept from one tournament to the next, since the judge is the same. `delta`
    is the probability of a miss at which a tournament is settled; with 0 it goes on to its cap.
    """

    grows = True

    def __init__(self, noise: Noise, rng: Random, delta: float = pairing.DELTA) -> None:
        self._noise = noise
        self._rng = rng
        self._delta = delta
        self._soft = self._belief = rating.prior((), noise)
        self._picks: list[Pick] = []
        self._parents: dict[str, tuple[str, ...]] = {}
        self._answers: dict[Pair, Comparison] = {}
        self._asked: set[Pair] = set()
        self._firsts: Counter[str] = Counter()
        self._meetings: Counter[str] = Counter()
        self._compared: Counter[str] = Counter()
        self._field: tuple[str, ...] = ()
        self._k = 1
        self._left = 0
        self._steps = 0
        self._final = False
        self._opening = False
        self._due: deque[Pair] = deque()
        self._debuts: dict[Pair, str] = {}
        self._second_bouts: deque[str] = deque()
        self._at_boundary: set[Pair] = set()

    def add(self, candidate: str, parents: Sequence[str] = ()) -> None:
        match [p for p in parents if p != ORIGINAL and not self._noise.absolute]:
            case []:
                self._soft = rating.add_fresh(self._soft, candidate, self._noise.own_var)
            case [parent]:
                self._soft = rating.add_child(self._soft, candidate, parent)
            case [first, second, *_]:
                self._soft = rating.add_crossover(self._soft, candidate, first, second)
        self._parents[candidate] = tuple(parents) or (ORIGINAL,)
        self._apply_picks()

    @property
    def final_calls(self) -> int:
        return final_calls(self._noise)

    def calls(self, field: Sequence[str]) -> int:
        return calls_per_fresh(self._noise) * len(self._fresh(field))

    def begin(self, field: Sequence[str], k: int, cap: int) -> None:
        self._field, self._k, self._left, self._final = tuple(field), k, cap, False
        self._opening = True
        self._debuts.clear()
        self._second_bouts.clear()
        if self._noise.absolute:
            self._due = deque((c, ORIGINAL) for c in self._fresh(field))
        elif any(self._meetings[c] for c in field):
            debuts = [(c, self._rival(c)) for c in self._fresh(field)]
            self._debuts = {pair: pair[0] for pair in debuts}
            self._due = deque(debuts)
        else:
            self._due = deque(pairing.swiss_round(field, self._rng))

    def begin_final(self, field: Sequence[str], cap: int) -> None:
        self._field, self._left, self._final = tuple(field), cap, True
        self._second_bouts.clear()
        self._due = deque()
        for c in pairing.best(self._belief, field, 3):
            pair = (c, ORIGINAL)
            asked = (pair in self._asked) + (pair[::-1] in self._asked)
            self._due.extend([pair] * ((2 if self._noise.swaps else 1) - asked))

    def next_pairs(self, most: int) -> list[Pair]:
        ahead = self._belief
        chosen: list[Pair] = []
        while len(chosen) < most and self._left > 0:
            if self._opening and not self._due:
                self._opening = False
                if chosen:
                    break  # what comes next depends on how these turn out
            pair = self._due.popleft() if self._due else self._choose(ahead)
            if pair is None:
                break
            first, second = pairing.arrange(pair, self._firsts, self._asked, self._rng)
            ahead = rating.foresee(ahead, first, second, self._noise, swapped=(second, first) in self._asked)
            chosen.append((first, second))
            self._asked.add((first, second))
            self._firsts[first] += 1
            self._meetings.update((first, second))
            self._left -= 1
        return chosen

    def record(self, comparisons: Sequence[Comparison]) -> None:
        if not all(isfinite(c.logit) and isfinite(c.spread) and isfinite(c.length) for c in comparisons):
            raise BackendError("The judge's answer is not a finite number. Try another model.")
        if any((c.first, c.second) in self._answers for c in comparisons):
            raise ValueError("an ordered pair is judged once; asking again tells nothing")
        if self._noise.spread == 0.0 and comparisons and not self._noise.absolute:
            # The first answers say what is usual for this rubric; fixed from then on, so that the order in
            # which answers arrive cannot matter. Where scores are calibrated, criteria that disagree are no
            # sign of doubt.
            usual = max(_AGREEMENT, sum(c.spread for c in comparisons) / len(comparisons))
            self._noise = replace(self._noise, spread=usual)
        for answer in comparisons:
            pair = (answer.first, answer.second)
            swapped = self._answers.get(pair[::-1])
            self._soft = rating.observe(self._soft, answer, self._noise, swapped)
            self._answers[pair] = answer
            self._compared.update(pair)
        self._apply_picks()
        for answer in comparisons:
            self._follow_up(answer)

    def pick(self, pick: Pick) -> None:
        self._picks.append(pick)
        self._apply_picks()

    def compared(self, candidate: str) -> int:
        return self._compared[candidate]

    def strength(self, candidate: str) -> Rating:
        return rating.strength(self._belief, candidate)

    def beats(self, first: str, second: str) -> float:
        return rating.beats(self._belief, first, second)

    def among_best(self, field: Sequence[str], k: int, rng: Random) -> dict[str, float]:
        rewrites = [c for c in field if c != ORIGINAL]
        counts: Counter[str] = Counter()
        for values in rating.draws(self._belief, rewrites, rng, _DRAWS):
            counts.update([c for _, c in sorted(zip(values, rewrites, strict=True), reverse=True)[:k]])
        return {c: counts[c] / _DRAWS for c in rewrites}

    def survivors(self, field: Sequence[str], diverse: Sequence[str], k: int) -> tuple[str, ...]:
        del field, k
        return tuple(diverse)

    def _choose(self, belief: rating.Posterior) -> Pair | None:
        if self._final or self._noise.absolute:
            return None
        top = pairing.best(belief, self._field, self._k)
        rest = [c for c in self._field if c not in top]
        while self._second_bouts:
            pair = pairing.nearest(belief, self._second_bouts.popleft(), top, self._asked)
            if pair is not None:
                return pair
        if pairing.settled(belief, top, rest, self._delta):
            strangers = (c for c in self._field if not self._meetings[c])
            bouts = (pairing.nearest(belief, c, [*top, *rest], self._asked) for c in strangers)
            return next(filter(None, bouts), None)
        self._steps += 1
        pair = None
        if self._steps % _THOMPSON_EVERY == 0:
            pair = pairing.thompson_pair(belief, self._field, self._k, self._asked, self._rng)
        pair = pair or pairing.boundary_pair(belief, top, rest, self._asked)
        if pair is None and self._noise.swaps:
            pair = pairing.second_order_pair(belief, top, rest, self._asked)
        if pair is not None:
            self._at_boundary.add(pair)
        return pair

    def _fresh(self, field: Sequence[str]) -> list[str]:
        """The rewrites in the field that have met nobody yet."""
        return [c for c in field if c != ORIGINAL and not self._meetings[c]]

    def _rival(self, child: str) -> str:
        """The parent to meet first: the strongest that is in the field, else the strongest in the field."""
        parents = [p for p in self._parents[child] if p in self._field]
        others = parents or [c for c in self._field if c != child]
        return max(others, key=lambda c: self.strength(c).mean)

    def _follow_up(self, answer: Comparison) -> None:
        """Queue a newcomer's second comparison, and the other order after an even answer at the boundary."""
        pair = (answer.first, answer.second)
        for order in (pair, pair[::-1]):
            child = self._debuts.pop(order, None)
            if child is not None:
                self._second_bouts.append(child)
        if not self._noise.swaps or self._final or abs(self._noise.gain * answer.logit) >= pairing.EVEN:
            return
        chosen = pair in self._at_boundary or pair[::-1] in self._at_boundary
        top = pairing.best(self._belief, self._field, self._k)
        if chosen and pair[::-1] not in self._asked and (pair[0] in top) != (pair[1] in top):
            self._due.append(pair)

    def _apply_picks(self) -> None:
        self._belief = self._soft
        for pick in self._picks:
            self._belief = rating.prefer(self._belief, pick)
