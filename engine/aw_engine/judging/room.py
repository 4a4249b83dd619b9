"""Whether texts fit into a model's context, with room for rewrites to be longer than the passage."""

from typing import Final

from aw_engine.domain.passage import Passage
from aw_engine.errors import PassageError
from aw_engine.inference.backend import Backend, ModelInfo
from aw_engine.inference.sizes import ROOM, SLACK
from aw_engine.text.measures import words
from aw_engine.text.sentences import sentences

PRECEDING: Final = 240  # characters of preceding text that a sentence is read after


def rewrite_tokens(tokens: int) -> int:
    """The most tokens that a rewrite of a passage of so many may have."""
    return int(ROOM * tokens) + SLACK


def reach(text: str, tokens: int, model: ModelInfo) -> int | None:
    """Characters of a text of this kind that the model can read at once, None if it can read all of this one.

    Half of what would fit: parts are cut at sentence ends, and rewrites may be longer.
    """
    if rewrite_tokens(tokens) <= model.context:
        return None
    return max(1, len(text) * (model.context // 2) // tokens)


def refuse_beyond(passage: Passage, needed: int, model: ModelInfo) -> None:
    """Return if so many tokens fit into the model's context.

    :raises PassageError: if they do not; it says how long the passage may be.
    """
    if needed > model.context:
        length = len(words(passage.text))
        limit = int(length * model.context / needed)
        raise PassageError(
            "tooLong",
            f"{length:,} words; the limit is about {limit:,} with a context of {model.context:,} tokens. "
            "Go paragraph by paragraph, or select less.",
        )


async def refuse_long_sentences(text: str, model: ModelInfo, backend: Backend) -> None:
    """Return if each sentence of the text fits into the model with what precedes it, also if it grows.

    :raises PassageError: if one does not.
    """
    parts = [text[start:end] for start, end in sentences(text)]
    counts = await backend.count(parts)
    longest = max(range(len(parts)), key=lambda at: counts[at], default=None)
    if longest is None:
        return
    needed = rewrite_tokens(counts[longest]) + PRECEDING // 2
    if needed > model.context:
        length = len(words(parts[longest]))
        raise PassageError(
            "tooLong",
            f"One sentence has {length:,} words; the limit is about {int(length * model.context / needed):,} "
            f"with a context of {model.context:,} tokens. Split it, or choose a chat model.",
        )
