"""What a dialect is: how one kind of model is asked, as pure text, without the native library.

A dialect says which characters are markup (trusted) and which are the writer's (untrusted). The worker turns
segments into tokens: only trusted text can become control tokens, and text next to each other is tokenised
together, so that the tokens are those of the whole rendered string.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from aw_engine.inference.backend import Capabilities, Compare, Prompt, Scoring

Value = str | int | float | bool


class Segment(Struct, frozen=True):
    """A run of characters; control tokens are recognised in it only if `trusted`."""

    text: str
    trusted: bool


class Rendered(Struct, frozen=True):
    """A prompt that ends where the model continues. It contains the begin token if the model expects one.

    What the model writes ends before the first `until`, if that is not empty.
    """

    segments: tuple[Segment, ...]
    until: str = ""


class RenderedScoring(Struct, frozen=True):
    """`text` is what is scored, given all of `before` (never empty: a first token needs a predecessor)."""

    before: tuple[Segment, ...]
    text: tuple[Segment, ...]


class JudgeByAnswer(Struct, frozen=True):
    """Judge by reading the answers' letters where `prompt` ends."""

    prompt: Rendered


class JudgeByLikelihood(Struct, frozen=True):
    """Judge by likelihood: the log-odds that `first` is better follow from L(first) - L(second).

    L is the natural-log likelihood of a text. The log-odds are `sum_weight` x the difference of L summed over
    tokens plus `mean_weight` x the difference of L per token.
    """

    first: RenderedScoring
    second: RenderedScoring
    sum_weight: float
    mean_weight: float


class ModelFacts(Struct, frozen=True):
    """What a dialect may know of a model: the header's scalar values by key, template, and special texts.

    `begin` and `end` are the texts of the begin and end tokens ("" where there is none); `adds_begin` says
    that the model expects `begin` before every prompt, which the dialect then renders unless its template
    does. `controls` are the texts of all control tokens, `parameters` the number of weights (0 = unknown).
    """

    architecture: str
    name: str
    values: Mapping[str, Value]
    chat_template: str | None = None
    begin: str = ""
    end: str = ""
    adds_begin: bool = False
    controls: frozenset[str] = frozenset()
    parameters: int = 0


class Dialect(Protocol):
    """How one kind of model is asked: a pure value."""

    @property
    def name(self) -> Literal["chat", "mini"]:
        """The name by which `ModelInfo.dialect` knows it."""

    @property
    def capabilities(self) -> Capabilities:
        """What a model asked in this way can do."""

    def render(self, prompt: Prompt) -> Rendered:
        """The prompt as segments.

        :raises BackendError: if the dialect cannot ask this.
        """

    def judging(self, prompt: Compare) -> JudgeByAnswer | JudgeByLikelihood:
        """How this question is answered.

        :raises BackendError: if the dialect cannot ask this, or cannot judge by this criterion.
        """

    def answer_variants(self, label: str) -> tuple[str, ...]:
        """Texts with which a model may begin this answer; those that are one token are summed over."""

    def score_segments(self, scoring: Scoring) -> RenderedScoring:
        """What is scored, and after what."""
