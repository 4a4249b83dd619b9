"""What a run comes to, in tokens that a model reads: beforehand, after a first look, and afterwards.

The coefficients are fitted to runs of the default model (bench/README.md, Estimate).
"""

from collections.abc import Sequence
from math import exp, log1p
from typing import Final

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import Usage
from aw_engine.domain.rubric import Rubric
from aw_engine.evolution.copyedit import Outlook
from aw_engine.judging.contest import planned_calls
from aw_engine.text import measures
from aw_engine.text.edits import KINDS, SLIPS, own_words, propose
from aw_engine.text.sentences import sentences

DECIDED: Final = 0.75  # of the comparisons planned, those that a tournament needs
_WRITTEN: Final = 2.0  # a token written, several texts at a time, takes as long as two that are read
_TOKENS_A_WORD: Final = 1.4
_WORDING: Final = 60  # tokens of ours around a text to be rewritten
_QUESTION: Final = 30  # and of each question about a pair


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


def surveyed(read: float, outlook: Sequence[Outlook], plan: Plan) -> float:
    """Tokens that a copy-editing run should come to which has read `read` for this outlook of its passage.

    Where no edit is plausible, nothing else will be read. Any rewrite must be compared; every sentence that
    may change is read anew, and again for each further change, but the more there are the less each brings.
    """
    edits = sum(each.edits for each in outlook)
    length = max(1, sum(each.length for each in outlook))
    rewriting = sum(each.length * log1p(each.edits) for each in outlook) / length
    whole = 1.07 * read**0.85 * length**0.16 * exp(0.75 * (1 - exp(-edits)) + 0.55 * rewriting)
    return read + _size(plan) * max(0.0, float(whole) - read)


def bred(used: float, plan: Plan) -> float:
    """Tokens that a copy-editing run should come to whose first generation has needed `used`."""
    return used * (1 + 0.4 * plan.children / plan.n)


def _size(plan: Plan) -> float:
    """Of a plan, against the default one. Nothing is read twice, so that more candidates cost little, and a
    third generation, where there is one, hardly anything."""
    return float((plan.n / 8) ** 0.25 * (1.0 if plan.generations > 1 else 0.62))


def by_instruction(passage: Passage, rubric: Rubric, texts: int, calls: float) -> float:
    """Tokens of so many texts and comparisons by a model that follows instructions.

    Every text is written anew; of two that are compared, one has mostly been read before.
    """
    tokens = _TOKENS_A_WORD * max(1, len(measures.words(passage.text)))
    reading = calls * (1.5 * tokens + _QUESTION * len(rubric.criteria))
    return reading + texts * (_WORDING + _WRITTEN * tokens)


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
