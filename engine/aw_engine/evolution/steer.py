"""The writer's decisions about rewrites, applied to a run."""

from typing import Literal

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Pick
from aw_engine.evolution.state import RunState


def steer(state: RunState) -> None:
    """Take vetoed rewrites off the list, keep pinned ones, let each new pick beat all others listed."""
    steering, population = state.steering, state.population
    state.vetoed = frozenset(steering.vetoes) - {ORIGINAL}
    state.pinned = frozenset(steering.pins) & set(population.rewrites())
    picks, state.picks_seen = steering.picks[state.picks_seen :], len(steering.picks)
    for winner in picks:
        listed = (ORIGINAL, *state.shown)
        if winner not in listed:
            continue
        state.picked |= {winner}
        for loser in listed:
            if loser != winner:
                state.tournament.pick(Pick(winner=winner, loser=loser))
    for key in population.rewrites():
        done: list[Literal["pinned", "picked"]] = ["pinned"] if key in state.pinned else []
        if key in state.picked:
            done.append("picked")
        member = population.members[key]
        if member.lineage.steered != tuple(done):
            lineage = replace(member.lineage, steered=tuple(done))
            population.members[key] = replace(member, lineage=lineage)
