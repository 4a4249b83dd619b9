"""Everything a run has come to know; `run` moves it on, `outcome` reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.events import Compared, Event, Leaderboard, Noticed
from aw_engine.domain.result import GenerationMeters, Ranked
from aw_engine.domain.steering import Steering
from aw_engine.evolution import effort
from aw_engine.evolution.drift import Drift
from aw_engine.evolution.population import Population
from aw_engine.evolution.ranking import ranking
from aw_engine.evolution.team import Team
from aw_engine.evolution.writers.writer import Writer
from aw_engine.judging.gaussian import calls_per_fresh
from aw_engine.judging.referee import Referee
from aw_engine.judging.tournament import Tournament, planned_calls


@dataclass
class RunState:
    """State of one run, from when its models are loaded.

    `asked` and `began` are when the run was asked for and when its models were loaded, by `clock` (seconds).
    `until` are the comparisons after which the present round ends, at most. `dropped` are the rewrites of a
    generation that collapsed; `vetoed`, `pinned` and `picked` those of which the writer has said so.
    `written` holds every text that was written, admitted or not.
    """

    brief: Brief
    job_id: str
    team: Team
    population: Population
    tournament: Tournament
    rng: Random
    generations: int
    emit: Callable[[Event], None]
    steering: Steering
    clock: Callable[[], float]
    asked: float
    began: float
    until: int = 0
    generation: int = 0
    dropped: frozenset[str] = frozenset()
    vetoed: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    picked: frozenset[str] = frozenset()
    picks_seen: int = 0
    written: set[str | None] = field(default_factory=set)
    comparisons: list[Comparison] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)
    closed: list[GenerationMeters] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def writer(self) -> Writer[Any]:
        """Who writes."""
        return self.team.writer

    @property
    def referee(self) -> Referee:
        """Who compares."""
        return self.team.referee

    @property
    def calls(self) -> int:
        """Comparisons made so far."""
        return len(self.comparisons)

    @property
    def calls_planned(self) -> int:
        """The most comparisons that this run will make."""
        plan = self.brief.plan
        first = plan.n + len(self.brief.start)
        planned = planned_calls(
            replace(plan, n=first, generations=self.generations), self.referee.profile.noise
        )
        return planned if plan.budget.calls is None else min(planned, plan.budget.calls)

    @property
    def calls_left(self) -> int:
        """Calls that plan and budget leave for generations, without those of the final round."""
        planned = self.calls_planned
        return max(0, planned - self.calls - min(self.tournament.final_calls, planned // 2))

    @property
    def shown(self) -> tuple[str, ...]:
        """The rewrites that have been compared and neither dropped nor vetoed, oldest first."""
        gone = self.dropped - self.pinned - self.picked | self.vetoed
        listed = (key for key in self.population.rewrites() if key not in gone)
        return tuple(key for key in listed if self.tournament.compared(key))

    @property
    def best(self) -> str | None:
        """The rewrite of the greatest mean strength so far, None before any was compared."""
        return max(self.shown, key=lambda key: self.tournament.strength(key).mean, default=None)

    @property
    def seconds_left(self) -> float | None:
        """An estimate by this run's pace and what its plan has still to be done, None before a comparison; at
        most what the time budget leaves."""
        if self.calls == 0:
            return None
        plan, now = self.brief.plan, self.clock()
        texts = (self.generations - self.generation) * plan.children
        calls = max(0, self.until - self.calls) + calls_per_fresh(self.referee.profile.noise) * texts
        done = effort.tokens(self.brief, self.population.tried, self.calls)
        left = (now - self.began) * effort.tokens(self.brief, texts, effort.DECIDED * calls) / done
        if plan.budget.seconds is not None:
            left = min(left, plan.budget.seconds - (now - self.asked))
        return max(0.0, left)

    def ranking(self, *, provisional: bool) -> tuple[Ranked, ...]:
        """The ranking as of now: `shown`, and the original."""
        return ranking(
            [self.population.members[key] for key in (ORIGINAL, *self.shown)],
            self.tournament,
            self.comparisons,
            self.brief.rubric,
            trusted=self.referee.trusted,
            provisional=provisional,
        )

    def heard(self, comparisons: Sequence[Comparison]) -> None:
        """Keep what the referee has said, and emit it with the ranking as it stands then."""
        for comparison in comparisons:
            self.comparisons.append(comparison)
            self.emit(Compared(comparison=comparison, calls=self.calls))
        self.emit(
            Leaderboard(
                generation=self.generation,
                calls=self.calls,
                calls_planned=self.calls_planned,
                seconds_left=self.seconds_left,
                candidates=self.ranking(provisional=True),
            )
        )

    def notice(self, text: str) -> None:
        """Emit a sentence for the writer, once."""
        if text not in self.notices:
            self.notices.append(text)
            self.emit(Noticed(text=text))
