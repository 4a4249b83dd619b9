"""What the writer says about the rewrites while a run goes on."""

from dataclasses import dataclass, field


@dataclass
class Steering:
    """Ids that the writer has pinned, vetoed and picked, the last word on each counting.

    Whoever started the run adds to it, in the run's own event loop; the run reads it at the start of each
    generation and for its final ranking. Ids that the run does not know are ignored.
    """

    pins: set[str] = field(default_factory=set)
    vetoes: set[str] = field(default_factory=set)
    picks: list[str] = field(default_factory=list)

    def pin(self, candidate: str) -> None:
        """The candidate is to stay, and to be a parent."""
        self.vetoes.discard(candidate)
        self.pins.add(candidate)

    def veto(self, candidate: str) -> None:
        """The candidate is to leave the population and the list."""
        self.pins.discard(candidate)
        self.vetoes.add(candidate)

    def pick(self, candidate: str) -> None:
        """The candidate is better than every other one that is listed now."""
        self.vetoes.discard(candidate)
        self.picks.append(candidate)
