"""How much work a run may do; docs/methods.md says where the defaults come from."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from aw_engine.domain.rubric import Strictness

RatingName = Literal["gaussian", "elo"]


class Budget(Struct, frozen=True):
    """Upper limits, at which a run ends with what it has. None = no limit."""

    seconds: Annotated[float, Meta(gt=0)] | None = None
    calls: Annotated[int, Meta(ge=1)] | None = None


class Plan(Struct, frozen=True):
    """Size of a run: `n` first candidates, `generations` populations, `children` per later generation.

    `keep` is k, the number of best rewrites that the tournament must tell apart. `gates` overrides the
    rubric's strictness. The same plan, seed, passage, rubric and engine settings give the same events.
    """

    n: Annotated[int, Meta(ge=2, le=64)] = 8
    generations: Annotated[int, Meta(ge=1, le=12)] = 1
    children: Annotated[int, Meta(ge=1, le=64)] = 4
    keep: Annotated[int, Meta(ge=1, le=16)] = 3
    seed: int = 0
    budget: Budget = Budget()
    rating: RatingName = "gaussian"
    gates: Strictness | None = None
    instruction: str | None = None

    @property
    def texts(self) -> int:
        """How many rewrites the plan asks for, in all generations."""
        return self.n + self.children * (self.generations - 1)


QUICK = Plan(n=6, generations=1, children=3, keep=2)
NORMAL = Plan()
THOROUGH = Plan(n=12, generations=3, children=6, keep=4)
