"""Children: whose they are, and what is asked for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from statistics import fmean

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.rubric import Criterion
from aw_engine.evolution.operators import CROSS, FRESH, TARGETED, child_kinds
from aw_engine.evolution.population import Population, draw_parents
from aw_engine.evolution.ranking import readouts
from aw_engine.evolution.writers.writer import D, Draft, Writer


async def breed(
    brief: Brief,
    writer: Writer[D],
    population: Population,
    fitness: Mapping[str, float],
    comparisons: Sequence[Comparison],
    generation: int,
    rng: Random,
) -> list[D]:
    """The drafts of one later generation; `fitness` has the possible parents and how fit each is.

    A fresh rewrite starts from the original, never from a rewrite: it stops drift.

    :raises WorkerDied, BackendError: from the back end.
    """
    plan, working = brief.plan, population.working
    children = Counter(parent for member in population.members.values() for parent in member.lineage.parents)
    drafts: list[D] = []
    for slot, kind in enumerate(child_kinds(generation, plan.children, plan.generations)):
        if kind == CROSS and (len(fitness) < 2 or not writer.crosses):
            kind = TARGETED
        if kind == FRESH or not fitness:
            drafts.append(writer.fresh(Draft(slot, generation, FRESH, (ORIGINAL,)), rng))
            continue
        parents = draw_parents(fitness, children, 2 if kind == CROSS else 1, rng)
        children.update(parents)
        draft = Draft(slot, generation, kind, parents)
        if kind == CROSS:
            first, second = parents
            met = readouts(first, comparisons, against=second)
            preference = {criterion: fmean(logits) for criterion, logits in met.items()}
            drafts.append(writer.crossed(draft, working[first], working[second], preference, rng))
        else:
            criterion = _weakest(parents[0], comparisons, brief.rubric.criteria, rng)
            drafts.append(writer.improved(draft, working[parents[0]], criterion, rng))
    return await writer.aimed(drafts)


def _weakest(
    parent: str, comparisons: Sequence[Comparison], criteria: Sequence[Criterion], rng: Random
) -> Criterion:
    """The criterion by which the parent did worst in its comparisons; a random one if none tells."""
    logits = readouts(parent, comparisons)
    known = [
        (fmean(values), criterion)
        for criterion in criteria
        # A judge that cannot be asked reads something else in its place, under the name of that.
        if (
            values := logits.get(criterion.id) or logits.get(criterion.basis) or logits.get(criterion.quality)
        )
    ]
    if not known:
        return rng.choice(list(criteria))
    worst = min(value for value, _ in known)
    return rng.choice([criterion for value, criterion in known if value == worst])
