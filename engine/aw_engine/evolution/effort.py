"""What a run comes to, in tokens that a model reads: beforehand by its passage and plan, and afterwards."""

from typing import Final

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import Usage
from aw_engine.domain.rubric import Rubric
from aw_engine.judging.contest import planned_calls
from aw_engine.text import measures
from aw_engine.text.edits import KINDS, SLIPS, own_words, propose
from aw_engine.text.sentences import sentences

_WRITTEN: Final = 2.0  # a token written, several texts at a time, takes as long as two that are read
_TOKENS_A_WORD: Final = 1.4
_WORDING: Final = 60  # tokens of ours around a text to be rewritten
_QUESTION: Final = 30  # and of each question about a pair
_DECIDED: Final = 0.75  # of the comparisons planned, those that a tournament needs


def expected(passage: Passage, rubric: Rubric, plan: Plan, *, instructions: bool) -> float:
    """Tokens that the run should need, more than 0, by a model that follows `instructions` or copy-edits.

    No model is asked. Of copy-edits two in five came within a quarter of this, four in five within a factor
    of 1.8 (bench/README.md): which changes are worth making, only the model can say.
    """
    if instructions:
        return _by_instruction(passage, rubric, plan)
    words = max(1, len(passage.text.split()))
    # Nothing is read twice, so that more candidates cost little, and a third generation, where there is one,
    # hardly anything.
    size = plan.n**0.17 * (1.33 if plan.generations > 1 else 1.0)
    return float(20 * size * words**0.75 * (1 + _openings(passage)) ** 0.6)


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


def _by_instruction(passage: Passage, rubric: Rubric, plan: Plan) -> float:
    """Every text is written anew; of two that are compared, one has mostly been read before."""
    tokens = _TOKENS_A_WORD * max(1, len(measures.words(passage.text)))
    texts = plan.n + plan.children * (plan.generations - 1)
    calls = _DECIDED * min(planned_calls(plan), plan.budget.calls or planned_calls(plan))
    reading = calls * (1.5 * tokens + _QUESTION * len(rubric.criteria))
    return reading + texts * (_WORDING + _WRITTEN * tokens)
