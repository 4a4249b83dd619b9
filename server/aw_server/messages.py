"""Sentences for the writer, the same on the command line and in an editor: what happened, and what next."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aw_engine.domain.candidate import Flag
from aw_engine.domain.result import CriterionDelta, EvolveResult, Ranked, RejectedCount, Verdict
from aw_engine.judging.verdict import percent

if TYPE_CHECKING:
    from aw_engine.judging.gate import Gate

FIRST_TIME = (
    "Using the built-in model, a small copy-editor for English. Any GGUF chat model writes more freely: "
    "--model FILE.gguf."
)
FIRST_TIME_HERE = (
    "Using the built-in model, a small copy-editor for English; the setting `aw.model` takes a bigger one."
)
MEASURING = "testing how well this model judges, once, for at most 10 s"
IT_IS_ENGLISH = "It is English"
JOINED = "This run goes on already."
JOINED_DONE = "Nothing has changed since this run ended; here are its rewrites."
STALE = "The text changed since this run began. Re-run on the new text, copy this rewrite, or merge."
NOT_APPLIED = "The editor did not apply the rewrite; your text is unchanged. The rewrite is kept."
UNCERTAIN = (
    "The editor has not confirmed the rewrite, and the text has changed; look at it. The rewrite is kept."
)
INLINE_ONLY = "This editor takes no edits from the server; choose the rewrite among its code actions."
NOT_OPEN = "This document is not open in the editor; open it and try again."
STANDS_ALREADY = "Your text reads like this already."
NOTHING_BETTER = "Nothing ranks above your text; choose a rewrite yourself, or leave it."
NOTHING_LEFT = "Nothing would be left of the passage; your text is unchanged."
OVERLAP = "Two of the chosen sentences stand for the same part of your text; take one of them."
UNKNOWN_PART = "There is no such part; look at the rewrite again."
INTERNAL = "Internal error, see the log. Your text is unchanged."
BUSY = "The model is working; cancel the run first, or wait."
NO_REPORT = "There is no report: no history is kept. Switch `aw.history` on, and run again."

_VERDICTS: dict[Verdict, str] = {
    "better": "better",
    "equal": "about equal",
    "notBetter": "not better",
    "check": "check first",
}


def english_only(language: str, remedy: str) -> str:
    """That a text is left alone since the model does not know its language, and what can be done."""
    from aw_engine.text.language import name  # late: a server starts without it

    return (
        f"This text looks like {name(language)}, and the built-in model knows English only. {remedy}, or "
        "choose another model."
    )


def left_alone(lines: Sequence[int]) -> str:
    """That the paragraphs which begin on these lines are not evolved for their language."""
    listed = ", ".join(f"{line:,}" for line in lines)
    if len(lines) == 1:
        return f"The paragraph on line {listed} looks like another language than English and is left alone."
    return f"The paragraphs on lines {listed} look like other languages than English and are left alone."


def chance(candidate: Ranked) -> str:
    """`71% (±9)`: the probability of being better than the original, and how sure that is."""
    return f"{percent(candidate.wins)}% (±{max(1, round(100 * candidate.uncertainty))})"


def verdict(candidate: Ranked) -> str:
    """Two words on whether the rewrite is better than the original."""
    return _VERDICTS[candidate.verdict]


def criterion(read: CriterionDelta) -> str:
    """`Clear 71%`: the probability that a comparison by this criterion alone prefers the rewrite."""
    return f"{read.label} {percent(read.wins)}%"


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


def working(passages: int) -> str:
    """That a run has begun, on one passage or on several in turn."""
    return "Evolving." if passages == 1 else f"Evolving {passages:,} paragraphs, one after another."


def about(seconds: tuple[float, float]) -> str:
    """`about 4–9 s`: how long a run should take."""
    unit, size = ("min", 60) if seconds[1] >= 120 else ("s", 1)
    low, high = (max(1, round(each / size)) for each in seconds)
    return f"about {low:,} {unit}" if low == high else f"about {low:,}–{high:,} {unit}"


def left(seconds: float) -> str:
    """`7 s left`: until a run ends; empty where that may be any moment."""
    if seconds < 1:
        return ""
    return f"{seconds:.0f} s left" if seconds < 120 else f"{seconds / 60:.0f} min left"


def queued(before: int) -> str:
    """How many runs come first."""
    return f"Queued: {_count(before, 'run')} before this one."


def ended(result: EvolveResult) -> str:
    """One sentence on a run that has ended, however it did."""
    match result.status:
        case "refused":
            return result.message or "The run was refused."
        case "failed":
            kept = sum(candidate.id != "original" for candidate in result.candidates)
            said = result.message or "The run failed."
            were = "was" if kept == 1 else "were"
            return f"{said} {_count(kept, 'rewrite')} {were} kept." if kept else said
        case "cancelled" if len(result.candidates) > 1:
            return f"Cancelled, {len(result.candidates) - 1:,} kept."
        case _:
            return summary(result)


def ended_in_short(result: EvolveResult) -> str:
    """A few words on a run that has ended, for the end of a progress bar."""
    if result.status == "cancelled":
        kept = sum(candidate.id != "original" for candidate in result.candidates)
        return f"cancelled, {kept:,} kept"
    return result.status if result.status in ("refused", "failed", "superseded") else ended(result)


def ended_together(results: Sequence[EvolveResult]) -> str:
    """One sentence on all the runs that one command has asked for."""
    if len(results) == 1:
        return ended(results[0])
    better = sum(result.original_rank > 1 for result in results)
    failed = [result for result in results if result.status in ("failed", "refused")]
    said = f"{better:,} of {_count(len(results), 'paragraph')} have a rewrite that ranks above your text."
    return f"{said} {_count(len(failed), 'run')} did not end: {ended(failed[0])}" if failed else said


def merged(rejected: Sequence[RejectedCount]) -> str:
    """`2 rewrites changed nothing, 3 repeated another.`, or nothing; other reasons are among the notices."""
    harmless = {name: gate.fault for name, gate in _gates().items() if gate.harmless}
    counts = [(each.count, harmless[each.reason]) for each in rejected if each.reason in harmless]
    if not counts:
        return ""
    first, *rest = counts
    return ", ".join([f"{_count(first[0], 'rewrite')} {first[1]}", *(f"{n} {why}" for n, why in rest)]) + "."


def applied(label: str) -> str:
    """`AW: rewrite 1` is what the editor calls the step."""
    return f"{label.removeprefix('AW: ').capitalize()} is in place; undo brings the former text back."


def mixed(candidate: Ranked) -> str:
    """How a mixture that the writer has made came out."""
    return f"Your mixture has rank {candidate.rank:,}: {chance(candidate)} vs original."


def comparison(path: Path) -> str:
    """Where the comparison lies, for editors that cannot open it by themselves."""
    return f"The rewrites are compared in {path}"


def words(count: int) -> str:
    """`12 words`."""
    return _count(count, "word")


def length(delta: int) -> str:
    """`−12 words`, against the original."""
    return "same length" if delta == 0 else f"{'+' if delta > 0 else '−'}{words(abs(delta))}"


def unknown_markup(name: str) -> str:
    """Said of a document in no known format, which is edited as plain text."""
    return f"The markup of {name} is not known, so it is read as plain text; look at what is changed."


def gated(reason: str) -> str:
    """Why a text that the writer has put together is not taken."""
    return f"That would not do: {_gates()[reason].warning}. Your text is unchanged."


def flagged_kind(flag: Flag) -> str:
    """What kind of thing the writer should look at."""
    return _gates()[flag.kind].noun or flag.kind


def runs(count: int) -> str:
    """`2 runs`."""
    return _count(count, "run")


def flagged(flag: Flag) -> str:
    """`number: 12 % → 21 %`, for the writer to look at."""
    kind = flagged_kind(flag)
    match flag.before, flag.after:
        case None, None:
            return kind
        case before, None:
            return f"{kind}: {before} is gone"
        case None, after:
            return f"{kind}: {after} is new"
        case before, after:
            return f"{kind}: {before} → {after}"


def _gates() -> "Mapping[str, Gate]":
    """The gates by name, imported late: a server starts without what their checks need."""
    from aw_engine.judging.gates import BY_NAME

    return BY_NAME


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
