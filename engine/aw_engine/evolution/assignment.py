"""What every draft of a run has in common, and whether the passage fits the model at all."""

from msgspec import Struct

from aw_engine.domain.passage import Masked, Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import ModelUnsupported, PassageError
from aw_engine.evolution.operators import COPY_EDITS
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.judging.judge import questions
from aw_engine.text import measures, protect

# A rewrite may need more tokens than the passage; the context limit is computed with this ratio.
ROOM = 1.3
SLACK = 16  # tokens a rewrite may have beyond that, so that short passages are not cut off

_PROMPT_TOKENS = 300  # our own words, template and answer around the texts and the rubric's, for a chat model


class Assignment(Struct, frozen=True):
    """Passage, rubric and plan as one model will see them. `tokens` counts the passage's tokens.

    `crosses` says whether a crossover fits into the context: its prompt holds three texts, a judge's two.
    """

    passage: Passage
    masked: Masked
    rubric: Rubric
    plan: Plan
    model: ModelInfo
    tokens: int
    crosses: bool = True

    @property
    def marks(self) -> tuple[str, ...]:
        """The placeholders in the working form, none where it is verbatim."""
        return tuple(mark.mark for mark in self.masked.marks) if self.model.capabilities.masks else ()

    @property
    def working(self) -> str:
        """The original in working form."""
        return self.masked.text if self.model.capabilities.masks else self.passage.text


async def assign(
    passage: Passage, rubric: Rubric, plan: Plan, model: ModelInfo, backend: Backend
) -> Assignment:
    """The assignment, if this model can do it.

    :raises PassageError: if writer or judge would need more context than the model has.
    :raises ModelUnsupported: if a free instruction is asked of a model that cannot follow one, or nothing in
        the rubric is for a model of its kind.
    """
    able = model.capabilities
    if plan.instruction is not None and not able.instructions:
        raise ModelUnsupported(
            "The built-in model cannot follow free instructions. Choose a rubric, or another model."
        )
    if not (able.instructions or able.copy_edit):
        raise ModelUnsupported("This model can neither write nor copy-edit. Choose another model.")
    if not able.instructions and not any(operator.id in COPY_EDITS for operator in rubric.operators):
        raise ModelUnsupported(
            f"None of the operators of the rubric {rubric.id} can be done by the built-in model. "
            f"Give it one of {', '.join(COPY_EDITS)}, or choose another model."
        )
    questions(rubric, able)
    masked = protect.mask(passage, protect.MOST_MARKS if able.masks else None)
    text = masked.text if able.masks else passage.text
    tokens, words, *around = await backend.count(
        [text, _longest(rubric, plan), passage.before, passage.after]
    )
    rewrite = int(ROOM * tokens) + SLACK
    crossing = 0
    if able.instructions:
        compared = 3 if any(criterion.reference for criterion in rubric.criteria) else 2
        prompt = _PROMPT_TOKENS + words
        needed = max(tokens + sum(around) + rewrite, compared * rewrite) + prompt
        crossing = tokens + 3 * rewrite + prompt
    else:
        needed = rewrite
    if needed > model.context:
        length = len(measures.words(passage.text))
        limit = int(length * model.context / needed)
        raise PassageError(
            "tooLong",
            f"{length:,} words; the limit is about {limit:,} with a context of {model.context:,} tokens. "
            "Go paragraph by paragraph, or select less.",
        )
    return Assignment(
        passage=passage,
        masked=masked,
        rubric=rubric,
        plan=plan,
        model=model,
        tokens=tokens,
        crosses=crossing <= model.context,
    )


def _longest(rubric: Rubric, plan: Plan) -> str:
    """The most words of rubric and plan that stand in one prompt."""
    asked = [*(operator.instruction for operator in rubric.operators), plan.instruction or ""]
    asked += [text for criterion in rubric.criteria for text in (criterion.edit, criterion.question)]
    varied = [max(texts, key=len, default="") for texts in (asked, rubric.styles, rubric.themes)]
    return "\n".join([rubric.goal, rubric.audience, *varied])
