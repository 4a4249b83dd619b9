"""How much work a run is, in tokens that a model reads.

The coefficients of copy-editing are fitted to runs of the default model (docs/experiments.md).
"""

from typing import Final

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.result import Usage
from aw_engine.inference.sizes import TOKENS_A_WORD
from aw_engine.judging.profile import expected
from aw_engine.judging.tournament import planned_calls
from aw_engine.text import measures
from aw_engine.text.edits import KINDS, SLIPS, own_words, propose
from aw_engine.text.sentences import sentences

DECIDED: Final = 0.75  # of the comparisons planned, those that a tournament needs
_WRITTEN: Final = 2.0  # a token written, several texts at a time, takes as long as two that are read
# Tokens of a prompt that no earlier prompt began with: for each text to be rewritten, and for each question.
_FRESH_WITH_A_TEXT: Final = 60
_FRESH_WITH_A_QUESTION: Final = 30


def prompted(brief: Brief) -> float:
    """Tokens, more than 0, that a run should need by a model that is asked in words."""
    plan = brief.plan
    planned = planned_calls(plan, expected(brief.models.judge).noise)
    calls = min(planned, plan.budget.calls or planned)
    return tokens(brief, plan.texts, DECIDED * calls)


def copy_edited(brief: Brief) -> float:
    """Tokens, more than 0, that a run should need by a model that copy-edits.

    A rough estimate: only the model knows which changes are worth making, and it is not asked.
    """
    passage, plan = brief.passage, brief.plan
    words = max(1, len(passage.text.split()))
    size = plan.n**0.09 * (1.22 if plan.generations > 1 else 1.0)
    return float(27 * size * words**0.78 * (1 + _openings(passage)) ** 0.43)


def tokens(brief: Brief, texts: int, calls: float) -> float:
    """Tokens of writing so many texts anew, and of so many comparisons.

    Of two texts that are compared, one has mostly been read before.
    """
    length = TOKENS_A_WORD * max(1, len(measures.words(brief.passage.text)))
    reading = calls * (1.5 * length + _FRESH_WITH_A_QUESTION * len(brief.rubric.criteria))
    return reading + texts * (_FRESH_WITH_A_TEXT + _WRITTEN * length)


def used(usage: Usage) -> float:
    """Tokens that a run has needed."""
    return usage.prompt_tokens + _WRITTEN * usage.decoded_tokens


def _openings(passage: Passage) -> int:
    """Edits of the passage that are a matter of taste, or mend a slip: the ones most often made."""
    own = own_words(f"{passage.before} {passage.text}", passage.repeated)
    return sum(
        edit.kind in SLIPS or KINDS[edit.kind].group != "mend"
        for start, end in sentences(passage.text)
        for edit in propose(passage.text[start:end].strip(), own=own)
    )
