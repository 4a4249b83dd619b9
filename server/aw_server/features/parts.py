"""A rewrite sentence by sentence: what each part changes, and the text with some of the parts taken."""

import asyncio
from collections.abc import Collection
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from aw_engine.text.diff import SentenceDiff, apply, compare
from aw_server import messages, protocol
from aw_server.jobs.job import Job
from aw_server.jobs.refusal import UnknownCandidate

if TYPE_CHECKING:
    from aw_engine.judging.gates import Refused
    from aw_engine.text.frame import Frame
    from aw_server.session import Session


async def parts_of(job: Job, candidate_id: str) -> tuple[SentenceDiff, ...]:
    """What the candidate changes, in prose. Long passages take a tenth of a second, in a thread.

    :raises UnknownCandidate: if there is none of this id.
    """
    original, prose = job.extract.passage.text, job.prose_of(candidate_id)
    return await asyncio.get_running_loop().run_in_executor(None, _compared, original, prose)


_compared = lru_cache(maxsize=64)(compare)


async def taken(job: Job, candidate_id: str, chosen: Collection[int] | None) -> str:
    """The candidate as prose, or the passage with only the chosen parts of it.

    :raises UnknownCandidate: if there is no such candidate, or no such part.
    """
    if chosen is None:
        return job.prose_of(candidate_id)
    parts = await parts_of(job, candidate_id)
    if not set(chosen) <= {part.index for part in parts}:
        raise UnknownCandidate(messages.UNKNOWN_PART)
    return apply(job.extract.passage.text, parts, chosen)


async def gated(job: Job, prose: str) -> "Refused | None":
    """Why this text may not stand for the passage, by the run's own gates; None if it may."""
    from aw_engine.judging import gates

    rubric, plan = job.request.brief.rubric, job.request.brief.plan
    check = partial(gates.check, length=rubric.length, lift=rubric.lift)
    strictness = plan.gates or rubric.gates
    verdict = await asyncio.get_running_loop().run_in_executor(
        None, check, job.extract.passage, prose, strictness
    )
    return verdict if isinstance(verdict, gates.Refused) else None


def in_document(session: "Session", job: Job, part: SentenceDiff) -> protocol.DiffPart:
    """The part with its place where the passage stands, or stood last."""
    start, end = job.location.last
    first, last = (min(start + offset_in(job.extract.frame, at), end) for at in (part.start, part.end))
    return protocol.DiffPart(
        index=part.index,
        kind=part.kind,
        original=job.location.document.lines.range(first, max(first, last), session.encoding),
        before=part.before,
        after=part.after,
        words=tuple(protocol.Word(run.kind, run.text) for run in part.words),
    )


def offset_in(frame: "Frame", at: int) -> int:
    """Where in `frame.original` the passage's code point `at` stands, behind the prefix of its line."""
    steps = [(joint.at, _space(frame, joint.at), joint.start - joint.end) for joint in frame.joints]
    steps += [(cut.at, len(cut.clean), len(cut.raw)) for cut in frame.cuts]
    found = 0
    for fold in frame.folded:
        found = max(found, frame.text.find(fold.text, found))
        steps.append((found, len(fold.text), len(fold.raw)))
        found += len(fold.text)
    offset = at + sum(there - here for place, here, there in steps if place + here <= at)
    return min(offset, len(frame.original))


def _space(frame: "Frame", at: int) -> int:
    """How long a joined line end is in the passage: nothing between ideographs."""
    return int(frame.text[at : at + 1] == " ")
