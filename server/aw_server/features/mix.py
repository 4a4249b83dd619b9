"""Sentences of several rewrites put together by the writer, gated and rated like any other rewrite."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from aw_engine.errors import AwError
from aw_engine.text.diff import SentenceDiff
from aw_server import messages, protocol
from aw_server.features import handlers
from aw_server.features.parts import gated, parts_of
from aw_server.jobs.job import Job
from aw_server.jobs.refusal import UnknownCandidate
from aw_server.jobs.selection import resources
from aw_server.protocol import MixParams, MixPick, MixResult

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/mix`."""
    handlers.request(server, protocol.MIX, MixParams, mix)


async def mix(ls: "AwServer", params: MixParams) -> MixResult:
    """The mixture, a candidate of the run from now on, or why it is none.

    A pick's `part` counts the parts of its own candidate's preview.

    :raises UnknownJob, UnknownCandidate: if there is none of this id, or no such part.
    """
    job = ls.jobs.get(params.job_id)
    if not job.done.is_set() or ls.queue.unfinished:
        return MixResult("refused", messages.BUSY)
    prose = await mixed(job, params.picks)
    if prose is None:
        return MixResult("refused", messages.OVERLAP)
    if any(job.prose_of(each.id) == prose for each in job.outcome.candidates):
        return MixResult("refused", messages.gated("duplicate"))
    if refused := await gated(job, prose):
        return MixResult("refused", messages.gated(refused.reason))
    parents = list(dict.fromkeys(pick.candidate_id for pick in params.picks))
    numbers = [
        int(each.id[1:]) for each in job.outcome.candidates if each.id[1:].isdigit() and each.id[0] == "m"
    ]
    candidate_id = f"m{max(numbers, default=0) + 1}"
    try:
        rated = await ls.runner.appraise(
            prose, candidate_id, parents, job.request.brief, resources(ls.session.settings)
        )
    except AwError as error:
        return MixResult("refused", str(error))

    from aw_engine.evolution.appraise import joined
    from aw_engine.judging.gates import Refused
    from aw_engine.text.reflow import restore

    if isinstance(rated, Refused):
        return MixResult("refused", messages.gated(rated.reason))
    rated = replace(rated, text=restore(job.extract.frame, prose))
    ranking = joined(job.outcome, rated).candidates
    job.admit(next(each for each in ranking if each.id == candidate_id), prose)
    candidate = next(each for each in job.outcome.candidates if each.id == candidate_id)
    return MixResult("mixed", messages.mixed(candidate), candidate)


async def mixed(job: Job, picks: tuple[MixPick, ...]) -> str | None:
    """The passage with the picked parts taken, as prose; None if two of them stand for the same text.

    :raises UnknownCandidate: if there is no such candidate, or no such part.
    """
    original = job.extract.passage.text
    chosen: list[SentenceDiff] = []
    for pick in dict.fromkeys(picks):
        parts = await parts_of(job, pick.candidate_id)
        if pick.part >= len(parts):
            raise UnknownCandidate(messages.UNKNOWN_PART)
        chosen.append(parts[pick.part])
    text, at, last = "", 0, (-1, -1)
    for part in sorted(chosen, key=lambda each: (each.start, each.end)):
        if part.start < at or (part.start, part.end) == last:
            return None
        text += original[at : part.start] + part.after
        at, last = part.end, (part.start, part.end)
    return text + original[at:]
