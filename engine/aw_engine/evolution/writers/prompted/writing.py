"""From drafts to texts: what a chat model is asked, and the rewrite taken out of its answer."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from aw_engine.domain.brief import Brief
from aw_engine.evolution.seeds import seed_for
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Backend, Completion, Cross, Generation, Prompt, Rewrite, Sampling
from aw_engine.judging import room, shape
from aw_engine.text import protect
from aw_engine.text.working_form import WorkingForm

_LONGER = 1.25  # words of a rewrite over those of the passage, where the rubric says nothing


class PromptedDraft(Draft, frozen=True, kw_only=True):
    """A draft with what is asked for it. `sources` are the texts of its parents in working form.

    `question` is the criterion's of a targeted edit, `quote` the words at which it aims. `strengths` says,
    for a crossover, what each parent does better. `masked` hides the protected spans from a model that lost
    one when it saw them verbatim; what it writes then is unmasked, so that the text is in working form again.
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


async def write(
    drafts: Sequence[PromptedDraft],
    attempt: int,
    brief: Brief,
    form: WorkingForm,
    tokens: int,
    backend: Backend,
) -> AsyncGenerator[str | None]:
    """A text for each draft, in order; None where the output had not the shape of a rewrite.

    `tokens` counts the passage's tokens.

    :raises WorkerDied, BackendError: from the back end.
    """
    masked = [_masked(draft, form) for draft in drafts]
    requests = [
        Generation(
            prompt=_prompt(draft, text, brief, form),
            sampling=Sampling(
                seed=seed_for(brief.plan.seed, draft.generation, draft.slot, attempt),
                max_tokens=room.rewrite_tokens(tokens),
                temperature=draft.temperature,
            ),
            marks_once=text is not None,
        )
        for draft, text in zip(drafts, masked, strict=True)
    ]
    written: dict[int, str | None] = {}
    due = 0
    async with aclosing(backend.generate(requests)) as completions:
        async for completion in completions:
            at = completion.index
            written[at] = _rewrite(completion, drafts[at], masked[at], form)
            while due in written:
                yield written.pop(due)
                due += 1


def _rewrite(
    completion: Completion, draft: PromptedDraft, shown: str | None, form: WorkingForm
) -> str | None:
    """The rewrite in what a model wrote for a draft, None if there is none; `shown` is the masked passage."""
    found = shape.repair(completion.text, draft.sources[0] if shown is None else shown, completion.finish)
    if isinstance(found, shape.Misshapen):
        return None
    restored = found.text if shown is None else protect.unmask(form.masked, found.text)
    # With a mark lost it stays as it is: the gates miss the span and say so.
    return restored if isinstance(restored, str) else found.text


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
    rubric, passage, words = brief.rubric, brief.passage, _word_limit(brief)
    if len(draft.sources) == 2:
        return Cross(
            text=form.original,
            first=draft.sources[0],
            second=draft.sources[1],
            first_better=draft.strengths[0],
            second_better=draft.strengths[1],
            goal=rubric.goal,
            audience=rubric.audience,
            words=words,
        )
    return Rewrite(
        text=draft.sources[0] if masked is None else masked,
        instruction=draft.instruction,
        goal=rubric.goal,
        audience=rubric.audience,
        words=words,
        before=passage.before,
        after=passage.after,
        marks=() if masked is None else tuple(mark.mark for mark in form.masked.marks),
        style=draft.style,
        theme=draft.theme,
        quote=draft.quote,
    )


def _word_limit(brief: Brief) -> int:
    """The most words a rewrite may have without the length gate refusing it."""
    high = brief.rubric.length[1] if brief.rubric.length else _LONGER
    return max(4, int(len(brief.passage.text.split()) * high))
