"""What is asked of a server's interface, whichever it is, and what the two kinds of them share."""

import math
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from msgspec import Struct

from aw_engine.errors import BackendError
from aw_engine.inference.backend import Capabilities, Choice, ChoiceScores, Finish, Generation, Heard

_SEEDS: Final = 1 << 31  # the largest that every server takes
_LETTERS_A_TOKEN: Final = 16
_SPARE: Final = 4096
_TOLD_EVERY: Final = 0.25  # seconds


class Written(Struct, frozen=True):
    """A text that a server's model wrote, and what that took: tokens written, and read for it."""

    text: str
    finish: Finish
    tokens: int
    prompt_tokens: int


class Likely(Struct, frozen=True):
    """A token that may come next, and its natural-log probability."""

    token: str
    logprob: float


class Interface(Protocol):
    """How one kind of server is asked.

    Every method raises `ServerFailed`, `PassageError` or `BackendError`.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do, asked in this way."""

    async def write(self, request: Generation, told: Callable[[str], None]) -> Written:
        """One completion; `told` hears its text as it grows.

        :raises Broken: if the answer broke off; it may be asked for again.
        """

    async def choose(self, request: Choice) -> ChoiceScores:
        """The probabilities of the answers."""

    async def count(self, text: str) -> int:
        """Number of tokens of a text, or an estimate that is seldom too low."""


def telling(index: int, heard: Heard | None) -> Callable[[str], None]:
    """Hands on what has been written of a request, a few times a second; nothing where nobody hears."""
    last = time.monotonic()

    def told(text: str) -> None:
        nonlocal last
        if heard is not None and time.monotonic() - last > _TOLD_EVERY:
            last = time.monotonic()
            heard(index, text)

    return told


def seed(value: int) -> int:
    """The seed as every server takes it."""
    return value % _SEEDS


def longest(tokens: int) -> int:
    """Characters beyond which an answer of so many tokens is one without an end."""
    return _LETTERS_A_TOKEN * tokens + _SPARE


def scores(answers: Sequence[Collection[str]], likely: Sequence[Likely], prompt_tokens: int) -> ChoiceScores:
    """The scores of answers, each given by the tokens with which it may begin, from the likeliest tokens.

    An answer that is not among these counts as their least likely, which it does not exceed.

    :raises BackendError: if there are none, or one is not finite.
    """
    known = [Likely(each.token, min(0.0, each.logprob)) for each in likely if math.isfinite(each.logprob)]
    if not known:
        raise BackendError("The server gives no probabilities of tokens; choose another model as the judge.")
    least = min(each.logprob for each in known)
    found = []
    for variants in answers:
        share = math.fsum(math.exp(each.logprob) for each in known if each.token in variants)
        found.append(math.log(share) if share > 0 else least)
    mass = min(1.0, math.fsum(map(math.exp, found)))
    return ChoiceScores(tuple(found), mass, prompt_tokens)
