"""A writer that is asked in words: any chat model."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from random import Random
from typing import Self

from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.rubric import Criterion, Operator, Rubric
from aw_engine.evolution.operators import openings
from aw_engine.evolution.writers.prompted import quotes
from aw_engine.evolution.writers.prompted.writing import MENDING, PromptedDraft, write
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Backend, Capabilities, Heard, ModelInfo
from aw_engine.inference.sizes import PROMPT_TOKENS
from aw_engine.judging import room
from aw_engine.text.working_form import WorkingForm

_FRESH_TEMPERATURE = 0.9
_STEP, _COOLEST = 0.2, 0.3  # chosen, not measured
_NOTHING_NEW = ("same", "duplicate")
_FIRST = 2


class PromptedWriter:
    """See `Writer`. `tokens` counts the passage's tokens."""

    anew = True

    def __init__(
        self,
        brief: Brief,
        form: WorkingForm,
        model: ModelInfo,
        backend: Backend,
        tokens: int,
        *,
        crosses: bool,
    ) -> None:
        self._brief = brief
        self._form = form
        self._model = model
        self._backend = backend
        self._tokens = tokens
        self._crosses = crosses

    @staticmethod
    def fits(able: Capabilities) -> bool:
        """Whether a model of these capabilities can write so."""
        return able.instructions

    @classmethod
    async def open(cls, brief: Brief, model: ModelInfo, backend: Backend) -> Self:
        """The writer for this passage.

        :raises PassageError: if it would need more context than the model has.
        """
        passage = brief.passage
        form = WorkingForm.of(passage, masks=model.capabilities.masks)
        tokens, words, *around = await backend.count(
            [form.original, _longest(brief), passage.before, passage.after]
        )
        rewrite, prompt = room.rewrite_tokens(tokens), PROMPT_TOKENS + words
        room.refuse_beyond(passage, tokens + sum(around) + rewrite + prompt, model)
        # A crossover's prompt holds three texts, a judge's two.
        crosses = tokens + 3 * rewrite + prompt <= model.context
        return cls(brief, form, model, backend, tokens, crosses=crosses)

    @property
    def _splits(self) -> bool:
        """Whether a sentence can be asked for alone: what the writer wants may concern the whole."""
        return self._brief.plan.instruction is None

    @property
    def form(self) -> WorkingForm:
        return self._form

    @property
    def crosses(self) -> bool:
        return self._crosses

    async def first_drafts(self, rng: Random) -> list[PromptedDraft]:
        """Drafts by the rubric's operators; which of its single weaknesses get a draft is drawn.

        A free instruction of the writer's replaces the operators: all drafts follow it, in different styles
        and themes where the rubric has some.
        """
        plan, rubric = self._brief.plan, self._brief.rubric
        operators: Sequence[Operator]
        if plan.instruction is None:
            operators = rng.sample(rubric.operators, len(rubric.operators))
        else:
            operators = [Operator(id="instruction", instruction=plan.instruction)]
        return [
            PromptedDraft(
                slot=slot,
                generation=1,
                by_sentence=self._model.capabilities.by_sentence,
                operator=opening.operator.id,
                sources=(self._form.original,),
                instruction=opening.operator.instruction,
                temperature=opening.operator.temperature,
                style=opening.style,
                theme=opening.theme,
            )
            for slot, opening in enumerate(openings(rubric, operators, plan.n, rng))
        ]

    def fresh(self, draft: Draft, rng: Random) -> PromptedDraft:
        operators = self._brief.rubric.operators
        operator = rng.choices(operators, [each.slots for each in operators])[0]
        return PromptedDraft(
            slot=draft.slot,
            generation=draft.generation,
            operator=draft.operator,
            parents=draft.parents,
            sources=(self._form.original,),
            instruction=self._brief.plan.instruction or operator.instruction,
            temperature=_FRESH_TEMPERATURE,
            by_sentence=self._model.capabilities.by_sentence,
        )

    def improved(self, draft: Draft, parent: str, criterion: Criterion, rng: Random) -> PromptedDraft:
        return PromptedDraft(
            slot=draft.slot,
            generation=draft.generation,
            operator=draft.operator,
            parents=draft.parents,
            sources=(parent,),
            instruction=criterion.edit,
            question=criterion.question.replace("{goal}", self._brief.rubric.goal),
            by_sentence=self._model.capabilities.by_sentence,
        )

    def crossed(
        self, draft: Draft, first: str, second: str, preference: Mapping[str, float], rng: Random
    ) -> PromptedDraft:
        return PromptedDraft(
            slot=draft.slot,
            generation=draft.generation,
            operator=draft.operator,
            parents=draft.parents,
            sources=(first, second),
            strengths=strengths_by_criterion(preference, self._brief.rubric),
        )

    async def aimed(self, drafts: Sequence[PromptedDraft]) -> list[PromptedDraft]:
        """The drafts, each targeted edit with the words at which it aims."""
        return await quotes.quoted(drafts, self._brief.plan.seed, self._backend)

    def waves(self, drafts: Sequence[PromptedDraft]) -> list[list[PromptedDraft]]:
        """One of each of two operators first: the fewer are written together, the sooner they are there."""
        kinds = list({draft.operator: draft for draft in reversed(drafts)}.values())
        first = kinds[::-1][:_FIRST]
        return [wave for wave in (first, [draft for draft in drafts if draft not in first]) if wave]

    def write(
        self, drafts: Sequence[PromptedDraft], attempt: int, written: Heard
    ) -> AsyncGenerator[str | None]:
        return write(drafts, attempt, self._brief, self._form, self._tokens, self._backend, written)

    def again(self, draft: PromptedDraft, reason: str) -> PromptedDraft | None:
        """More freely where nothing new came, unless it was only to mend; else more closely, with marks for
        protected spans where one was lost, and one sentence at a time for the rest."""
        if reason == "same" and draft.operator in MENDING:
            return None
        if reason in _NOTHING_NEW:
            return replace(draft, temperature=min(1.0, draft.temperature + _STEP))
        cooler = replace(draft, temperature=max(_COOLEST, draft.temperature - _STEP))
        if reason == "span" and len(draft.sources) == 1 and not draft.by_sentence:
            return replace(cooler, masked=True)
        return replace(cooler, masked=False, by_sentence=draft.by_sentence or self._splits)


def strengths_by_criterion(preference: Mapping[str, float], rubric: Rubric) -> tuple[str, str]:
    """What a first and a second text do better, as the rubric's own labels, from log-odds by criterion."""
    labels = {criterion.id: criterion.label or criterion.id for criterion in rubric.criteria}
    first = [labels.get(key, key) for key, value in preference.items() if value > 0]
    second = [labels.get(key, key) for key, value in preference.items() if value < 0]
    return ", ".join(first) or "flow", ", ".join(second) or "wording"


def _longest(brief: Brief) -> str:
    """The most words of rubric and plan that stand in one prompt."""
    rubric = brief.rubric
    asked = [*(operator.instruction for operator in rubric.operators), brief.plan.instruction or ""]
    asked += [text for criterion in rubric.criteria for text in (criterion.edit, criterion.question)]
    varied = [max(texts, key=len, default="") for texts in (asked, rubric.styles, rubric.themes)]
    return "\n".join([rubric.goal, rubric.audience, *varied])
