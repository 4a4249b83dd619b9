"""What menus say. Editors sort and find actions by title: each is one line, and differs from the others."""

from pathlib import PurePath

from aw_engine.domain.result import Ranked
from aw_engine.errors import AwError, ModelDamaged, ModelMissing
from aw_engine.judging.verdict import percent
from aw_engine.text.snippet import first_words
from aw_server import messages
from aw_server.jobs.job import Job

STOP = "Stop and keep the best"
COMPARE = "Compare all…"
COMPARE_STALE = "Compare… (text changed)"
DISCARD = "Discard these rewrites"
AGAIN = "Re-run on the new text"
BACK = "Back to your text"


def evolve(rubric: str) -> str:
    """The offer to begin, by the rubric's name or file."""
    name = PurePath(rubric).name.removesuffix(".toml")
    return f"Evolve this paragraph ({first_words(name, 40)})"


def result(candidate: Ranked) -> str:
    """A rewrite by rank; what the writer has to look at is named."""
    kinds = list(dict.fromkeys(messages.flagged_kind(flag) for flag in candidate.flags))
    return f"{candidate.title} · check the {', the '.join(kinds)}" if kinds else candidate.title


def running(job: Job) -> str:
    """How far a run is."""
    board, started = job.progress, job.started
    if started is None:
        return f"Evolving… ({messages.MEASURING if job.measuring else 'loading the model'})"
    if board is None:
        return f"Evolving… 1/{started.generations}"
    best = next(iter(board.candidates), None)
    found = f", best so far {percent(best.wins)}%" if best is not None and best.rank == 1 else ""
    if best is not None and best.id == "original":
        found = ", your text is ahead"
    return f"Evolving… {max(1, board.generation)}/{started.generations}{found} – show"


def queued(job: Job) -> str:
    """A run that waits; to choose it takes it out of the queue."""
    return f"Do not evolve ({messages.runs(job.waiting)} before this one)"


def none_better(job: Job) -> str:
    """That nothing beat the writer's text."""
    return f"Your text ranked first (of {len(job.outcome.candidates):,}) – compare…"


def attention(error: AwError) -> str:
    """What is wrong with the model."""
    if isinstance(error, ModelMissing):
        return "AW: model file not found – choose another…"
    if isinstance(error, ModelDamaged):
        return "AW: model file is damaged – choose another…"
    return "AW: this model cannot be used – choose another…"
