"""From the slots of a generation to candidates: written, gated, and tried again where that may help."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from aw_engine.domain.candidate import Candidate
from aw_engine.domain.events import Drafted, Rejected, Writing
from aw_engine.evolution.operators import EARLIER
from aw_engine.evolution.state import RunState
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Heard
from aw_engine.judging import gates

ATTEMPTS = 3  # tries to fill a slot before it stays empty


def admit_earlier(state: RunState) -> list[Candidate]:
    """The texts that the run was given to start with, those of them that pass the gates."""
    admitted = [
        _admit(state, Draft(slot, 1, EARLIER), state.writer.form.shown(text))
        for slot, text in enumerate(state.brief.start)
    ]
    return [candidate for candidate in admitted if isinstance(candidate, Candidate)]


async def fill(state: RunState, drafts: Sequence[Draft]) -> AsyncGenerator[Candidate]:
    """Candidates for these drafts, each as soon as it has been admitted.

    A refused one is tried again as the writer sees fit, unless another try has repeated a text that was
    written in this run before.
    """
    writer = state.writer
    pending = list(drafts)
    for attempt in range(ATTEMPTS):
        if not pending:
            break
        again: list[Draft] = []
        told, place = _telling(state, pending), -1
        async with aclosing(writer.write(pending, attempt, told)) as texts:
            async for text in texts:
                place += 1
                draft = pending[place]
                if writer.anew:
                    told(place, "")
                repeated = attempt > 0 and text in state.written
                state.written.add(text)
                match _admit(state, draft, text, mends=writer.anew):
                    case Candidate() as admitted:
                        yield admitted
                    case gates.Refused(reason=reason):
                        retry = None if repeated else writer.again(draft, reason)
                        again += [] if retry is None else [retry]
        pending = again


def _telling(state: RunState, drafts: Sequence[Draft]) -> Heard:
    """Emits what is there of a draft."""

    def written(at: int, text: str) -> None:
        draft = drafts[at]
        state.emit(Writing(slot=draft.slot, generation=draft.generation, operator=draft.operator, text=text))

    return written


def _admit(
    state: RunState, draft: Draft, text: str | None, *, mends: bool = False
) -> Candidate | gates.Refused:
    """Put one rewrite (in working form) before the gates, and emit how that went."""
    admitted = state.population.admit(draft, text, mends=mends)
    match admitted:
        case Candidate():
            state.emit(Drafted(candidate=admitted))
        case gates.Refused(reason=reason):
            state.emit(Rejected(reason=reason, operator=draft.operator, generation=draft.generation))
    return admitted
