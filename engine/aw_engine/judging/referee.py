"""The model that compares rewrites: how far it is believed, and what it is shown."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.events import Event, Measuring
from aw_engine.errors import ModelUnsupported
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.inference.sizes import PROMPT_TOKENS
from aw_engine.judging import room, selftest
from aw_engine.judging.judge import Entry, judge, questions
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import JudgeProfile
from aw_engine.text.bare import bare
from aw_engine.text.working_form import WorkingForm


class Referee(Struct, frozen=True):
    """A judge that has been measured, and the passage in the form in which it is shown to it.

    `reach` is how many characters it reads at once where the passage is longer than that.
    """

    backend: Backend
    model: ModelInfo
    profile: JudgeProfile
    form: WorkingForm
    reach: int | None = None

    @property
    def trusted(self) -> bool:
        """Whether it is good enough for its comparisons to make a ranking."""
        return self.profile.claim != "unranked"

    async def compare(
        self, brief: Brief, pairs: Sequence[Pair], members: Mapping[str, Candidate]
    ) -> list[Comparison]:
        """One comparison for each pair of ids, in order; `members` holds these and the original.

        :raises WorkerDied, BackendError: from the back end.
        """
        shown = {ORIGINAL, *(key for pair in pairs for key in pair)}
        entries = {key: Entry(text=self._shown(members[key].text), words=members[key].words) for key in shown}
        return await judge(
            self.backend,
            brief.rubric,
            self.model.capabilities,
            pairs,
            entries,
            self.profile.temperature,
            self.form.marks,
            self.reach,
        )

    def _shown(self, text: str) -> str:
        shown = self.form.shown(text)
        return bare(shown) if self.model.capabilities.judging == "trained" else shown


async def refuse_unjudgeable(brief: Brief, model: ModelInfo, backend: Backend) -> None:
    """Return if the model can compare two rewrites of the passage by this rubric.

    One that judges by likelihood reads a long passage in parts, so only its sentences must fit.

    :raises PassageError: if a pair would need more context than the model has.
    :raises ModelUnsupported: if it can judge by none of the rubric's criteria.
    """
    passage, rubric = brief.passage, brief.rubric
    if model.capabilities.judging == "none":
        raise ModelUnsupported(
            f"{model.name} cannot judge: its server gives no probabilities of tokens. Name another model as "
            "the judge, or use a server that gives them (llama-server does)."
        )
    questions(rubric, model.capabilities)
    if model.capabilities.judging == "trained":
        return  # it reads texts of any length
    if model.capabilities.judging == "likelihood":
        form = WorkingForm.of(passage, masks=model.capabilities.masks)
        await room.refuse_long_sentences(form.masked.text, model, backend)
        return
    question = max((criterion.question for criterion in rubric.criteria), key=len)
    tokens, words = await backend.count([passage.text, f"{rubric.goal}\n{rubric.audience}\n{question}"])
    compared = 3 if any(criterion.reference for criterion in rubric.criteria) else 2
    needed = compared * room.rewrite_tokens(tokens) + PROMPT_TOKENS + words
    room.refuse_beyond(passage, needed, model)


async def appoint(
    brief: Brief,
    model: ModelInfo,
    backend: Backend,
    measured: Backend,
    emit: Callable[[Event], None],
    *,
    own_choices: bool,
) -> Referee:
    """The referee for this passage; a model never seen before is measured first, by `measured`, which is
    emitted.

    `own_choices` says that it judges what it wrote itself (see `selftest.profile`).

    :raises WorkerDied, BackendError: from the back end.
    """
    profile = await selftest.profile(
        measured,
        own_choices=own_choices,
        seconds=selftest.SECONDS,
        begins=lambda: emit(Measuring(seconds=selftest.SECONDS)),
    )
    model = selftest.judging_by(model, profile.by)
    form = WorkingForm.of(brief.passage, masks=model.capabilities.masks)
    within = None
    if model.capabilities.judging == "likelihood":
        (tokens,) = await backend.count([form.masked.text])
        within = room.reach(form.masked.text, tokens, model)
    return Referee(backend, model, profile, form, within)
