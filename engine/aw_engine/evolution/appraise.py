"""One given text, such as the writer's own mixture of several rewrites, gated and rated like any other."""

from collections.abc import Sequence
from random import Random

from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult, Ranked
from aw_engine.evolution.operators import MIX
from aw_engine.evolution.population import Population
from aw_engine.evolution.ranking import moved, original_rank, ranking
from aw_engine.evolution.team import CountedBackends, gather
from aw_engine.evolution.writers.writer import Draft
from aw_engine.inference.backend import Backends
from aw_engine.judging import gates
from aw_engine.judging.tournament import open_tournament


async def appraise(
    text: str,
    candidate_id: str,
    parents: Sequence[str],
    brief: Brief,
    backends: Backends,
) -> Ranked | gates.Refused:
    """`text` (as `Passage.text`) compared with the passage in both orders, or why a gate refused it.

    Its operator is `mix`, `parents` are the ids of those whose sentences it holds. It is ranked between
    itself and the original only; `joined` gives it its place in a result. The same text gets the same
    rating every time.

    :raises PassageError, ModelError, OutOfMemory, WorkerDied, BackendError: as `evolve`.
    """
    team = await gather(brief, CountedBackends(backends), lambda _: None)
    writer, referee = team.writer, team.referee
    population = Population(brief, writer.form)
    working = writer.form.shown(text)
    draft = Draft(slot=0, generation=1, operator=MIX, parents=tuple(parents))
    candidate = population.admit(draft, working)
    if isinstance(candidate, gates.Refused):
        return candidate
    tournament = open_tournament("gaussian", referee.profile.noise, Random(brief.plan.seed))
    tournament.add(candidate.id)
    tournament.begin_final((ORIGINAL, candidate.id), 2)
    comparisons = await referee.compare(brief, tournament.next_pairs(2), population.members)
    tournament.record(comparisons)
    ranked = ranking(
        population.members.values(),
        tournament,
        comparisons,
        brief.rubric,
        trusted=referee.trusted,
        provisional=False,
    )
    return replace(next(entry for entry in ranked if entry.id == candidate.id), id=candidate_id)


def joined(result: EvolveResult, mix: Ranked) -> EvolveResult:
    """The result with `mix` at its place by strength, flagged after the unflagged; others keep their order.

    An earlier candidate of the same id is replaced.
    """
    others = [entry for entry in result.candidates if entry.id != mix.id]
    place = next(
        (
            at
            for at, entry in enumerate(others)
            if (bool(entry.flags), -entry.rating.mean) > (bool(mix.flags), -mix.rating.mean)
        ),
        len(others),
    )
    ranked = moved([*others[:place], mix, *others[place:]])
    return replace(result, candidates=ranked, original_rank=original_rank(ranked))
