"""Drafts into texts: by instruction where the model follows one, else by copy-editing.

Texts are in the run's *working form*: with marks in place of protected spans for a model that must not see
them (`Capabilities.masks`), verbatim for every other.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.rubric import Rubric
from aw_engine.evolution.assignment import Assignment
from aw_engine.evolution.copyedit import CopyEdit, copy_edits, survey
from aw_engine.evolution.edit_styles import deal
from aw_engine.evolution.likelihood import Change, Likelihoods, Scores
from aw_engine.evolution.operators import CAUTION, Draft
from aw_engine.evolution.seeds import seed_for
from aw_engine.inference.backend import Backend, Cross, Generation, Prompt, Rewrite, Sampling
from aw_engine.inference.sizes import ROOM, SLACK
from aw_engine.judging import shape
from aw_engine.text import protect


class Task(Struct, frozen=True):
    """One draft with the texts of its parents (working form) and what is asked beyond its instruction.

    `masked` hides the protected spans from a model that lost one when it saw them verbatim; what it writes
    then is unmasked, so that the text is in working form again. `strengths` says, for a crossover, what each
    parent does better.
    """

    draft: Draft
    sources: tuple[str, ...]
    quote: str = ""
    strengths: tuple[str, str] = ("", "")
    masked: bool = False

    def after_refusal(self, reason: str) -> "Task":
        """The task for the next try: a model that lost a protected span is shown marks in their place."""
        return replace(self, masked=True) if reason == "span" and len(self.sources) == 1 else self


class Writer:
    """Writes for one run. What a copy-editing model has read once is not read again."""

    def __init__(
        self, assignment: Assignment, backend: Backend, likelihoods: Likelihoods | None = None
    ) -> None:
        self._assignment = assignment
        self._backend = backend
        self._likelihoods = likelihoods or Scores(backend, assignment.marks)

    async def write(self, tasks: Sequence[Task], attempt: int) -> list[str | None]:
        """One text per task, in order; None where the model's output had not the shape of a rewrite.

        :raises WorkerDied, BackendError: from the back end.
        """
        assignment = self._assignment
        if assignment.model.capabilities.instructions:
            return await _by_instruction(tasks, attempt, assignment, self._backend)
        requests = [_copy_edit(task, attempt, assignment) for task in tasks]
        return [*await copy_edits(requests, assignment.passage.before, self._likelihoods)]

    async def survey(self, tasks: Sequence[Task]) -> list[tuple[Change, float]]:
        """Every edit that a copy-editing model may make in the original, and by how much it raises the
        likelihood (nats; see `copyedit.survey`).

        :raises WorkerDied, BackendError: from the back end.
        """
        requests = [_copy_edit(task, 0, self._assignment) for task in tasks]
        return await survey(requests, self._assignment.passage.before, self._likelihoods)

    def rehearsing(self, rehearsal: Likelihoods) -> "Writer":
        """The same writer with a rehearsal in place of its copy-editing model."""
        return Writer(self._assignment, self._backend, rehearsal)

    def may_differ(self, task: Task) -> bool:
        """Whether another try at a refused task may come out otherwise: one that only mends will not."""
        return self._assignment.model.capabilities.instructions or task.draft.groups != ("mend",)


def _copy_edit(task: Task, attempt: int, assignment: Assignment) -> CopyEdit:
    draft, seed = task.draft, _seed(task, attempt, assignment)
    # Another try in the same style would often repeat itself.
    edit_style = deal([draft.groups], Random(seed))[0] if attempt else draft.edit_style
    return CopyEdit(
        source=task.sources[0],
        groups=draft.groups,
        temperature=min(1.5, draft.temperature + 0.3 * attempt),
        keep=max(CAUTION[group] for group in draft.groups),
        seed=seed,
        leaning=edit_style.leaning,
        overlooks=edit_style.overlooks,
    )


async def _by_instruction(
    tasks: Sequence[Task], attempt: int, assignment: Assignment, backend: Backend
) -> list[str | None]:
    masked = [_masked(task, assignment) for task in tasks]
    requests = [
        Generation(
            prompt=_prompt(task, text, assignment),
            sampling=Sampling(
                seed=_seed(task, attempt, assignment),
                max_tokens=int(ROOM * assignment.tokens) + SLACK,
                temperature=min(1.0, task.draft.temperature + 0.1 * attempt),
            ),
            marks_once=text is not None,
        )
        for task, text in zip(tasks, masked, strict=True)
    ]
    texts: list[str | None] = [None] * len(tasks)
    async with aclosing(backend.generate(requests)) as completions:
        async for completion in completions:
            shown = masked[completion.index]
            source = tasks[completion.index].sources[0] if shown is None else shown
            match shape.repair(completion.text, source, completion.finish):
                case shape.Repaired(text=text):
                    restored = text if shown is None else protect.unmask(assignment.masked, text)
                    # With a mark lost it stays as it is: the gates miss the span and say so.
                    texts[completion.index] = restored if isinstance(restored, str) else text
                case shape.Misshapen():
                    pass
    return texts


def _masked(task: Task, assignment: Assignment) -> str | None:
    """The text of a task that is to be masked, with marks; None where it is shown as it is.

    A parent that has its spans in another order than the original's is not masked: marks are asked for in
    that order.
    """
    if not task.masked or task.sources[0] == assignment.working:
        return assignment.masked.text if task.masked else None
    text = protect.remask(assignment.masked, task.sources[0])
    places = [] if text is None else [text.index(mark.mark) for mark in assignment.masked.marks]
    return text if places == sorted(places) else None


def _prompt(task: Task, masked: str | None, assignment: Assignment) -> Prompt:
    rubric, passage, draft = assignment.rubric, assignment.passage, task.draft
    words = _word_limit(assignment)
    if len(task.sources) == 2:
        return Cross(
            text=assignment.working,
            first=task.sources[0],
            second=task.sources[1],
            first_better=task.strengths[0],
            second_better=task.strengths[1],
            goal=rubric.goal,
            audience=rubric.audience,
            words=words,
        )
    return Rewrite(
        text=task.sources[0] if masked is None else masked,
        instruction=draft.instruction,
        goal=rubric.goal,
        audience=rubric.audience,
        words=words,
        before=passage.before,
        after=passage.after,
        marks=() if masked is None else tuple(mark.mark for mark in assignment.masked.marks),
        style=draft.style,
        theme=draft.theme,
        quote=task.quote,
    )


def _word_limit(assignment: Assignment) -> int:
    """The most words a rewrite may have without the length gate refusing it."""
    high = assignment.rubric.length[1] if assignment.rubric.length else 1.25
    return max(4, int(len(assignment.passage.text.split()) * high))


def _seed(task: Task, attempt: int, assignment: Assignment) -> int:
    return seed_for(assignment.plan.seed, task.draft.generation, task.draft.slot, attempt)


def strengths_by_criterion(readouts: Mapping[str, float], rubric: Rubric) -> tuple[str, str]:
    """What a first and a second text do better, as the rubric's own labels, from log-odds by criterion."""
    labels = {criterion.id: criterion.label or criterion.id for criterion in rubric.criteria}
    first = [labels.get(key, key) for key, value in readouts.items() if value > 0]
    second = [labels.get(key, key) for key, value in readouts.items() if value < 0]
    return ", ".join(first) or "flow", ", ".join(second) or "wording"
