"""Children: whose they are, and what is asked for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from random import Random
from statistics import fmean

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.rubric import Criterion, Rubric
from aw_engine.evolution.crossover import cross_sentences
from aw_engine.evolution.edit_styles import EVEN, deal
from aw_engine.evolution.operators import (
    COPY_EDITS,
    CROSS,
    FRESH,
    TARGETED,
    Draft,
    child_kinds,
    copy_edit_groups,
)
from aw_engine.evolution.population import Population, draw_parents
from aw_engine.evolution.readouts import readouts
from aw_engine.evolution.seeds import seed_for
from aw_engine.evolution.writing import Task, strengths_by_criterion
from aw_engine.inference.backend import Backend, Critique, Generation, Sampling
from aw_engine.text.edits.kinds import Group

_QUOTE_TOKENS = 48


async def breed(
    population: Population,
    pool: Sequence[str],
    weights: Mapping[str, float],
    comparisons: Sequence[Comparison],
    generation: int,
    rng: Random,
    backend: Backend,
) -> list[Task]:
    """What is to be written for one later generation; `pool` are possible parents, `weights` how fit each is.

    A fresh rewrite starts from the original, never from a rewrite: it stops drift.
    """
    plan = population.assignment.plan
    children = Counter(parent for member in population.members.values() for parent in member.lineage.parents)
    tasks = []
    for slot, kind in enumerate(child_kinds(generation, plan.children, plan.generations)):
        if kind == CROSS and (len(pool) < 2 or not population.assignment.crosses):
            kind = TARGETED
        if kind == FRESH or not pool:
            tasks.append(_fresh(population, slot, generation, rng))
            continue
        parents = draw_parents(pool, weights, children, 2 if kind == CROSS else 1, rng)
        children.update(parents)
        if kind == CROSS:
            tasks.append(_cross(population, parents, comparisons, slot, generation, rng))
        else:
            tasks.append(_targeted(population, parents[0], comparisons, slot, generation, rng))
    if population.assignment.model.capabilities.instructions:
        tasks = await _with_quotes(tasks, population, comparisons, backend)
    return tasks


def _fresh(population: Population, slot: int, generation: int, rng: Random) -> Task:
    assignment = population.assignment
    able = assignment.model.capabilities.instructions
    operators = [op for op in assignment.rubric.operators if able or op.id in COPY_EDITS]
    operator = rng.choices(operators, [op.slots for op in operators])[0]
    draft = Draft(
        slot=slot,
        generation=generation,
        operator=FRESH,
        instruction=assignment.plan.instruction or operator.instruction,
        parents=(ORIGINAL,),
        temperature=0.9,
        groups=() if able else COPY_EDITS[operator.id],
        edit_style=EVEN if able else deal([COPY_EDITS[operator.id]], rng)[0],
    )
    return Task(draft=draft, sources=(population.working[ORIGINAL],))


def _targeted(
    population: Population,
    parent: str,
    comparisons: Sequence[Comparison],
    slot: int,
    generation: int,
    rng: Random,
) -> Task:
    able = population.assignment.model.capabilities.instructions
    criterion = _weakest(parent, comparisons, population.assignment.rubric.criteria, rng)
    groups = () if able else _groups(criterion, population.assignment.rubric)
    draft = Draft(
        slot=slot,
        generation=generation,
        operator=TARGETED,
        instruction=criterion.edit,
        parents=(parent,),
        groups=groups,
        edit_style=deal([groups], rng)[0] if groups else EVEN,
    )
    return Task(draft=draft, sources=(population.working[parent],))


def _groups(criterion: Criterion, rubric: Rubric) -> tuple[Group, ...]:
    """Kinds of local edit that serve the criterion, none that no operator of the rubric makes."""
    allowed = {group for op in rubric.operators for group in COPY_EDITS.get(op.id, ())}
    return tuple(group for group in copy_edit_groups(criterion.basis) if group in allowed)


def _cross(
    population: Population,
    parents: tuple[str, ...],
    comparisons: Sequence[Comparison],
    slot: int,
    generation: int,
    rng: Random,
) -> Task:
    """By prompt where the model can; else sentence by sentence, the joints mended by a cautious copy-edit."""
    assignment = population.assignment
    first, second = (population.working[parent] for parent in parents)
    able = assignment.model.capabilities.instructions
    draft = Draft(
        slot=slot,
        generation=generation,
        operator=CROSS,
        instruction="",
        parents=parents,
        temperature=0.8 if able else 0.0,
        groups=() if able else ("mend",),
    )
    if not able:
        return Task(draft=draft, sources=(cross_sentences(assignment.working, first, second, rng),))
    met = readouts(parents[0], comparisons, against=parents[1])
    strengths = strengths_by_criterion({key: fmean(values) for key, values in met.items()}, assignment.rubric)
    return Task(draft=draft, sources=(first, second), strengths=strengths)


def _weakest(
    parent: str, comparisons: Sequence[Comparison], criteria: Sequence[Criterion], rng: Random
) -> Criterion:
    """The criterion by which the parent did worst in its comparisons; a random one if none tells."""
    logits = readouts(parent, comparisons)
    known = [
        (fmean(values), criterion)
        for criterion in criteria
        # A model with a fixed list of criteria reads the basis, under its name.
        if (values := logits.get(criterion.id) or logits.get(criterion.basis))
    ]
    if not known:
        return rng.choice(list(criteria))
    worst = min(value for value, _ in known)
    return rng.choice([criterion for value, criterion in known if value == worst])


async def _with_quotes(
    tasks: Sequence[Task], population: Population, comparisons: Sequence[Comparison], backend: Backend
) -> list[Task]:
    """The tasks, each targeted edit with the words at which it aims, quoted by the model from its parent.

    A quote that does not stand in the parent is dropped: the criterion's own instruction remains.
    """
    rubric = population.assignment.rubric
    questions = {c.edit: c.question.replace("{goal}", rubric.goal) for c in rubric.criteria}
    aimed = [index for index, task in enumerate(tasks) if task.draft.operator == TARGETED]
    requests = [
        Generation(
            prompt=Critique(text=tasks[index].sources[0], question=questions[tasks[index].draft.instruction]),
            sampling=Sampling(
                seed=seed_for(
                    population.assignment.plan.seed, tasks[index].draft.generation, index, 0, "quote"
                ),
                max_tokens=_QUOTE_TOKENS,
                temperature=0.0,
            ),
        )
        for index in aimed
    ]
    quoted = list(tasks)
    async with aclosing(backend.generate(requests)) as completions:
        async for completion in completions:
            index = aimed[completion.index]
            quote = completion.text.strip().strip('"“”').strip()
            if quote and quote in tasks[index].sources[0]:
                task = tasks[index]
                quoted[index] = Task(draft=task.draft, sources=task.sources, quote=quote)
    return quoted
