"""Who writes and who compares: usually one model, but the judge may be another."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.passage import Masked
from aw_engine.domain.rubric import Rubric
from aw_engine.evolution.assignment import Assignment, assign, mask_for, reach, refuse_unjudgeable
from aw_engine.evolution.usage import Counted
from aw_engine.inference.backend import ModelInfo
from aw_engine.judging import selftest
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.pairing import Pair
from aw_engine.judging.profile import JudgeProfile
from aw_engine.text import protect


class Referee(Struct, frozen=True):
    """The model that compares, how good it was found to be, and the passage as it must be shown to it.

    `reach` is how many characters it reads at once where the passage is longer than that.
    """

    backend: Counted
    model: ModelInfo
    profile: JudgeProfile
    masked: Masked
    reach: int | None = None

    async def compare(
        self, rubric: Rubric, pairs: Sequence[Pair], members: Mapping[str, Candidate]
    ) -> list[Comparison]:
        """One comparison for each pair of ids, in order; `members` holds these and the original.

        :raises WorkerDied, BackendError: from the back end.
        """
        shown = {ORIGINAL, *(key for pair in pairs for key in pair)}
        return await judge(
            self.backend,
            rubric,
            self.model.capabilities,
            pairs,
            {key: Entry(text=self._form(members[key].text), words=members[key].words) for key in shown},
            self.profile.temperature,
            tuple(mark.mark for mark in self.masked.marks) if self.model.capabilities.masks else (),
            self.reach,
        )

    def _form(self, text: str) -> str:
        """The text in this model's working form (see `writing`)."""
        masked = protect.remask(self.masked, text) if self.model.capabilities.masks else None
        # The gates have seen every span in it; one that cannot be found again is read as it stands.
        return text if masked is None else masked


class Team(Struct, frozen=True):
    """A writer with its assignment and a referee, both ready to work."""

    assignment: Assignment
    referee: Referee


async def gather(brief: Brief, writer: Counted, judge: Counted | None) -> Team:
    """The team for this passage; `writer` compares too where there is no `judge`. A new judge is measured.

    :raises PassageError: if the passage does not fit into the context of both.
    :raises ModelError: if either cannot be loaded, or cannot do its part.
    """
    passage, rubric, plan = brief.passage, brief.rubric, brief.plan
    model = await writer.info()
    seat = writer if judge is None else judge
    judging = await seat.info()
    await refuse_unjudgeable(passage, rubric, judging, seat)  # first: it is the stricter limit in most cases
    assignment = await assign(passage, rubric, plan, model, writer)
    profile = await selftest.profile(seat.uncounted, own_choices=judging.digest == model.digest)
    masked = mask_for(passage, judging)
    within = await reach(masked.text, judging, seat) if judging.capabilities.criteria else None
    return Team(assignment, Referee(seat, judging, profile, masked, within))
