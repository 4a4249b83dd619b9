"""The chat dialect: any instruction-tuned model, asked through its own chat template.

Only what the template itself writes is trusted. Our wording and a rubric's stand beside the writer's text in
the messages and, like it, cannot become control tokens.
"""

from typing import Literal

from msgspec import Struct

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.backend import ECONOMY, FLUENCY, Capabilities, Compare, Prompt, Scoring
from aw_engine.inference.dialects.dialect import (
    JudgeByAnswer,
    JudgeByLikelihood,
    ModelFacts,
    Rendered,
    RenderedScoring,
    Segment,
)
from aw_engine.inference.dialects.template import Turns, read_turns
from aw_engine.inference.dialects.wording import word

_BEFORE_LABEL = ("", " ", "\n", "\n\n", '"', ' "', "'", " '", "(", " (", "[", " [", "<", " <", "**", " **")
_AFTER_LABEL = ("", ".", ")", '"', "'", ":", ",", "\n", "\n\n", "]", ">", "*", "**")

IN_FULL = 3e9
"""Parameters from which a model is shown what stands around a passage: of 0.5 and of 1.5 billion it copied it
into the rewrite; larger ones could not be measured."""

_SUM_WEIGHT, _MEAN_WEIGHT = 0.03, 0.6
"""By which differences of log-likelihood, in all and a token, become log-odds: fitted on the graded pairs to
models of 135 million and 0.5 billion parameters (docs/experiments.md). The sum likes what is short, the mean
what is long."""

BY_SENTENCE = 3e8
"""Parameters below which a model loses itself in a paragraph: of 135 million, 0.76 of the drafts passed that
were written sentence by sentence, 0.57 written whole; of 0.5 billion more passed too, and were worth less."""


class ChatDialect(Struct, frozen=True):
    """A model that is asked in `turns`; `begin` is what it expects first, "" where it expects nothing.

    `anchor` stands before a text whose likelihood is asked for, since a first token needs a predecessor. A
    model that is asked `in_full` can tell what is context from what is to be rewritten.
    """

    turns: Turns
    begin: str
    anchor: Segment
    in_full: bool = False
    by_sentence: bool = False

    @property
    def name(self) -> Literal["chat"]:
        return "chat"

    @property
    def capabilities(self) -> Capabilities:
        weighs = not self.in_full
        return Capabilities(
            instructions=True,
            copy_edit=True,
            criteria=(FLUENCY, ECONOMY) if weighs else (),
            judging="likelihood" if weighs else "letters",
            by_sentence=self.by_sentence,
        )

    def render(self, prompt: Prompt) -> Rendered:
        """The prompt in the template's own markup, with one begin token, up to where the model continues."""
        words, turns = word(prompt, in_full=self.in_full), self.turns
        if turns.system:
            texts = [
                Segment(words.system, trusted=False),
                Segment(turns.between, trusted=True),
                Segment(words.message, trusted=False),
            ]
        else:
            texts = [Segment(f"{words.system}\n\n{words.message}", trusted=False)]
        head = turns.head if turns.head.startswith(self.begin) else self.begin + turns.head
        segments = (
            Segment(head, trusted=True),
            *texts,
            Segment(turns.tail, trusted=True),
            Segment(words.answer, trusted=False),
        )
        return Rendered(tuple(segment for segment in segments if segment.text), words.until)

    def judging(self, prompt: Compare) -> JudgeByAnswer | JudgeByLikelihood:
        """By the likelihoods of the bare texts, if that is asked for; else by the letter after a prefilled
        `Answer:`, for any question."""
        if prompt.by != "likelihood":
            return JudgeByAnswer(self.render(prompt))
        fluency = prompt.criterion == FLUENCY
        return JudgeByLikelihood(
            first=self.score_segments(Scoring(prompt.first)),
            second=self.score_segments(Scoring(prompt.second)),
            sum_weight=_SUM_WEIGHT,
            mean_weight=_MEAN_WEIGHT if fluency else 0.0,
        )

    def answer_variants(self, label: str) -> tuple[str, ...]:
        """The label alone and with the white space, quotes or brackets that may be one token with it."""
        return tuple(before + label + after for before in _BEFORE_LABEL for after in _AFTER_LABEL)

    def score_segments(self, scoring: Scoring) -> RenderedScoring:
        """Plain text without any turns: likelihoods are those of the prose, not of an answer."""
        before, text = follow(scoring)
        return RenderedScoring(
            before=(self.anchor, Segment(before, trusted=False)) if before else (self.anchor,),
            text=(Segment(text, trusted=False),),
        )


def chat_dialect(facts: ModelFacts) -> ChatDialect:
    """The chat dialect of this model.

    :raises ModelUnsupported: it has no chat template, or one that cannot render a plain conversation.
    """
    if not facts.chat_template:
        raise ModelUnsupported(
            "The model has no chat template, so it cannot be told what to do; "
            "choose an instruction-tuned model (their names often end in “instruct”, “it” or “chat”)."
        )
    turns = read_turns(facts.chat_template, facts.begin, facts.end)
    start = facts.begin or facts.end
    return ChatDialect(
        turns=turns,
        begin=facts.begin if facts.adds_begin else "",
        anchor=Segment(start, trusted=True) if start else Segment("\n", trusted=False),
        in_full=facts.parameters >= IN_FULL,
        by_sentence=0 < facts.parameters < BY_SENTENCE,
    )


def follow(scoring: Scoring) -> tuple[str, str]:
    """The preceding text and the scored text, with a space in front if one is missing between both."""
    before, text = scoring.before, scoring.text
    if before and text and not (before[-1].isspace() or text[0].isspace()):
        # The space belongs to the text: tokenizers join it to the word that it precedes.
        text = " " + text
    return before, text
