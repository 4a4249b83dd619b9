"""Slots of a generation into candidates: written, gated, and tried again where that may help."""

from collections.abc import Sequence

from aw_engine.domain.candidate import Candidate
from aw_engine.domain.events import Drafted, Rejected
from aw_engine.evolution.operators import Draft, earlier
from aw_engine.evolution.perplexity import perplexities
from aw_engine.evolution.state import RunState
from aw_engine.evolution.writing import Task, Writer
from aw_engine.inference.backend import Backend
from aw_engine.judging import gates

ATTEMPTS = 3  # tries to fill a slot before it stays empty


async def admit_earlier(state: RunState, backend: Backend) -> list[Candidate]:
    """The texts that the run was given to start with, those of them that pass the gates."""
    population = state.ready.population
    texts = [population.assignment.form(text) for text in state.start]
    nlls = await perplexities(texts, population.assignment, backend)
    admitted = [
        _admit(state, earlier(slot), text, nll)
        for slot, (text, nll) in enumerate(zip(texts, nlls, strict=True))
    ]
    return [candidate for candidate in admitted if isinstance(candidate, Candidate)]


async def fill(state: RunState, tasks: Sequence[Task], writer: Writer, backend: Backend) -> list[Candidate]:
    """Candidates admitted for these tasks, in order of admission.

    A refused one is tried again, unless nothing else can come of it: it stays empty once a try repeats a
    text that was written in this run before.
    """
    population = state.ready.population
    born: list[Candidate] = []
    pending = list(tasks)
    for attempt in range(ATTEMPTS):
        if not pending:
            break
        texts = await writer.write(pending, attempt)
        nlls = await perplexities(texts, population.assignment, backend)
        again = []
        for task, text, nll in zip(pending, texts, nlls, strict=True):
            known = text in state.written
            state.written.add(text)
            match _admit(state, task.draft, text, nll):
                case Candidate() as admitted:
                    born.append(admitted)
                case gates.Refused(reason=reason):
                    if _worth_another(task, writer, attempt, known=known):
                        again.append(task.after_refusal(reason))
        pending = again
    return born


async def rehearse(waves: Sequence[Sequence[Task]], writer: Writer, original: str) -> int:
    """How many different rewrites of `original` a copy-editing `writer` would fill these tasks with.

    Refused is what changes nothing or repeats another: gates hardly ever refuse a copy-edit anything else.
    """
    written = {original}
    for wave in waves:
        pending = list(wave)
        for attempt in range(ATTEMPTS):
            if not pending:
                break
            again = []
            for task, text in zip(pending, await writer.write(pending, attempt), strict=True):
                if text is not None and text not in written:
                    written.add(text)
                elif _worth_another(task, writer, attempt, known=True):
                    again.append(task)
            pending = again
    return len(written) - 1


def _worth_another(task: Task, writer: Writer, attempt: int, *, known: bool) -> bool:
    """Whether a refused task is tried again after this attempt, which may have repeated a `known` text."""
    return writer.may_differ(task) and not (known and attempt)


def _admit(
    state: RunState, draft: Draft, text: str | None, nll: tuple[float, float] | None
) -> Candidate | gates.Refused:
    """Puts one rewrite (in working form) before the gates, and says how that went."""
    admitted = state.ready.population.admit(draft, text, nll)
    match admitted:
        case Candidate():
            state.emit(Drafted(candidate=admitted))
        case gates.Refused(reason=reason):
            state.emit(Rejected(reason=reason, operator=draft.operator, generation=draft.generation))
    return admitted
