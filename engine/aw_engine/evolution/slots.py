"""From the slots of a generation to candidates: written, gated, and tried again where that may help."""

from collections.abc import Sequence

from aw_engine.domain.candidate import Candidate
from aw_engine.domain.events import Drafted, Rejected
from aw_engine.evolution.operators import EARLIER
from aw_engine.evolution.state import RunState
from aw_engine.evolution.writers.writer import Draft, Perplexity
from aw_engine.judging import gates

ATTEMPTS = 3  # tries to fill a slot before it stays empty


async def admit_earlier(state: RunState) -> list[Candidate]:
    """The texts that the run was given to start with, those of them that pass the gates."""
    texts = [state.writer.form.shown(text) for text in state.brief.start]
    found = await state.writer.perplexities(texts)
    admitted = [
        _admit(state, Draft(slot, 1, EARLIER), text, perplexity)
        for slot, (text, perplexity) in enumerate(zip(texts, found, strict=True))
    ]
    return [candidate for candidate in admitted if isinstance(candidate, Candidate)]


async def fill(state: RunState, drafts: Sequence[Draft]) -> list[Candidate]:
    """Candidates admitted for these drafts, in order of admission.

    A refused one is tried again as the writer sees fit, unless another try has repeated a text that was
    written in this run before.
    """
    writer = state.writer
    born: list[Candidate] = []
    pending = list(drafts)
    for attempt in range(ATTEMPTS):
        if not pending:
            break
        texts = await writer.write(pending, attempt)
        found = await writer.perplexities(texts)
        again: list[Draft] = []
        for draft, text, perplexity in zip(pending, texts, found, strict=True):
            repeated = attempt > 0 and text in state.written
            state.written.add(text)
            match _admit(state, draft, text, perplexity):
                case Candidate() as admitted:
                    born.append(admitted)
                case gates.Refused(reason=reason):
                    retry = None if repeated else writer.again(draft, reason)
                    again += [] if retry is None else [retry]
        pending = again
    return born


def _admit(
    state: RunState, draft: Draft, text: str | None, perplexity: Perplexity | None
) -> Candidate | gates.Refused:
    """Put one rewrite (in working form) before the gates, and emit how that went."""
    admitted = state.population.admit(draft, text, perplexity)
    match admitted:
        case Candidate():
            state.emit(Drafted(candidate=admitted))
        case gates.Refused(reason=reason):
            state.emit(Rejected(reason=reason, operator=draft.operator, generation=draft.generation))
    return admitted
