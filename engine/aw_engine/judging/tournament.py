"""The interface of rating and pairing: add rewrites, ask for pairs, record answers, read strengths."""

from collections.abc import Sequence
from random import Random
from typing import Protocol

from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.plan import Plan, RatingName
from aw_engine.domain.result import Rating
from aw_engine.judging.elo import EloTournament
from aw_engine.judging.gaussian import GaussianTournament
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import Noise


class Tournament(Protocol):
    """Ratings of the rewrites of one passage against it, and the tournament in progress, if any.

    The same calls with an equal random generator give the same pairs. `ORIGINAL` takes part wherever it is
    in the field and need not be added; every other id must be added before use.
    """

    def add(self, candidate: str, parents: Sequence[str] = ()) -> None:
        """Add a rewrite, rated by what is known of its parents (the original as a parent says nothing)."""

    def calls(self, field: Sequence[str]) -> int:
        """The most comparisons that a tournament among `field` is worth, by how many are new in it."""

    def begin(self, field: Sequence[str], k: int, cap: int) -> None:
        """Begin a tournament among `field` for its best k rewrites, of at most `cap` comparisons."""

    def begin_final(self, field: Sequence[str], cap: int) -> None:
        """Begin the last tournament: the comparisons missing between the best three and the original."""

    def next_pairs(self, most: int) -> list[Pair]:
        """Ordered pairs (first, second) to judge next, at most `most`; none when the tournament is over."""

    def record(self, comparisons: Sequence[Comparison]) -> None:
        """Record the answers.

        :raises BackendError: if one is not finite; then none of them is recorded.
        """

    def pick(self, pick: Pick) -> None:
        """Record the writer's own verdict, which counts whatever the judge says."""

    def compared(self, candidate: str) -> int:
        """How many answers about the candidate have been recorded."""

    def strength(self, candidate: str) -> Rating:
        """Mean and standard deviation of the log-odds against the original."""

    def beats(self, first: str, second: str) -> float:
        """Probability that the first is better; either may be `ORIGINAL`."""

    def among_best(self, field: Sequence[str], k: int, rng: Random) -> dict[str, float]:
        """For each rewrite in `field` the probability that it is one of the best k."""


def open_tournament(name: RatingName, noise: Noise, rng: Random) -> Tournament:
    """A tournament without rewrites, of the kind that the plan names. `noise` is the judge's."""
    return EloTournament(rng) if name == "elo" else GaussianTournament(noise, rng)


def planned_calls(plan: Plan) -> int:
    """The most comparisons that a run of this plan makes, the final included."""
    if plan.rating == "gaussian":
        return plan.calls
    later = EloTournament.matches(plan.children + plan.keep + 1)
    return EloTournament.matches(plan.n + 1) + (plan.generations - 1) * later
