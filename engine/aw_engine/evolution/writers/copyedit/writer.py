"""A writer that chooses among local edits by likelihood: the model that comes with the program."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from random import Random
from typing import Self

from aw_engine.domain.brief import BUILTIN, Brief
from aw_engine.domain.rubric import Criterion
from aw_engine.errors import InstructionUnsupported, ModelUnsupported
from aw_engine.evolution.operators import Opening, openings
from aw_engine.evolution.seeds import seed_for
from aw_engine.evolution.writers.copyedit.crossover import cross_sentences
from aw_engine.evolution.writers.copyedit.edit_styles import EVEN, EditStyle, deal
from aw_engine.evolution.writers.copyedit.groups import CAUTION, COPY_EDITS, groups_for
from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Backend, Capabilities, Heard, ModelInfo
from aw_engine.judging import room
from aw_engine.text.edits.kinds import Group
from aw_engine.text.passage_language import foreign_in_english
from aw_engine.text.working_form import WorkingForm

_DRAWN = 0.8  # temperature of an edit that no operator sets
_FRESH = 0.9
_JOINTS = 0.0  # of a crossover, whose joints are mended and nothing else
_MOST = 1.5
_STEP = 0.3  # by which another draft, or another try, is drawn more freely


class CopyEditDraft(Draft, frozen=True, kw_only=True):
    """A draft with what may be edited. `source` is a parent's text in working form.

    `groups` are the kinds of local edit allowed; `edit_style` is how the draft goes about those that are a
    matter of taste.
    """

    source: str
    groups: tuple[Group, ...]
    temperature: float = _DRAWN
    edit_style: EditStyle = EVEN


class CopyEditWriter:
    """See `Writer`. In one run the model reads nothing twice."""

    crosses = True
    anew = False

    def __init__(self, brief: Brief, form: WorkingForm, backend: Backend) -> None:
        self._brief = brief
        self._form = form
        self._operators = [each for each in brief.rubric.operators if each.id in COPY_EDITS]
        self._table = LikelihoodTable(backend, form.marks)
        self._spares_foreign = bool(foreign_in_english(brief.passage))

    @staticmethod
    def fits(able: Capabilities) -> bool:
        """Whether a model of these capabilities can write so."""
        return able.copy_edit

    @classmethod
    async def open(cls, brief: Brief, model: ModelInfo, backend: Backend) -> Self:
        """The writer for this passage.

        :raises PassageError: if one of its sentences would need more context than the model has.
        :raises InstructionUnsupported: if a free instruction is asked for.
        :raises ModelUnsupported: if no operator of the rubric can be done by copy-editing.
        """
        rubric = brief.rubric
        if brief.plan.instruction is not None:
            raise InstructionUnsupported.by(builtin=model.ref == BUILTIN)
        if not any(operator.id in COPY_EDITS for operator in rubric.operators):
            raise ModelUnsupported(
                f"None of the operators of the rubric {rubric.id} can be done by the built-in model. "
                f"Give it one of {', '.join(COPY_EDITS)}, or choose another model."
            )
        form = WorkingForm.of(brief.passage, masks=model.capabilities.masks)
        await room.refuse_long_sentences(form.original, model, backend)
        return cls(brief, form, backend)

    @property
    def form(self) -> WorkingForm:
        return self._form

    async def first_drafts(self, rng: Random) -> list[CopyEditDraft]:
        """Drafts by those of the rubric's operators that copy-editing can do, each in a style of its own."""
        drawn = openings(self._brief.rubric, self._operators, self._brief.plan.n, rng)
        styles = deal([COPY_EDITS[each.operator.id] for each in drawn], rng)
        return [
            CopyEditDraft(
                slot=slot,
                generation=1,
                operator=each.operator.id,
                source=self._form.original,
                groups=COPY_EDITS[each.operator.id],
                temperature=_temperature(each),
                edit_style=EVEN if _greedy(each) else style,
            )
            for slot, (each, style) in enumerate(zip(drawn, styles, strict=True))
        ]

    def fresh(self, draft: Draft, rng: Random) -> CopyEditDraft:
        operator = rng.choices(self._operators, [each.slots for each in self._operators])[0]
        groups = COPY_EDITS[operator.id]
        return _drafted(draft, self._form.original, groups, _FRESH, deal([groups], rng)[0])

    def improved(self, draft: Draft, parent: str, criterion: Criterion, rng: Random) -> CopyEditDraft:
        """By the kinds of local edit that serve the criterion, none that no operator of the rubric makes."""
        allowed = {group for operator in self._operators for group in COPY_EDITS[operator.id]}
        groups = tuple(group for group in groups_for(criterion.basis) if group in allowed)
        return _drafted(draft, parent, groups, _DRAWN, deal([groups], rng)[0] if groups else EVEN)

    def crossed(
        self, draft: Draft, first: str, second: str, preference: Mapping[str, float], rng: Random
    ) -> CopyEditDraft:
        """Sentence by sentence, at random; the joints are mended by a cautious copy-edit."""
        source = cross_sentences(self._form.original, first, second, rng)
        return _drafted(draft, source, ("mend",), _JOINTS, EVEN)

    async def aimed(self, drafts: Sequence[CopyEditDraft]) -> list[CopyEditDraft]:
        return list(drafts)

    def waves(self, drafts: Sequence[CopyEditDraft]) -> list[list[CopyEditDraft]]:
        """What only mends or tightens comes first: it needs the least reading, and so the first rewrites are
        ranked while most of the others are still to be written."""
        quick = [draft for draft in drafts if not {"plain", "vary"} & set(draft.groups)]
        return [wave for wave in (quick, [draft for draft in drafts if draft not in quick]) if wave]

    async def write(
        self, drafts: Sequence[CopyEditDraft], attempt: int, written: Heard
    ) -> AsyncGenerator[str | None]:
        passage = self._brief.passage
        requests = [self._request(draft, attempt) for draft in drafts]
        original = self._form.original
        for text in await copy_edits(requests, passage.before, self._table, passage.repeated, original):
            yield text

    def _request(self, draft: CopyEditDraft, attempt: int) -> CopyEdit:
        seed = seed_for(self._brief.plan.seed, draft.generation, draft.slot, attempt)
        # Another try in the same style would often repeat itself.
        style = deal([draft.groups], Random(seed))[0] if attempt else draft.edit_style
        return CopyEdit(
            source=draft.source,
            groups=draft.groups,
            temperature=min(_MOST, draft.temperature + _STEP * attempt),
            keep=max(CAUTION[group] for group in draft.groups),
            seed=seed,
            leaning=style.leaning,
            overlooks=style.overlooks,
            varies=bool(self._brief.rubric.styles),  # a rubric that names styles asks for variation
            spares_foreign=self._spares_foreign,
        )

    def again(self, draft: CopyEditDraft, reason: str) -> CopyEditDraft | None:
        """The same draft, drawn anew; one that only mends would come out as before."""
        return None if draft.groups == ("mend",) else draft


def _drafted(
    draft: Draft, source: str, groups: tuple[Group, ...], temperature: float, edit_style: EditStyle
) -> CopyEditDraft:
    return CopyEditDraft(
        slot=draft.slot,
        generation=draft.generation,
        operator=draft.operator,
        parents=draft.parents,
        source=source,
        groups=groups,
        temperature=temperature,
        edit_style=edit_style,
    )


def _temperature(opening: Opening) -> float:
    return 0.0 if _greedy(opening) else min(_MOST, _FRESH + _STEP * opening.again)


def _greedy(opening: Opening) -> bool:
    """Whether the opening is what the model is surest of, for the first time. All others are drawn, or they
    would say the same."""
    return opening.operator.id in ("copy-edit", "tighter") and opening.again == 0
