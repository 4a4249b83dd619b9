"""What a run comes to, in tokens that a model reads: beforehand, after a first look, and afterwards.

The coefficients are fitted to runs of the default model (bench/README.md, Estimate).
"""

from typing import Final

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import Usage
from aw_engine.domain.rubric import Rubric
from aw_engine.inference.sizes import TOKENS_A_WORD
from aw_engine.judging.tournament import planned_calls
from aw_engine.text import measures
from aw_engine.text.edits import KINDS, SLIPS, own_words, propose
from aw_engine.text.sentences import sentences

DECIDED: Final = 0.75  # of the comparisons planned, those that a tournament needs
_WRITTEN: Final = 2.0  # a token written, several texts at a time, takes as long as two that are read
_ALONE, _FOLLOWED = 1.05, 1.3  # a run over what its first generation reads: with one generation, with more
# Tokens of a prompt that no earlier prompt began with: for each text to be rewritten, and for each question.
_FRESH_WITH_A_TEXT: Final = 60
_FRESH_WITH_A_QUESTION: Final = 30


def expected(passage: Passage, rubric: Rubric, plan: Plan, *, instructions: bool) -> float:
    """Tokens that the run should need, more than 0, by a model that follows `instructions` or copy-edits.

    No model is asked: which changes are worth making, and so what a copy-edit takes, only the model can say.
    """
    if instructions:
        texts = plan.n + plan.children * (plan.generations - 1)
        calls = min(planned_calls(plan), plan.budget.calls or planned_calls(plan))
        return by_instruction(passage, rubric, texts, DECIDED * calls)
    words = max(1, len(passage.text.split()))
    size = plan.n**0.09 * (1.22 if plan.generations > 1 else 1.0)
    return float(27 * size * words**0.78 * (1 + _openings(passage)) ** 0.43)


def rehearsed(read: float, unread: float, rewrites: int, generations: int) -> float:
    """Tokens that a copy-editing run should come to which has read `read` to look at its passage.

    A rehearsal of its first generation has found `rewrites`, for which `unread` times as much is to be read
    again. What they have in common is compared and handed down but once, so that more cost little more.
    """
    if rewrites == 0:
        return read * (1 + unread)
    return float(read * (1 + unread) * (_FOLLOWED if generations > 1 else _ALONE) * rewrites**0.13)


def bred(used: float, plan: Plan) -> float:
    """Tokens that a copy-editing run should come to whose first generation has needed `used`."""
    return used * (1 + 0.4 * plan.children / plan.n)


def by_instruction(passage: Passage, rubric: Rubric, texts: int, calls: float) -> float:
    """Tokens of so many texts and comparisons by a model that follows instructions.

    Every text is written anew; of two that are compared, one has mostly been read before.
    """
    tokens = TOKENS_A_WORD * max(1, len(measures.words(passage.text)))
    reading = calls * (1.5 * tokens + _FRESH_WITH_A_QUESTION * len(rubric.criteria))
    return reading + texts * (_FRESH_WITH_A_TEXT + _WRITTEN * tokens)


def used(usage: Usage) -> float:
    """Tokens that a run has needed."""
    return usage.prompt_tokens + _WRITTEN * usage.decoded_tokens


def _openings(passage: Passage) -> int:
    """Edits of the passage that are a matter of taste, or mend a slip: the ones most often made."""
    own = own_words(f"{passage.before} {passage.text}")
    return sum(
        edit.kind in SLIPS or KINDS[edit.kind] != "mend"
        for start, end in sentences(passage.text)
        for edit in propose(passage.text[start:end].strip(), own=own)
    )
