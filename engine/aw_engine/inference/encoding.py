"""From requests to tokens: the dialect words them, the tokeniser cuts them; what is too long is refused."""

from collections.abc import Sequence

from aw_engine.errors import BackendError, PassageError
from aw_engine.inference.backend import Compare, Prompt, Scoring
from aw_engine.inference.dialects.dialect import (
    Dialect,
    JudgeByAnswer,
    JudgeByLikelihood,
    Rendered,
    RenderedScoring,
    Segment,
)
from aw_engine.inference.prefix import Tokens, shared_length
from aw_engine.inference.reading import Scorable
from aw_engine.inference.tokens import Tokeniser


class PromptEncoder:
    """Encodes for a model that speaks `dialect` and reads at most `limit` tokens at once."""

    def __init__(self, dialect: Dialect, tokeniser: Tokeniser, limit: int) -> None:
        self._limit = limit
        self._dialect = dialect
        self._tokeniser = tokeniser
        self._answers: dict[str, list[int]] = {}  # some two hundred ways to begin each

    def prompt(self, prompt: Prompt) -> tuple[Tokens, str]:
        """The tokens that the model is shown for a prompt, and what ends its answer ("" = nothing else).

        :raises BackendError: if the dialect cannot ask this.
        """
        asked = self._dialect.render(prompt)
        return self.rendered(asked), asked.until

    def rendered(self, rendered: Rendered) -> Tokens:
        """The tokens of a prompt that the dialect has worded."""
        return self._tokeniser.encode(rendered.segments)

    def judging(self, prompt: Compare) -> JudgeByAnswer | JudgeByLikelihood:
        """How the dialect has this question answered.

        :raises BackendError: if it cannot ask this, or cannot judge by this criterion.
        """
        return self._dialect.judging(prompt)

    def scoring(self, requests: Sequence[Scoring]) -> list[Scorable]:
        """The texts to be scored, in the order of the requests."""
        return self.scorables([self._dialect.score_segments(request) for request in requests])

    def count(self, text: str) -> int:
        """Number of tokens of a text, special tokens off."""
        return len(self._tokeniser.encode((Segment(text, trusted=False),)))

    def scorables(self, texts: Sequence[RenderedScoring]) -> list[Scorable]:
        """Each text and what is before it, cut where the tokens of both together are cut."""
        befores = {segments: self._tokeniser.encode(segments) for segments in {text.before for text in texts}}
        found = []
        for text in texts:
            before, whole = befores[text.before], self._tokeniser.encode((*text.before, *text.text))
            cut = shared_length(before, whole)
            if cut == len(whole) and any(segment.text for segment in text.text):
                cut -= 1  # the text became part of what is before it
            found.append(Scorable(whole[:cut], whole[cut:]))
        return found

    def answer_tokens(self, label: str) -> list[int]:
        """The tokens that begin this answer: its variants that are one token.

        :raises BackendError: if none is.
        """
        if label in self._answers:
            return self._answers[label]
        found = (
            self._tokeniser.encode((Segment(variant, trusted=False),))
            for variant in self._dialect.answer_variants(label)
        )
        tokens = sorted({tokens[0] for tokens in found if len(tokens) == 1})
        if not tokens:
            raise BackendError("This model has no token for the judge's answers; choose another model.")
        self._answers[label] = tokens
        return tokens

    def check(self, tokens: int) -> None:
        """Return if the model reads so many tokens at once.

        :raises PassageError: `tooLong`, if it does not.
        """
        if tokens > self._limit:
            raise PassageError(
                "tooLong",
                f"This needs {tokens} tokens, and the model reads {self._limit} at once. "
                "Choose a shorter passage.",
            )
