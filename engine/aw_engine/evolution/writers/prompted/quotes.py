"""The words of a parent at which a targeted edit aims, quoted by the model itself."""

from collections.abc import Sequence
from contextlib import aclosing

from msgspec.structs import replace

from aw_engine.evolution.seeds import seed_for
from aw_engine.evolution.writers.prompted.writing import PromptedDraft
from aw_engine.inference.backend import Backend, Critique, Generation, Sampling

_QUOTE_TOKENS = 48


async def quoted(drafts: Sequence[PromptedDraft], seed: int, backend: Backend) -> list[PromptedDraft]:
    """The drafts, each that has a question with the words of its parent that answer it.

    A quote that does not stand in the parent is dropped: the criterion's own instruction remains.

    :raises WorkerDied, BackendError: from the back end.
    """
    aimed = [index for index, draft in enumerate(drafts) if draft.question]
    requests = [
        Generation(
            prompt=Critique(text=drafts[index].sources[0], question=drafts[index].question),
            sampling=Sampling(
                seed=seed_for(seed, drafts[index].generation, index, 0, "quote"),
                max_tokens=_QUOTE_TOKENS,
                temperature=0.0,
            ),
        )
        for index in aimed
    ]
    found = list(drafts)
    async with aclosing(backend.generate(requests)) as completions:
        async for completion in completions:
            index = aimed[completion.index]
            quote = completion.text.strip().strip('"“”').strip()
            if quote and quote in drafts[index].sources[0]:
                found[index] = replace(drafts[index], quote=quote)
    return found
