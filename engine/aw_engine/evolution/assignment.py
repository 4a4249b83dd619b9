"""What every draft of a run has in common, and whether the passage fits the model at all."""

from msgspec import Struct

from aw_engine.domain.brief import BUILTIN
from aw_engine.domain.passage import Masked, Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import InstructionUnsupported, ModelUnsupported, PassageError
from aw_engine.evolution.likelihood import CONTEXT
from aw_engine.evolution.operators import COPY_EDITS
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.judging.judge import questions
from aw_engine.text import measures, protect
from aw_engine.text.sentences import sentences

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

    def form(self, text: str) -> str:
        """A text in working form; as it stands where it lacks a protected span, which the gates will see."""
        masked = protect.remask(self.masked, text) if self.model.capabilities.masks else text
        return text if masked is None else masked


async def assign(
    passage: Passage, rubric: Rubric, plan: Plan, model: ModelInfo, backend: Backend
) -> Assignment:
    """The assignment, if this model can write it.

    :raises PassageError: if the writer would need more context than the model has.
    :raises InstructionUnsupported: if a free instruction is asked of a model that cannot follow one.
    :raises ModelUnsupported: if nothing in the rubric is for a model of its kind.
    """
    able = model.capabilities
    if plan.instruction is not None and not able.instructions:
        raise InstructionUnsupported.by(builtin=model.ref == BUILTIN)
    if not (able.instructions or able.copy_edit):
        raise ModelUnsupported("This model can neither write nor copy-edit. Choose another model.")
    if not able.instructions and not any(operator.id in COPY_EDITS for operator in rubric.operators):
        raise ModelUnsupported(
            f"None of the operators of the rubric {rubric.id} can be done by the built-in model. "
            f"Give it one of {', '.join(COPY_EDITS)}, or choose another model."
        )
    masked = mask_for(passage, model)
    text = masked.text if able.masks else passage.text
    tokens, words, *around = await backend.count(
        [text, _longest(rubric, plan), passage.before, passage.after]
    )
    rewrite = int(ROOM * tokens) + SLACK
    crossing = 0
    if able.instructions:
        prompt = _PROMPT_TOKENS + words
        _refuse_beyond(passage, tokens + sum(around) + rewrite + prompt, model)
        crossing = tokens + 3 * rewrite + prompt
    else:
        await _refuse_long_sentences(passage, text, model, backend)
    return Assignment(
        passage=passage,
        masked=masked,
        rubric=rubric,
        plan=plan,
        model=model,
        tokens=tokens,
        crosses=crossing <= model.context,
    )


async def refuse_unjudgeable(passage: Passage, rubric: Rubric, model: ModelInfo, backend: Backend) -> None:
    """Returns if the model can compare two rewrites of the passage by this rubric.

    One that judges by likelihood reads a long passage in parts, so only its sentences must fit.

    :raises PassageError: if a pair would need more context than the model has.
    :raises ModelUnsupported: if it can judge by none of the rubric's criteria.
    """
    questions(rubric, model.capabilities)
    if model.capabilities.criteria:
        await _refuse_long_sentences(passage, mask_for(passage, model).text, model, backend)
        return
    question = max((criterion.question for criterion in rubric.criteria), key=len)
    tokens, words = await backend.count([passage.text, f"{rubric.goal}\n{rubric.audience}\n{question}"])
    compared = 3 if any(criterion.reference for criterion in rubric.criteria) else 2
    _refuse_beyond(passage, compared * (int(ROOM * tokens) + SLACK) + _PROMPT_TOKENS + words, model)


async def reach(text: str, model: ModelInfo, backend: Backend) -> int | None:
    """Characters of a text of this kind that the model can read at once, None if it can read all of this one.

    Half of what would fit: parts are cut at sentence ends, and rewrites may be longer.
    """
    (tokens,) = await backend.count([text])
    if int(ROOM * tokens) + SLACK <= model.context:
        return None
    return max(1, len(text) * (model.context // 2) // tokens)


def mask_for(passage: Passage, model: ModelInfo) -> Masked:
    """The passage with marks for its protected spans, as many as the model can keep apart."""
    return protect.mask(passage, protect.MOST_MARKS if model.capabilities.masks else None)


async def _refuse_long_sentences(passage: Passage, text: str, model: ModelInfo, backend: Backend) -> None:
    """Returns if each sentence of the text fits into the model with what precedes it, also if it grows."""
    parts = [text[start:end] for start, end in sentences(text)]
    counts = await backend.count(parts)
    longest = max(range(len(parts)), key=lambda at: counts[at], default=None)
    if longest is None:
        return
    needed = int(ROOM * counts[longest]) + SLACK + CONTEXT // 2
    if needed > model.context:
        length = len(measures.words(parts[longest]))
        raise PassageError(
            "tooLong",
            f"One sentence has {length:,} words; the limit is about {int(length * model.context / needed):,} "
            f"with a context of {model.context:,} tokens. Split it, or choose a chat model.",
        )


def _refuse_beyond(passage: Passage, needed: int, model: ModelInfo) -> None:
    if needed > model.context:
        length = len(measures.words(passage.text))
        limit = int(length * model.context / needed)
        raise PassageError(
            "tooLong",
            f"{length:,} words; the limit is about {limit:,} with a context of {model.context:,} tokens. "
            "Go paragraph by paragraph, or select less.",
        )


def _longest(rubric: Rubric, plan: Plan) -> str:
    """The most words of rubric and plan that stand in one prompt."""
    asked = [*(operator.instruction for operator in rubric.operators), plan.instruction or ""]
    asked += [text for criterion in rubric.criteria for text in (criterion.edit, criterion.question)]
    varied = [max(texts, key=len, default="") for texts in (asked, rubric.styles, rubric.themes)]
    return "\n".join([rubric.goal, rubric.audience, *varied])
