"""What every draft of a run has in common, and whether the passage fits the model at all."""

from msgspec import Struct

from aw_engine.domain.passage import Masked, Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import ModelUnsupported, PassageError
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.text import measures, protect

# A rewrite may need more tokens than the passage; the context limit is computed with this ratio.
ROOM = 1.3

_PROMPT_TOKENS = 400  # instructions, rubric, template and answer around the texts, for a chat model


class Assignment(Struct, frozen=True):
    """Passage, rubric and plan as one model will see them. `tokens` counts the passage's tokens."""

    passage: Passage
    masked: Masked
    rubric: Rubric
    plan: Plan
    model: ModelInfo
    tokens: int

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
    :raises ModelUnsupported: if a free instruction is asked of a model that cannot follow one.
    """
    able = model.capabilities
    if plan.instruction is not None and not able.instructions:
        raise ModelUnsupported(
            "The built-in model cannot follow free instructions. Choose a rubric, or another model."
        )
    if not (able.instructions or able.copy_edit):
        raise ModelUnsupported("This model can neither write nor copy-edit. Choose another model.")
    masked = protect.mask(passage)
    text = masked.text if able.masks else passage.text
    neighbours = [passage.before, passage.after]
    tokens, *around = await backend.count([text, *neighbours])
    needed = _needed(tokens, sum(around), prompted=able.instructions)
    if needed > model.context:
        words = len(measures.words(passage.text))
        limit = int(words * model.context / needed)
        raise PassageError(
            "tooLong",
            f"{words:,} words; the limit is about {limit:,} with a context of {model.context:,} tokens. "
            "Go paragraph by paragraph, or select less.",
        )
    return Assignment(passage=passage, masked=masked, rubric=rubric, plan=plan, model=model, tokens=tokens)


def _needed(tokens: int, around: int, *, prompted: bool) -> int:
    """Tokens of context that one request needs at most: the writer's, or the judge's with two texts."""
    if not prompted:
        return int(ROOM * tokens) + 8
    writer = tokens + around + int(ROOM * tokens)
    judge = 2 * int(ROOM * tokens)
    return max(writer, judge) + _PROMPT_TOKENS
