"""What the judge said about one ordered pair."""

from msgspec import Struct


class Readout(Struct, frozen=True, rename="camel"):
    """The judge's answer by one criterion: natural-log odds that the first text is better, and `mass`.

    `mass` is p(A) + p(B) over the full vocabulary; below 0.5 the answer is not to be trusted.
    """

    criterion: str
    logit: float
    mass: float


class Comparison(Struct, frozen=True, rename="camel"):
    """The ordered pair (first, second), judged once by all criteria.

    `logit` is the weighted mean of the clipped criterion logits, > 0 where the first is better; `spread`
    their weighted variance; `length` is log(words of first / words of second).
    """

    first: str
    second: str
    logit: float
    spread: float
    length: float
    readouts: tuple[Readout, ...]


class Pick(Struct, frozen=True):
    """A certain verdict by the writer: `winner` is better than `loser`."""

    winner: str
    loser: str
