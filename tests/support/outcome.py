"""The outcome of a run that never was, for what is only drawn."""

from aw_engine.domain.candidate import ORIGINAL, Flag, Lineage
from aw_engine.domain.result import (
    CriterionDelta,
    EvolveResult,
    GenerationMeters,
    ModelRef,
    Ranked,
    Rating,
    RejectedCount,
    Usage,
)
from aw_engine.judging.verdict import assessed

TEXT = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. They are kept in [one plain folder](https://a.org/log)."
)
MENDED = TEXT.replace("recieved", "received").replace("and and", "and").replace("was very", "were very")
SHORTER = MENDED.replace("Due to the fact that", "Because").replace(" very", "")
TWO = MENDED.replace("one", "two")


def _ranked(
    name: str, rank: int, text: str, mean: float, wins: float, flags: tuple[Flag, ...] = ()
) -> Ranked:
    original = name == ORIGINAL
    why = (CriterionDelta("clear", "Clear", 1.6, 0.3), CriterionDelta("correct", "Correct", -0.2, 0.0))
    ranked = Ranked(
        id=name,
        rank=rank,
        text=text,
        title=f"{rank} · {name}",
        wins=wins,
        rating=Rating(mean, 0.0 if original else 0.5),
        provisional=False,
        words=len(text.split()),
        words_delta=len(text.split()) - len(TEXT.split()),
        preferred=wins >= 0.8,
        niche="light",
        flags=flags,
        criteria=() if original else why,
        lineage=Lineage("copy-edit", (ORIGINAL,), 0 if original else 1),
    )
    return assessed(ranked, trusted=True)


def outcome() -> EvolveResult:
    """Two rewrites above the original, one flagged below it."""
    candidates = (
        _ranked("c3", 1, SHORTER, 1.2, 0.93),
        _ranked("c1", 2, MENDED, 0.3, 0.71),
        _ranked(ORIGINAL, 3, TEXT, 0.0, 0.5),
        _ranked("c2", 4, TWO, -0.4, 0.3, (Flag("number", "one", "two"),)),
    )
    return EvolveResult(
        status="done",
        job_id="j1",
        original=TEXT,
        original_rank=3,
        candidates=candidates,
        rejected=(RejectedCount("number", 2), RejectedCount("duplicate", 3), RejectedCount("gibberish", 1)),
        notices=("3 rewrites were rejected: 2 changed a number, 1 rambled.",),
        generations=2,
        calls=31,
        seconds=12.3,
        seed=0,
        model=ModelRef("builtin", "ab" * 32),
        usage=Usage(),
        per_generation=(GenerationMeters(1.0, 0.2, 0.9, 0.0),),
        settings={},
    )
