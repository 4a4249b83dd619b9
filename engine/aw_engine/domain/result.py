"""The outcome of a run, as the command line, the language server and the journal get it."""

from typing import Literal

from msgspec import Struct

from aw_engine.domain.candidate import Flag, Lineage, Niche

Status = Literal["running", "done", "cancelled", "superseded", "refused", "failed"]
Verdict = Literal["better", "equal", "notBetter", "check"]


class Rating(Struct, frozen=True, rename="camel"):
    """Strength in log-odds against the original (which is 0), posterior mean and standard deviation."""

    mean: float
    sd: float


class CriterionDelta(Struct, frozen=True, rename="camel"):
    """The judge's answer by one criterion against the original; log-odds > 0 where the rewrite is better.

    `wins` is the probability that a comparison by it alone prefers the rewrite, `uncertainty` its deviation.
    """

    id: str
    label: str
    delta: float
    sd: float
    wins: float = 0.5
    uncertainty: float = 0.0


class Ranked(Struct, frozen=True, rename="camel"):
    """A candidate as it is shown; `wins` is the probability that it is better than the original.

    `uncertainty` (0..0.5) is how far one more comparison would move `wins`. `verdict` is `check` where there
    are flags, `notBetter` where the mean strength is not above the original's, and `better` or `equal` else.
    The engine gives `text` as prose; front ends give it as it would stand in the document.
    """

    id: str
    rank: int
    text: str
    title: str
    wins: float
    rating: Rating
    provisional: bool
    words: int
    words_delta: int
    preferred: bool
    niche: Niche
    flags: tuple[Flag, ...]
    criteria: tuple[CriterionDelta, ...]
    lineage: Lineage
    uncertainty: float = 0.0
    verdict: Verdict = "equal"


class RejectedCount(Struct, frozen=True, rename="camel"):
    """How many rewrites one gate refused."""

    reason: str
    count: int


class ModelRef(Struct, frozen=True, rename="camel"):
    """A model that wrote or judged: the reference it was asked for by, and its file's SHA-256."""

    ref: str
    digest: str


class Usage(Struct, frozen=True, rename="camel"):
    """The cost of a run: rewrites written (also refused ones), judge's answers, tokens read and decoded."""

    generate: int = 0
    judge: int = 0
    prompt_tokens: int = 0
    decoded_tokens: int = 0


class GenerationMeters(Struct, frozen=True, rename="camel"):
    """One generation: best rating (log-odds), mean pairwise diversity 0..1, mean length ratio to the
    original, slop hits per 1,000 words above the original's."""

    best: float
    diversity: float
    length_ratio: float
    slop: float


Settings = dict[str, str | int | float | bool]


class EvolveResult(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Outcome of a run; `candidates` by rank, the original among them.

    `judge` is the model that compared, None if it was `model`, which wrote. `settings` are the
    engine settings in force, which can change rounding and so a seeded run (a judge's own behind `judge.`).
    `per_generation` leaves out a generation that was cut short or brought nothing new.
    """

    status: Status
    job_id: str
    original: str
    original_rank: int
    candidates: tuple[Ranked, ...]
    rejected: tuple[RejectedCount, ...]
    notices: tuple[str, ...]
    generations: int
    calls: int
    seconds: float
    seed: int
    model: ModelRef
    usage: Usage
    per_generation: tuple[GenerationMeters, ...]
    settings: Settings
    judge: ModelRef | None = None
    reason: str | None = None
    message: str | None = None


UNLOADED = ModelRef(ref="", digest="")


def nothing_found(
    job_id: str,
    original: str,
    status: Status,
    *,
    seed: int = 0,
    model: ModelRef = UNLOADED,
    candidates: tuple[Ranked, ...] = (),
) -> EvolveResult:
    """The result of a run that has found nothing yet: what every other result is made from."""
    return EvolveResult(
        status=status,
        job_id=job_id,
        original=original,
        original_rank=1,
        candidates=candidates,
        rejected=(),
        notices=(),
        generations=0,
        calls=0,
        seconds=0.0,
        seed=seed,
        model=model,
        usage=Usage(),
        per_generation=(),
        settings={},
    )
