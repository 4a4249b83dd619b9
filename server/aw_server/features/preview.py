"""What a rewrite would change, before it is taken."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.differences import unified
from aw_server.features import handlers
from aw_server.features.parts import in_document, parts_of, taken
from aw_server.protocol import PreviewParams, PreviewResult

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/preview`."""
    handlers.request(server, protocol.PREVIEW, PreviewParams, preview)


async def preview(ls: "AwServer", params: PreviewParams) -> PreviewResult:
    """The parts of the rewrite, and its text in the document with the chosen ones taken.

    :raises UnknownJob, UnknownCandidate: if there is none of this id, or no such part.
    """
    from aw_engine.text.reflow import restore

    job = ls.jobs.get(params.job_id)
    if params.parts is None:
        text = job.text_of(params.candidate_id)
    else:
        text = restore(job.extract.frame, await taken(job, params.candidate_id, params.parts))
    found = await parts_of(job, params.candidate_id)
    parts = tuple(in_document(ls.session, job, part) for part in found)
    if params.format == "unified":
        text = unified(job.uri.rsplit("/", 1)[-1], job.original, text)
    return PreviewResult(parts, text)
