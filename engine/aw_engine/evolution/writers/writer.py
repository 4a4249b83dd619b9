"""What evolution asks of whoever writes, whatever kind of model that is."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from random import Random
from typing import Protocol, TypeVar

from msgspec import Struct

from aw_engine.domain.rubric import Criterion
from aw_engine.inference.backend import Heard
from aw_engine.text.working_form import WorkingForm


class Draft(Struct, frozen=True):
    """A rewrite to be written: by which operator, from which parents (ids; empty = the original).

    Each writer has a kind of draft of its own, which says besides how it is to be written.
    """

    slot: int
    generation: int
    operator: str
    parents: tuple[str, ...] = ()


D = TypeVar("D", bound=Draft)


class Writer(Protocol[D]):
    """Writes for one run. Texts are in `form`; drafts are of the writer's own kind, made by itself.

    Drafts and texts depend on the brief's seed and the random generators handed in, and on nothing else.
    """

    @property
    def form(self) -> WorkingForm:
        """The form in which the writer sees the passage and hands texts out."""

    @property
    def crosses(self) -> bool:
        """Whether it can join two rewrites of this passage."""

    async def first_drafts(self, rng: Random) -> list[D]:
        """As many drafts of the original as the plan asks for."""

    def fresh(self, draft: Draft, rng: Random) -> D:
        """The draft of another rewrite of the original."""

    def improved(self, draft: Draft, parent: str, criterion: Criterion, rng: Random) -> D:
        """The draft of a rewrite of `parent` that does better by one criterion."""

    def crossed(
        self, draft: Draft, first: str, second: str, preference: Mapping[str, float], rng: Random
    ) -> D:
        """The draft of a rewrite that joins two; `preference` has the log-odds for `first` by criterion."""

    async def aimed(self, drafts: Sequence[D]) -> list[D]:
        """The drafts of one generation, ready to be written; whatever is to be asked first has been asked."""

    def waves(self, drafts: Sequence[D]) -> list[list[D]]:
        """The drafts of the first generation in parts, so that the first part can be ranked early."""

    @property
    def anew(self) -> bool:
        """Whether it writes texts anew and does not choose among local edits: they come one by one, far
        apart, and may have mistakes that can be mended."""

    def write(self, drafts: Sequence[D], attempt: int, written: Heard) -> AsyncGenerator[str | None]:
        """A text for each draft, in order, each as soon as it and those before it are there; None where what
        came had not the shape of a rewrite. `written` hears meanwhile what is there of a draft, by its place.

        :raises WorkerDied, BackendError: from the back end.
        """

    def again(self, draft: D, reason: str) -> D | None:
        """The draft for another try after a gate refused a text for this reason; None if it is no use."""
