"""What contestants are asked to do: the same rewrites and comparisons, as requests and as their tokens."""

from itertools import permutations
from pathlib import Path

from msgspec import Struct

from aw_engine.inference.backend import Choice, Compare, Generation, Rewrite, Sampling
from aw_engine.inference.engine import InferenceEngine
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.loading import Loading
from aw_engine.inference.models.header import read_header
from aw_engine.inference.prefix import Tokens

TEXTS, WRITTEN = 8, 128
CRITERIA = ("Which is clearer?", "Which flows better?", "Which is more concise?", "Which is more precise?")
_GOAL, _AUDIENCE = "clear prose", "a general reader"
_SENTENCES = (
    "The committee met on the second Thursday of every month, and most of its members came by train.",
    "It had been agreed that nobody would speak for longer than ten minutes without a good reason.",
    "What was decided in the morning was often forgotten by the time the coffee was served.",
    "In the end a young clerk wrote everything down, and from then on the meetings became shorter.",
    "The minutes were kept in a green book, which anybody who asked politely was allowed to read.",
    "Nobody could say afterwards who had first proposed to move the whole archive to the old mill.",
    "There was a plan, a budget and a drawing, but no one had thought of the river in the spring.",
    "When the water came, the clerk carried the green book upstairs and left the rest where it was.",
)


class Work(Struct, frozen=True):
    """Rewrites of one text, and comparisons of texts, each first one with all others in turn."""

    generations: tuple[Generation, ...]
    writing: tuple[Tokens, ...]
    choices: tuple[Choice, ...]
    judging: tuple[Tokens, ...]

    @property
    def distinct(self) -> int:
        """Tokens to be evaluated for judging if every distinct prefix is evaluated once."""
        return len({prompt[:end] for prompt in self.judging for end in range(1, len(prompt) + 1)})


def work_for(path: Path, log: Log, firsts: int) -> Work:
    """All rewrites, and `firsts` of the texts compared with each of the others, in the model's vocabulary."""
    loading = Loading(
        ref=str(path),
        path=path,
        digest="",
        values=read_header(path).values,
        dialect="chat",
        threads=1,
        context=8192,
    )
    engine = InferenceEngine(loading, log, AbortFlag(), lambda share: None)
    texts = _paragraphs()
    generations = tuple(
        Generation(
            Rewrite(texts[0], f"Rewrite it, manner {at}.", _GOAL, _AUDIENCE),
            Sampling(seed=at, max_tokens=WRITTEN),
        )
        for at in range(TEXTS)
    )
    choices = tuple(
        Choice(Compare(one, two, "clear", CRITERIA[0], _GOAL, _AUDIENCE), ("A", "B"))
        for one, two in permutations(texts, 2)
        if one in texts[:firsts]
    )
    work = Work(
        generations=generations,
        writing=tuple(engine.prompt(each.prompt) for each in generations),
        choices=choices,
        judging=tuple(engine.prompt(each.prompt) for each in choices),
    )
    engine.close()
    return work


def _paragraphs() -> list[str]:
    """Different paragraphs of about 130 tokens."""
    return [
        " ".join((f"Meeting {at + 1}.", *_SENTENCES[at:], *_SENTENCES[:at][: max(0, at - 2)]))
        for at in range(TEXTS)
    ]
