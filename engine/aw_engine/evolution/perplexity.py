"""How improbable a model finds what it has written, for the gate against gibberish."""

from collections.abc import Sequence

from aw_engine.evolution.assignment import Assignment
from aw_engine.inference.backend import Backend, Scoring


async def perplexities(
    texts: Sequence[str | None], assignment: Assignment, backend: Backend
) -> list[tuple[float, float] | None]:
    """Mean negative log-likelihood per token (nats) of the original and of each text, both read alone.

    A completion's own log-probability will not do: its prompt holds the passage, the original's would not.
    None where there is no text, and from a model that chooses its edits by likelihood or gives none.

    :raises WorkerDied, BackendError: from the back end.
    """
    able = assignment.model.capabilities
    written = [text for text in texts if text is not None]
    if not (able.instructions and able.copy_edit and written):
        return [None] * len(texts)
    original, *others = [
        -likelihood.logprob / likelihood.tokens
        for likelihood in await backend.score([Scoring(text) for text in (assignment.working, *written)])
    ]
    found = iter(others)
    return [None if text is None else (original, next(found)) for text in texts]
