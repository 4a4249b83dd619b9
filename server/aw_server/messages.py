"""Sentences for the writer, the same on the command line and in an editor: what happened, and what next."""

import math
from collections.abc import Sequence

from aw_engine.domain.candidate import Flag
from aw_engine.domain.result import EvolveResult, Ranked, Rating, RejectedCount

NO_INSTRUCTIONS_BUILTIN = (
    "The built-in model cannot follow free instructions. Choose a rubric, or another model."
)
NO_INSTRUCTIONS = "This model cannot follow free instructions. Choose a rubric, or another model."
FIRST_TIME = (
    "Using the built-in model, a small copy-editor for English. Any GGUF chat model writes more freely: "
    "--model FILE.gguf."
)
ENGLISH_ONLY = (
    "The built-in model knows English only, and this text looks like another language. Choose another model, "
    "or say --language en if it is English."
)

_NOISE = math.pi**2 / 3  # variance of one comparison, log-odds squared

_MERGED: dict[str, str] = {"same": "changed nothing", "duplicate": "repeated another"}
_FLAGGED: dict[str, str] = {
    "number": "number",
    "name": "name",
    "quote": "quotation",
    "negation": "negation",
    "length": "length",
    "linkText": "link text",
    "meaning": "meaning",
}


def uncertainty(rating: Rating) -> float:
    """Half-width, 0..0.5, of P(better than the original): by how much one more comparison would move it.

    With strength N(m, s²) and noise variance R, the next mean has the standard deviation d = s²/√(s² + R)
    and the next deviation is s·√(R/(s² + R)); what comes back is half the distance between Φ at m ± d.
    """
    spread = rating.sd**2
    if spread == 0:
        return 0.0
    shift = spread / math.sqrt(spread + _NOISE)
    after = rating.sd * math.sqrt(_NOISE / (spread + _NOISE))
    return (_phi((rating.mean + shift) / after) - _phi((rating.mean - shift) / after)) / 2


def chance(candidate: Ranked) -> str:
    """`71% (±9)`: the probability of being better than the original, and how sure that is."""
    return f"{percent(candidate.wins)}% (±{max(1, round(100 * uncertainty(candidate.rating)))})"


def summary(result: EvolveResult) -> str:
    """One sentence on how a run came out."""
    rewrites = [candidate for candidate in result.candidates if candidate.id != "original"]
    if not rewrites:
        return (
            "Cancelled. Nothing yet."
            if result.status == "cancelled"
            else "No rewrite to show; your text stands."
        )
    above = [candidate for candidate in rewrites if candidate.rank < result.original_rank]
    if not above:
        return f"Your original ranked first (of {len(result.candidates):,})."
    rank = "ranks" if len(above) == 1 else "rank"
    ahead = f"{_count(len(above), 'rewrite')} of {len(rewrites):,} {rank} above your text"
    return f"{ahead}; best {chance(above[0])}."


def merged(rejected: Sequence[RejectedCount]) -> str:
    """`2 rewrites changed nothing, 3 repeated another.`, or nothing; other reasons are among the notices."""
    counts = [(each.count, _MERGED[each.reason]) for each in rejected if each.reason in _MERGED]
    if not counts:
        return ""
    first, *rest = counts
    return ", ".join([f"{_count(first[0], 'rewrite')} {first[1]}", *(f"{n} {why}" for n, why in rest)]) + "."


def flagged(flag: Flag) -> str:
    """`number: 12 % → 21 %`, for the writer to look at."""
    kind = _FLAGGED.get(flag.kind, flag.kind)
    match flag.before, flag.after:
        case None, None:
            return kind
        case before, None:
            return f"{kind}: {before} is gone"
        case None, after:
            return f"{kind}: {after} is new"
        case before, after:
            return f"{kind}: {before} → {after}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(share: float) -> int:
    """Whole percent; certainty is never claimed."""
    return min(99, max(1, round(100 * share)))


def _phi(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2
