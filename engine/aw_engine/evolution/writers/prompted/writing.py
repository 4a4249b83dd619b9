"""From drafts to texts: what a chat model is asked, and the rewrite taken out of its answer."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Final

from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.evolution.seeds import seed_for
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import (
    Backend,
    Completion,
    Cross,
    Generation,
    Heard,
    Prompt,
    Rewrite,
    Sampling,
)
from aw_engine.judging import room, shape
from aw_engine.judging.salvage import salvaged
from aw_engine.text import protect
from aw_engine.text.sentences import sentences
from aw_engine.text.working_form import WorkingForm

_CLEARER = "Rewrite this sentence so that it is clearer and has no mistakes."
_CORRECTED = "Correct the mistakes in this sentence."
MENDING: Final = ("copy-edit", "punctuation", "spelling")
"""Operators that leave alone what is right: a text may come out as it was."""

_SENTENCE_TEMPERATURE = 0.6


class PromptedDraft(Draft, frozen=True, kw_only=True):
    """A draft with what is asked for it. `sources` are the texts of its parents in working form.

    `question` is the criterion's of a targeted edit, `quote` the words at which it aims. `strengths` says,
    for a crossover, what each parent does better. `masked` hides the protected spans from a model that lost
    one when it saw them verbatim; what it writes then is unmasked, so that the text is in working form again.
    `by_sentence` has it write sentence by sentence, where it has one source and is not masked.
    """

    sources: tuple[str, ...]
    instruction: str = ""
    temperature: float = 0.7
    style: str = ""
    theme: str = ""
    question: str = ""
    quote: str = ""
    strengths: tuple[str, str] = ("", "")
    masked: bool = False
    by_sentence: bool = False

    @property
    def splits(self) -> bool:
        """Whether its sentences are asked for one by one."""
        return self.by_sentence and not self.masked and len(self.sources) == 1


async def write(
    drafts: Sequence[PromptedDraft],
    attempt: int,
    brief: Brief,
    form: WorkingForm,
    tokens: int,
    backend: Backend,
    written: Heard,
) -> AsyncGenerator[str | None]:
    """A text for each draft, in order; None where the output had not the shape of a rewrite.

    `tokens` counts the passage's tokens. `written` hears what is there of a draft, by its place; of one that
    is masked nothing, since marks would stand in it.

    :raises WorkerDied, BackendError: from the back end.
    """
    asked = [_asked(draft, attempt, brief, form, tokens) for draft in drafts]
    owners = [at for at, parts in enumerate(asked) for _ in parts]
    starts = [sum(map(len, asked[:at])) for at in range(len(asked))]
    answers: list[dict[int, str | None]] = [{} for _ in drafts]
    due = 0
    parts_so_far: dict[int, str] = {}

    def heard(index: int, text: str) -> None:
        at = owners[index]
        parts_so_far[index] = text.strip()
        if not drafts[at].masked:
            mine = range(starts[at], starts[at] + len(asked[at]))
            written(at, " ".join(parts_so_far[part] for part in mine if parts_so_far.get(part)))

    requests = [part.request for parts in asked for part in parts]
    async with aclosing(backend.generate(requests, heard)) as completions:
        async for completion in completions:
            at = owners[completion.index]
            parts_so_far[completion.index] = completion.text.strip()
            number = completion.index - starts[at]
            answers[at][number] = _answer(completion, asked[at][number])
            while due < len(drafts) and len(answers[due]) == len(asked[due]):
                yield _text(drafts[due], asked[due], answers[due], brief, form)
                due += 1


class _Part(Struct, frozen=True):
    """What is asked for a draft, or for its sentence at `[start, end)`; `shown` is what is rewritten."""

    shown: str
    start: int
    end: int
    request: Generation


def _asked(draft: PromptedDraft, attempt: int, brief: Brief, form: WorkingForm, tokens: int) -> list[_Part]:
    source, masked = draft.sources[0], _masked(draft, form)
    seed = partial(seed_for, brief.plan.seed, draft.generation, draft.slot, attempt)
    if draft.splits:
        spans = brief.passage.spans if source == form.original else ()
        places = [place for place in sentences(source, spans) if source[slice(*place)].strip()]
        return [
            _sentence(draft, brief, place, seed(f"sentence {number}"), tokens)
            for number, place in enumerate(places)
        ]
    sampling = Sampling(seed(), room.rewrite_tokens(tokens), draft.temperature)
    request = Generation(_prompt(draft, masked, brief, form), sampling, marks_once=masked is not None)
    return [_Part(source if masked is None else masked, 0, len(source), request)]


def _sentence(draft: PromptedDraft, brief: Brief, place: tuple[int, int], seed: int, tokens: int) -> _Part:
    source = draft.sources[0]
    text = source[slice(*place)]
    shown = text.strip()
    start = place[0] + text.index(shown)
    share = tokens * len(shown) // max(1, len(source))
    sampling = Sampling(seed, room.rewrite_tokens(share), min(draft.temperature, _SENTENCE_TEMPERATURE))
    wish = brief.plan.instruction or (_CORRECTED if draft.operator in MENDING else _CLEARER)
    prompt = Rewrite(shown, wish, goal="", audience="", unit="sentence")
    return _Part(shown, start, start + len(shown), Generation(prompt, sampling))


def _answer(completion: Completion, part: _Part) -> str | None:
    found = shape.repair(completion.text, part.shown, completion.finish)
    return found.text if isinstance(found, shape.Repaired) else None


def _text(
    draft: PromptedDraft,
    parts: Sequence[_Part],
    answers: Mapping[int, str | None],
    brief: Brief,
    form: WorkingForm,
) -> str | None:
    """The rewrite in what a model wrote for a draft, None if there is none."""
    written = answers.get(0)
    if not draft.splits:
        if written is None or not draft.masked:
            return written
        restored = protect.unmask(form.masked, written)
        # With a mark lost it stays as it is: the gates miss the span and say so.
        return restored if isinstance(restored, str) else written
    if all(answer is None for answer in answers.values()):
        return None
    source = draft.sources[0]
    text, at = "", 0
    for number, part in enumerate(parts):
        text += source[at : part.start] + (answers[number] or part.shown)
        at = part.end
    text += source[at:]
    # A bad sentence among good ones may pass unseen in a paragraph.
    return salvaged(brief, text) or text


def _masked(draft: PromptedDraft, form: WorkingForm) -> str | None:
    """The text of a draft that is to be masked, with marks; None where it is shown as it is.

    A parent that has its spans in another order than the original's is not masked: marks are asked for in
    that order.
    """
    if not draft.masked or draft.sources[0] == form.original:
        return form.masked.text if draft.masked else None
    text = protect.remask(form.masked, draft.sources[0])
    places = [] if text is None else [text.index(mark.mark) for mark in form.masked.marks]
    return text if places == sorted(places) else None


def _prompt(draft: PromptedDraft, masked: str | None, brief: Brief, form: WorkingForm) -> Prompt:
    rubric, passage = brief.rubric, brief.passage
    if len(draft.sources) == 2:
        return Cross(
            text=form.original,
            first=draft.sources[0],
            second=draft.sources[1],
            first_better=draft.strengths[0],
            second_better=draft.strengths[1],
            goal=rubric.goal,
            audience=rubric.audience,
        )
    return Rewrite(
        text=draft.sources[0] if masked is None else masked,
        instruction=draft.instruction,
        goal=rubric.goal,
        audience=rubric.audience,
        before=passage.before,
        after=passage.after,
        marks=() if masked is None else tuple(mark.mark for mark in form.masked.marks),
        style=draft.style,
        theme=draft.theme,
        quote=draft.quote,
    )
