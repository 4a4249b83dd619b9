"""What a job has found, as values: before anything was found, and with candidates put in order."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Lineage
from aw_engine.domain.result import EvolveResult, ModelRef, Ranked, Rating, RejectedCount, nothing_found
from aw_server.jobs.request import EvolveRequest


def nothing_yet(job_id: str, request: EvolveRequest) -> EvolveResult:
    """The result of a job that has found nothing yet: the writer's text alone."""
    original = Ranked(
        id=ORIGINAL,
        rank=1,
        text=request.extract.frame.original,
        title="1 · your text",
        wins=0.5,
        rating=Rating(mean=0.0, sd=0.0),
        provisional=True,
        words=len(request.extract.passage.text.split()),
        words_delta=0,
        preferred=False,
        niche="light",
        flags=(),
        criteria=(),
        lineage=Lineage(operator=ORIGINAL, parents=(), generation=0),
    )
    return nothing_found(
        job_id,
        request.extract.frame.original,
        "running",
        seed=request.brief.plan.seed,
        model=ModelRef(ref=request.brief.models.writer, digest=""),
        candidates=(original,),
    )


def ranked(found: EvolveResult, candidates: Iterable[Ranked], vetoed: Collection[str]) -> EvolveResult:
    """The candidates in this order, those vetoed left out; a title begins with its rank."""
    left = (each for each in candidates if each.id not in vetoed)
    ordered = tuple(
        replace(each, rank=rank, title=f"{rank}{each.title.removeprefix(str(each.rank))}")
        for rank, each in enumerate(left, 1)
    )
    place = next((each.rank for each in ordered if each.id == ORIGINAL), 1)
    return replace(found, candidates=ordered, original_rank=place)


def rejected(found: EvolveResult, reason: str) -> EvolveResult:
    """What was found, with one more rewrite refused for this reason."""
    counts = {each.reason: each.count for each in found.rejected}
    counts[reason] = counts.get(reason, 0) + 1
    return replace(found, rejected=tuple(RejectedCount(word, count) for word, count in counts.items()))
