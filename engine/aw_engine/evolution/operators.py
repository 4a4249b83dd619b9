"""Which ways of writing a run uses, in which share, for the first generation and for children.

Shares follow the methods: a first generation spread over full rewrites, copy-edits and single weaknesses
(expert edits, Chakrabarty et al. 2025), later 60 % targeted edits, 25 % fresh rewrites, 15 % crossover
(ShinkaEvolve's proportions).
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct

from aw_engine.domain.rubric import Operator, Rubric

TARGETED, FRESH, CROSS = "targeted-edit", "fresh-rewrite", "crossover"
EARLIER, MIX = "earlier", "mix"  # given, not written: texts of an earlier run, and the writer's own mixture
CHILD_SHARES: Mapping[str, float] = {TARGETED: 0.60, FRESH: 0.25, CROSS: 0.15}


class Opening(Struct, frozen=True):
    """A rewrite of the first generation: its operator, how many of that operator come before it (`again`),
    and the style and theme that it is given, empty where the rubric has none."""

    operator: Operator
    again: int
    style: str
    theme: str


_Key = TypeVar("_Key")


def apportion(shares: Mapping[_Key, float], seats: int) -> dict[_Key, int]:
    """Whole numbers in proportion to the shares, summing to `seats` (largest remainder, first key wins)."""
    total = sum(shares.values())
    exact = {key: share * seats / total for key, share in shares.items()}
    given = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: given[key] - exact[key])
    for key in by_remainder[: seats - sum(given.values())]:
        given[key] += 1
    return given


def openings(rubric: Rubric, operators: Sequence[Operator], n: int, rng: Random) -> list[Opening]:
    """`n` rewrites of the original, spread over these operators by their slots."""
    by_id = {operator.id: operator for operator in operators}
    seats = apportion({key: operator.slots for key, operator in by_id.items()}, n)
    styles, themes = _cycle(rubric.styles, n, rng), _cycle(rubric.themes, n, rng)
    drawn = [(by_id[key], again) for key, count in seats.items() for again in range(count)]
    return [
        Opening(operator=operator, again=again, style=style, theme=theme)
        for (operator, again), style, theme in zip(drawn, styles, themes, strict=True)
    ]


def child_kinds(generation: int, children: int, generations: int) -> list[str]:
    """Kinds of the children of one later generation; shares hold over the whole run, not in each part."""
    total = apportion(CHILD_SHARES, children * (generations - 1))
    pool = [kind for kind, count in total.items() for _ in range(count)]
    spread = [pool[index :: generations - 1] for index in range(generations - 1)]
    return spread[generation - 2]


def _cycle(texts: Sequence[str], n: int, rng: Random) -> list[str]:
    """`n` texts, each as often as the others, in random order; empty strings if there are none."""
    if not texts:
        return [""] * n
    order = rng.sample(list(texts), len(texts))
    return [order[index % len(order)] for index in range(n)]
