"""The writer's decisions about rewrites while a run goes on."""

from dataclasses import dataclass, field


@dataclass
class Steering:
    """Ids that the writer has pinned, vetoed and picked; the latest decision about each counts.

    Whoever started the run adds to it, in the run's own event loop; the run reads it at the start of each
    generation and for its final ranking. Ids that the run does not know are ignored.
    """

    pins: set[str] = field(default_factory=set)
    vetoes: set[str] = field(default_factory=set)
    picks: list[str] = field(default_factory=list)

    def pin(self, candidate: str) -> None:
        """Keep the candidate in the population, as a parent."""
        self.vetoes.discard(candidate)
        self.pins.add(candidate)

    def veto(self, candidate: str) -> None:
        """Remove the candidate from the population and the list."""
        self.pins.discard(candidate)
        self.vetoes.add(candidate)

    def pick(self, candidate: str) -> None:
        """Prefer the candidate to every other one that is listed now."""
        self.vetoes.discard(candidate)
        self.picks.append(candidate)
