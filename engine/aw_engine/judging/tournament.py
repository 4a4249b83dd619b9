"""Tournaments among the rewrites of one passage: what any kind of them can do, which kinds there are, and how
one is played."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final, Protocol

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import Candidate
from aw_engine.domain.comparison import Comparison, Pick
from aw_engine.domain.plan import Plan, RatingName
from aw_engine.domain.result import Rating
from aw_engine.judging.elo import EloTournament
from aw_engine.judging.gaussian import GaussianTournament, calls_per_fresh, final_calls
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import Noise
from aw_engine.judging.referee import Referee

BATCH: Final = 4  # pairs chosen at a time: the posterior's covariance does not need their answers


class Tournament(Protocol):
    """Ratings of the rewrites of one passage against it, and the round of comparisons in progress, if any.

    The same calls with an equal random generator give the same pairs. `ORIGINAL` takes part wherever it is
    in the field and need not be added; every other id must be added before use.
    """

    @property
    def final_calls(self) -> int:
        """Comparisons kept for the end, for the best three against the original in both orders."""

    @property
    def grows(self) -> bool:
        """Whether rewrites may join one by one, after others of their generation have been compared."""

    def add(self, candidate: str, parents: Sequence[str] = ()) -> None:
        """Add a rewrite, rated by what is known of its parents (the original as a parent says nothing)."""

    def calls(self, field: Sequence[str]) -> int:
        """The most comparisons that a round among `field` is worth, by how many are new in it."""

    def begin(self, field: Sequence[str], k: int, cap: int) -> None:
        """Begin a round among `field` for its best k rewrites, of at most `cap` comparisons."""

    def begin_final(self, field: Sequence[str], cap: int) -> None:
        """Begin the last round: the comparisons missing between the best three and the original."""

    def next_pairs(self, most: int) -> list[Pair]:
        """Ordered pairs (first, second) to judge next, at most `most`; none when the round is over."""

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

    def survivors(self, field: Sequence[str], diverse: Sequence[str], k: int) -> tuple[str, ...]:
        """Who of `field` may have children; `diverse` are the elites that the population would keep."""


def open_tournament(name: RatingName, noise: Noise, rng: Random) -> Tournament:
    """A tournament without rewrites, of the kind that the plan names. `noise` is the judge's."""
    return EloTournament(rng) if name == "elo" else GaussianTournament(noise, rng)


def planned_calls(plan: Plan, noise: Noise) -> int:
    """The most comparisons of a run of this plan by a judge of this noise, the final round included."""
    if plan.rating == "elo":
        return EloTournament.planned_calls(plan)
    return calls_per_fresh(noise) * plan.texts + final_calls(noise)


async def play(
    tournament: Tournament,
    referee: Referee,
    brief: Brief,
    members: Mapping[str, Candidate],
    heard: Callable[[Sequence[Comparison]], None],
) -> None:
    """Have the pairs of the round that has begun compared until it is over; `heard` is told of each batch.

    :raises WorkerDied, BackendError: from the referee.
    """
    while pairs := tournament.next_pairs(BATCH):
        comparisons = await referee.compare(brief, pairs, members)
        tournament.record(comparisons)
        heard(comparisons)
