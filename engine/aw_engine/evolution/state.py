"""Everything a run has come to know; `run` moves it on, `outcome` reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.events import Event, Noticed
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import GenerationMeters, ModelRef, Ranked
from aw_engine.domain.rubric import Rubric
from aw_engine.domain.steering import Steering
from aw_engine.evolution.drift import Drift
from aw_engine.evolution.population import Population
from aw_engine.evolution.ranking import ranking
from aw_engine.evolution.team import Referee
from aw_engine.judging.tournament import Tournament, planned_calls

UNKNOWN = ModelRef(ref="", digest="")


@dataclass(frozen=True)
class Ready:
    """The parts that exist once the model is loaded."""

    population: Population
    tournament: Tournament
    referee: Referee
    rng: Random


@dataclass
class RunState:
    """State of one run; `written` holds every text that was written in it, admitted or not.

    `began` is when the models were loaded and work began, `used` the tokens read since (see `effort`), and
    `expected` how many they should be in all, None where the passage has not been looked at for it. `until`
    are the comparisons after which the present tournament ends, at most.
    `start` are texts that join the first generation. `dropped` are the rewrites of a generation that
    collapsed; `vetoed`, `pinned` and `picked` those of which the writer has said so.
    """

    passage: Passage
    rubric: Rubric
    plan: Plan
    emit: Callable[[Event], None]
    job_id: str
    started: float
    steering: Steering = field(default_factory=Steering)
    start: tuple[str, ...] = ()
    model: ModelRef = UNKNOWN
    judge: ModelRef | None = None
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)
    population: Population | None = None
    tournament: Tournament | None = None
    referee: Referee | None = None
    rng: Random = field(default_factory=Random)
    used: Callable[[], float] = lambda: 0.0
    began: float = 0.0
    expected: float | None = None
    until: int = 0
    generation: int = 0
    generations: int = 1
    dropped: frozenset[str] = frozenset()
    vetoed: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    picked: frozenset[str] = frozenset()
    picks_seen: int = 0
    written: set[str | None] = field(default_factory=set)
    comparisons: list[Comparison] = field(default_factory=list)
    meters: list[GenerationMeters] = field(default_factory=list)
    first_meters: Drift | None = None
    last_meters: Drift | None = None
    notices: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """Comparisons made so far."""
        return len(self.comparisons)

    @property
    def calls_planned(self) -> int:
        """The most comparisons that this run will make."""
        first = self.plan.n + len(self.start)
        planned = planned_calls(replace(self.plan, n=first, generations=self.generations))
        return planned if self.plan.budget.calls is None else min(planned, self.plan.budget.calls)

    @property
    def ready(self) -> Ready:
        """Population, tournament and random generator. Raises RuntimeError before the model is loaded."""
        if self.population is None or self.tournament is None or self.referee is None:
            raise RuntimeError("the run has not been prepared")
        return Ready(self.population, self.tournament, self.referee, self.rng)

    @property
    def shown(self) -> tuple[str, ...]:
        """The rewrites that have been compared and neither dropped nor vetoed, oldest first."""
        if self.population is None or self.tournament is None:
            return ()
        tournament, gone = self.tournament, self.dropped - self.pinned - self.picked | self.vetoed
        return tuple(
            key for key in self.population.rewrites() if key not in gone and tournament.compared(key)
        )

    @property
    def best(self) -> str | None:
        """The rewrite of the greatest mean strength so far, None before any was compared."""
        shown = self.shown
        return max(shown, key=lambda key: self.ready.tournament.strength(key).mean) if shown else None

    @property
    def best_mean(self) -> float:
        """Strength of the best rewrite in log-odds; the original's, 0, where there is none."""
        best = self.best
        return 0.0 if best is None else self.ready.tournament.strength(best).mean

    def ranking(self, *, provisional: bool) -> tuple[Ranked, ...]:
        """The ranking as of now: `shown`, and the original."""
        population, tournament = self.ready.population, self.ready.tournament
        return ranking(
            [population.members[key] for key in (ORIGINAL, *self.shown)],
            tournament,
            self.comparisons,
            self.rubric,
            trusted=self.ready.referee.profile.claim != "unranked",
            provisional=provisional,
        )

    def notice(self, text: str) -> None:
        """A sentence for the writer, once."""
        if text not in self.notices:
            self.notices.append(text)
            self.emit(Noticed(text=text))
