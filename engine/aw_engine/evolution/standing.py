"""From strengths to the ranking that a writer sees."""

from collections.abc import Iterable, Sequence
from statistics import fmean, stdev

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.result import CriterionDelta, Ranked
from aw_engine.domain.rubric import Rubric
from aw_engine.evolution.readouts import readouts
from aw_engine.judging.contest import Contest
from aw_engine.text.snippet import first_words

PREFERRED = 0.80  # the least P(better than the original) at which a rewrite is called preferred
# What a model that judges by likelihood reads instead of a rubric's own criteria.
BASIS_LABELS = {"fluency": "reads naturally", "economy": "says it in less"}
_TITLE_WORDS = 40  # code points of a title that are the rewrite's own words


def standing(
    candidates: Iterable[Candidate],
    contest: Contest,
    comparisons: Sequence[Comparison],
    rubric: Rubric,
    *,
    trusted: bool,
    provisional: bool,
) -> tuple[Ranked, ...]:
    """Candidates by rank, the original among them.

    Rank is by mean strength among those that carry no flag; flagged ones follow, below the original. With
    `trusted` false the judge is too weak to rank: rewrites stand in order of how much they change, after the
    original, and none is preferred. What the writer has picked has been looked at: no flag holds it back,
    and no judge's weakness.
    """
    by_id = {candidate.id: candidate for candidate in candidates}
    ratings = {key: contest.strength(key) for key in by_id}
    clean = {key for key, candidate in by_id.items() if not candidate.flags}
    picked = {key for key, candidate in by_id.items() if "picked" in candidate.lineage.steered}
    held = by_id.keys() - clean - picked
    if trusted:
        order = sorted(by_id, key=lambda key: (key in held, -ratings[key].mean, key != ORIGINAL, key))
    else:
        order = sorted(
            by_id,
            key=lambda key: (key not in picked, key != ORIGINAL, key in held, by_id[key].changed, key),
        )
    best = next((key for key in order if key in clean and key != ORIGINAL), None)
    words = by_id[ORIGINAL].words
    ranked = []
    for rank, key in enumerate(order, start=1):
        candidate = by_id[key]
        wins = 0.5 if key == ORIGINAL else contest.beats(key, ORIGINAL)
        ranked.append(
            Ranked(
                id=key,
                rank=rank,
                text=candidate.text,
                title=title(candidate, rank, wins, words),
                wins=wins,
                rating=ratings[key],
                provisional=provisional,
                words=candidate.words,
                words_delta=candidate.words - words,
                preferred=trusted and key == best and ratings[key].mean > 0 and wins >= PREFERRED,
                niche=candidate.niche,
                flags=candidate.flags,
                criteria=_criteria(key, comparisons, rubric),
                lineage=candidate.lineage,
            )
        )
    return tuple(ranked)


def moved(entries: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The entries of a ranking, joined from several, as they stand: ranks anew, one preferred at most."""
    best = next((entry.id for entry in entries if entry.id != ORIGINAL and not entry.flags), None)
    return tuple(
        replace(
            entry,
            rank=rank,
            title=f"{rank}{entry.title.removeprefix(str(entry.rank))}",
            preferred=entry.preferred and entry.id == best,
        )
        for rank, entry in enumerate(entries, start=1)
    )


def title(candidate: Candidate, rank: int, wins: float, words: int) -> str:
    """A single line that begins with the rank, so that it sorts and is unique in the run."""
    if candidate.id == ORIGINAL:
        return f"{rank} · your text"
    delta = candidate.words - words
    noun = "word" if abs(delta) == 1 else "words"
    change = "same length" if delta == 0 else f"{'+' if delta > 0 else '−'}{abs(delta)} {noun}"
    begins = first_words(candidate.text, _TITLE_WORDS)
    return f"{rank} · {min(wins, 0.99):.0%} vs original · {change} · “{begins}…”"


def original_rank(ranked: Sequence[Ranked]) -> int:
    """The original's rank: 1 = nothing beat it."""
    return next(entry.rank for entry in ranked if entry.id == ORIGINAL)


def _criteria(key: str, comparisons: Sequence[Comparison], rubric: Rubric) -> tuple[CriterionDelta, ...]:
    """Mean read-out by criterion against the original, where the two were compared."""
    labels = BASIS_LABELS | {c.id: c.label or c.id for c in rubric.criteria}
    if key == ORIGINAL:
        return ()
    return tuple(
        CriterionDelta(
            id=name,
            label=labels.get(name, name),
            delta=fmean(logits),
            sd=stdev(logits) if len(logits) > 1 else 0.0,
        )
        for name, logits in readouts(key, comparisons, against=ORIGINAL).items()
    )
