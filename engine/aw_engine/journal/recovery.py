"""The best so far of a run whose process ended before the run did."""

from collections import Counter

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Candidate, Lineage
from aw_engine.domain.events import Noticed
from aw_engine.domain.result import UNLOADED, EvolveResult, Ranked, Rating, RejectedCount, nothing_found
from aw_engine.evolution.ranking import titled
from aw_engine.journal.record import CandidateRank, Record
from aw_engine.judging.verdict import assessed
from aw_engine.text.measures import words

_NOTHING = (CandidateRank(id=ORIGINAL, rank=1, wins=0.5, rating=Rating(0.0, 0.0)),)


def outcome(record: Record) -> EvolveResult:
    """The run's result; without one, its last ranking, in which all are provisional and none is preferred."""
    if record.result is not None:
        return record.result
    original = Candidate(
        id=ORIGINAL,
        text=record.passage.text,
        lineage=Lineage(operator=ORIGINAL, parents=(), generation=0),
        words=len(words(record.passage.text)),
    )
    by_id = {ORIGINAL: original} | {each.id: each for each in record.candidates}
    last = record.rankings[-1] if record.rankings else None
    places = _NOTHING if last is None else last.places
    ranked = titled(
        [
            _ranked(by_id[place.id], place, original)
            for place in sorted(places, key=lambda place: place.rank)
            if place.id in by_id
        ]
    )
    started = record.started
    refused = Counter(each.reason for each in record.rejected)
    nothing = nothing_found(
        record.id,
        record.passage.text,
        "running" if record.status == "running" else "cancelled",
        seed=record.plan.seed,
        model=UNLOADED if started is None else started.model,
    )
    return replace(
        nothing,
        original_rank=next(each.rank for each in ranked if each.id == ORIGINAL),
        candidates=ranked,
        rejected=tuple(RejectedCount(reason=reason, count=count) for reason, count in refused.items()),
        notices=tuple(each.event.text for each in record.events if isinstance(each.event, Noticed)),
        generations=len(record.generations),
        calls=len(record.comparisons),
        seconds=record.events[-1].at if record.events else 0.0,
        per_generation=tuple(each.meters for each in record.generations),
        judge=None if started is None else started.judge,
    )


def _ranked(candidate: Candidate, place: CandidateRank, original: Candidate) -> Ranked:
    entry = Ranked(
        id=candidate.id,
        rank=place.rank,
        text=candidate.text,
        title="",
        wins=place.wins,
        rating=place.rating,
        provisional=True,
        words=candidate.words,
        words_delta=candidate.words - original.words,
        preferred=False,
        niche=candidate.niche,
        flags=candidate.flags,
        criteria=(),
        lineage=candidate.lineage,
    )
    return assessed(entry, trusted=False)
