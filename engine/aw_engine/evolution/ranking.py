"""From strengths to the ranking that a writer sees."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from statistics import fmean, stdev

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Candidate
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.result import CriterionDelta, Ranked
from aw_engine.domain.rubric import Rubric
from aw_engine.judging.tournament import Tournament
from aw_engine.judging.verdict import PREFERRED, assessed, percent
from aw_engine.text.snippet import first_words

# What a judge that cannot be asked reads instead of a rubric's own criteria.
BASIS_LABELS = {
    "fluency": "reads naturally",
    "economy": "says it in less",
    "clear": "correct and clear",
    "craft": "well made",
}
_TITLE_WORDS = 40  # code points of a title that are the rewrite's own words
_LEAD = 2  # words before the first one that is new


def ranking(
    candidates: Iterable[Candidate],
    tournament: Tournament,
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
    ratings = {key: tournament.strength(key) for key in by_id}
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
    ranked: list[Ranked] = []
    for rank, key in enumerate(order, start=1):
        candidate = by_id[key]
        wins = 0.5 if key == ORIGINAL else tournament.beats(key, ORIGINAL)
        entry = Ranked(
            id=key,
            rank=rank,
            text=candidate.text,
            title="",
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
        ranked.append(assessed(entry, trusted=trusted))
    return titled(ranked)


def moved(entries: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Entries joined from several rankings, in this order, with new ranks; at most one stays preferred."""
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


def titled(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The entries of a ranking, in its order, with their titles.

    A title is one line that begins with the rank, so that it sorts and is unique in the run. The words shown
    are those with which a rewrite departs from the original and from all that rank above it: rewrites of one
    text often begin alike.
    """
    known = [entry.text.split() for entry in ranked if entry.id == ORIGINAL]
    entries = []
    for entry in ranked:
        words = entry.text.split()
        at = bisect(known, words)
        # Of texts in order, those next to a text share the longest beginning with it.
        shared = max((_shared(words, other) for other in known[max(0, at - 1) : at + 1]), default=0)
        if entry.id != ORIGINAL:
            known.insert(at, words)
        entries.append(replace(entry, title=_title(entry, words, shared)))
    return tuple(entries)


def _title(entry: Ranked, words: Sequence[str], shared: int) -> str:
    if entry.id == ORIGINAL:
        return f"{entry.rank} · your text"
    delta = entry.words_delta
    noun = "word" if abs(delta) == 1 else "words"
    change = "same length" if delta == 0 else f"{'+' if delta > 0 else '−'}{abs(delta)} {noun}"
    start = max(0, min(shared - _LEAD, len(words) - 1))
    while start and len(" ".join(words[start - 1 :])) <= _TITLE_WORDS:
        start -= 1  # near the end there is room for more of what comes before
    rest = " ".join(words[start:])
    shown = (
        f"{'…' if start else ''}{first_words(rest, _TITLE_WORDS)}{'…' if len(rest) > _TITLE_WORDS else ''}"
    )
    return f"{entry.rank} · {percent(entry.wins)}% vs original · {change} · “{shown}”"


def _shared(words: Sequence[str], others: Sequence[str]) -> int:
    """How many words both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(words, others, strict=False)) if one != other),
        min(len(words), len(others)),
    )


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


def readouts(
    key: str, comparisons: Iterable[Comparison], against: str | None = None
) -> dict[str, list[float]]:
    """By criterion the log-odds that `key` is better, one for each comparison (only those with `against`)."""
    found: dict[str, list[float]] = {}
    for comparison in comparisons:
        pair = (comparison.first, comparison.second)
        if key not in pair or (against is not None and against not in pair):
            continue
        sign = 1.0 if comparison.first == key else -1.0
        for readout in comparison.readouts:
            found.setdefault(readout.criterion, []).append(sign * readout.logit)
    return found
