"""The mini dialect: the default model, a plain language model with a few control tokens of its own.

It is never asked to write: rewrites are chosen among proposed edits by the likelihoods it gives
(`copy_edit`), and it judges by them too. A document is `<|target|>` followed by its prose.
"""

import math
import re
from typing import Literal, NoReturn

from msgspec import Struct

from aw_engine.errors import BackendError, ModelUnsupported
from aw_engine.inference.backend import ECONOMY, FLUENCY, Capabilities, Compare, Prompt, Scoring
from aw_engine.inference.dialects.chat import follow
from aw_engine.inference.dialects.dialect import JudgeByLikelihood, ModelFacts, RenderedScoring, Segment

# The second is the name in files of the first trial.
_TARGETS = ("<|target|>", "<|to|>")
_SUM_WEIGHT, _MEAN_WEIGHT, _ECONOMY_WEIGHT = 0.05, 3.0, 0.06


class MiniDialect(Struct, frozen=True):
    """Scores after `target`; marks in `controls` are control tokens, other marks are plain text.

    `sum_weight` and `mean_weight` together turn a difference of log-likelihoods (summed, and per token) into
    log-odds of being better written. The mean alone would punish cutting: padding is made of likely words.
    For economy, `economy_weight` multiplies the sum alone.
    """

    target: str
    controls: frozenset[str]
    sum_weight: float
    mean_weight: float
    economy_weight: float

    @property
    def name(self) -> Literal["mini"]:
        return "mini"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            instructions=False,
            copy_edit=True,
            criteria=(FLUENCY, ECONOMY),
            masks=True,
            judging="likelihood",
        )

    def render(self, prompt: Prompt) -> NoReturn:
        """Refuse: this model does not follow instructions.

        :raises BackendError: always.
        """
        raise BackendError("The built-in model cannot follow instructions; choose a chat model for this.")

    def judging(self, prompt: Compare) -> JudgeByLikelihood:
        """A judgement by likelihood: summed and per token for `fluency`, summed for `economy`.

        The order of the texts has no influence: the swapped pair gets exactly the opposite log-odds.
        """
        if prompt.criterion not in (FLUENCY, ECONOMY):
            raise BackendError(
                f"The built-in model judges by {FLUENCY} and {ECONOMY} only; choose a chat model for this."
            )
        fluency = prompt.criterion == FLUENCY
        return JudgeByLikelihood(
            first=self.score_segments(Scoring(prompt.first, marks=prompt.marks)),
            second=self.score_segments(Scoring(prompt.second, marks=prompt.marks)),
            sum_weight=self.sum_weight if fluency else self.economy_weight,
            mean_weight=self.mean_weight if fluency else 0.0,
        )

    def answer_variants(self, label: str) -> tuple[str, ...]:
        """None: it does not answer in words."""
        return ()

    def score_segments(self, scoring: Scoring) -> RenderedScoring:
        """The text after `<|target|>` and what precedes it; the end token is not part of the score."""
        before, text = follow(scoring)
        marks = tuple(mark for mark in scoring.marks if mark in self.controls)
        return RenderedScoring(
            before=(Segment(self.target, trusted=True), *_segments(before, marks)),
            text=_segments(text, marks),
        )


def is_trial(controls: frozenset[str]) -> bool:
    """Whether these are the control tokens of the first trial, whose file names no dialect."""
    return {"<|rw|>", "<|to|>", "<|judge|>"} <= controls


def mini_dialect(facts: ModelFacts) -> MiniDialect:
    """The mini dialect of this model.

    :raises ModelUnsupported: its vocabulary lacks the dialect's control tokens, or a weight is no number.
    """
    target = next((name for name in _TARGETS if name in facts.controls), None)
    if target is None:
        raise ModelUnsupported(
            "The model says that it speaks the built-in model's dialect, but lacks its control tokens; "
            "get the file anew."
        )
    return MiniDialect(
        target=target,
        controls=facts.controls,
        sum_weight=_weight(facts, "aw.judge.joint_sum_weight", _SUM_WEIGHT),
        mean_weight=_weight(facts, "aw.judge.joint_mean_weight", _MEAN_WEIGHT),
        economy_weight=_weight(facts, "aw.judge.sum_weight", _ECONOMY_WEIGHT),
    )


def _weight(facts: ModelFacts, key: str, default: float) -> float:
    value = facts.values.get(key, default)
    if isinstance(value, str) or not math.isfinite(value) or value <= 0:
        raise ModelUnsupported(f"The model's metadata are damaged ({key} must be > 0); get the file anew.")
    return float(value)


def _segments(text: str, marks: tuple[str, ...]) -> tuple[Segment, ...]:
    if not marks:
        return (Segment(text, trusted=False),) if text else ()
    pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", text)
    return tuple(Segment(piece, trusted=piece in marks) for piece in pieces if piece)
