"""Putting a rewrite in place, and believing only the text that the editor has afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.errors import PassageError
from aw_server import messages, protocol
from aw_server.documents.document import Document
from aw_server.documents.merge import merge
from aw_server.features import handlers
from aw_server.features.applied_text import text_in_place
from aw_server.features.parts import gated, taken
from aw_server.features.rewriting import workspace_edit
from aw_server.jobs.job import Job
from aw_server.protocol import ApplyParams, ApplyResult
from aw_server.server import AwServer

if TYPE_CHECKING:
    from aw_engine.text.frame import Frame

_ANSWERED_WITHIN: Final = 3.0  # seconds; some editors never answer
_CONFIRMED_WITHIN: Final = 1.0  # seconds after the answer; VS Code holds changes back for a quarter of one


class _Step(Struct, frozen=True):
    """The document's text `old` at `start` shall become `new`."""

    start: int
    old: str
    new: str
    merged: bool = False


def register(server: AwServer) -> Callable[[AwServer, ApplyParams], Awaitable[ApplyResult]]:
    """Answer `aw/apply` and `aw.server.apply`; return the handler of the latter."""
    turn = asyncio.Lock()  # a second edit is made from what the first has left

    async def request(ls: AwServer, params: ApplyParams) -> ApplyResult:
        async with turn:
            return await apply(ls, params)

    async def command(ls: AwServer, params: ApplyParams) -> ApplyResult:
        result = await request(ls, params)
        if result.outcome not in ("applied", "merged") and not ls.session.client.ours:
            ls.show(result.message, types.MessageType.Warning)  # few editors show what a command answers
        return result

    handlers.request(server, protocol.APPLY, ApplyParams, request)
    handlers.command(server, protocol.COMMAND_APPLY, ApplyParams, command)
    return command


async def apply(ls: AwServer, params: ApplyParams) -> ApplyResult:
    """Put a rewrite in place, and say what has come of it.

    The text is compared at the moment of sending; nothing else is ever replaced.

    :raises UnknownJob, UnknownCandidate: if there is none of this id.
    """
    job = ls.jobs.get(params.job_id)
    candidate_id = params.candidate_id or job.best()
    if candidate_id is None:
        return ApplyResult("refused", messages.NOTHING_BETTER)
    text = await _text(job, candidate_id, params)
    if isinstance(text, ApplyResult):
        return text
    if not ls.session.client.apply_edit:
        return ApplyResult("refused", messages.INLINE_ONLY)
    if job.location.closed or job.uri not in ls.session.documents:
        return ApplyResult("refused", messages.NOT_OPEN)
    step = await _step(job, candidate_id, params, text)
    if isinstance(step, ApplyResult):
        return step
    if params.parts is not None:
        job.put = (candidate_id, text)
    rank = next((each.rank for each in job.outcome.candidates if each.id == candidate_id), 1)
    label = "AW: your text" if candidate_id == ORIGINAL else f"AW: rewrite {rank}"
    result = await _send(ls, job, step, label)
    if result.outcome == "merged":
        # It reads like no rewrite, and is not noticed otherwise.
        ls.runner.history.applied(job.id, candidate_id)
    return result


async def _text(job: Job, candidate_id: str, params: ApplyParams) -> str | ApplyResult:
    """The document's text for the passage, or why there is none."""
    if params.parts is None or candidate_id == ORIGINAL:
        text = job.text_of(candidate_id)
    else:
        from aw_engine.text.reflow import restore

        prose = await taken(job, candidate_id, params.parts)
        if refused := await gated(job, prose):
            return ApplyResult("refused", messages.gated(refused.reason))
        text = restore(job.extract.frame, prose)
    return text if text.strip() else ApplyResult("refused", messages.NOTHING_LEFT)


async def _step(job: Job, candidate_id: str, params: ApplyParams, text: str) -> _Step | ApplyResult:
    now = text_in_place(job)
    if now is not None:
        if now.text == text:
            return ApplyResult("refused", messages.STANDS_ALREADY)
        return _Step(now.start, now.text, text)
    prose = None if candidate_id == ORIGINAL else await taken(job, candidate_id, params.parts)
    if job.location.closed:  # meanwhile
        return ApplyResult("refused", messages.NOT_OPEN)
    merged = None if prose is None else _merged(job, prose)
    if merged is None:
        return ApplyResult("stale", messages.STALE, choices=("rerun", "copy"))
    if params.on_stale == "refuse":
        return ApplyResult("stale", messages.STALE, choices=("rerun", "copy", "merge"))
    frame, whole = merged
    return _Step(frame.start, frame.original, whole, merged=True)


def _merged(job: Job, prose: str) -> "tuple[Frame, str] | None":
    """The passage as it stands now, and its text with the rewrite taken over; None if they conflict."""
    from aw_engine.text.extract import extract
    from aw_engine.text.reflow import restore
    from aw_engine.text.verify import verify

    start, end = job.location.last
    document = job.location.document
    try:
        now = extract(document.text, start, end, document.format, job.extract.passage.language)
    except PassageError:
        return None
    text = merge(job.extract.passage.text, now.passage.text, prose)
    if text is None or text == now.passage.text or verify(now.passage, text):
        return None
    return now.frame, restore(now.frame, text)


async def _send(ls: AwServer, job: Job, step: _Step, label: str) -> ApplyResult:
    session, uri = ls.session, job.uri
    before = session.documents[uri].text
    after = before[: step.start] + step.new + before[step.start + len(step.old) :]

    def reads(document: Document) -> bool:
        """Whether the rewrite stands there, whatever the writer has typed elsewhere meanwhile."""
        return document.text == after or document.text.startswith(step.new, job.location.last[0])

    edit = workspace_edit(session, uri, step.start, step.old, step.new)
    arrival = asyncio.ensure_future(_arrival(ls, uri, reads))
    answer = asyncio.ensure_future(
        ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label=label))
    )
    answer.add_done_callback(_heard)
    try:
        # The answer is never cancelled: a reply to it could then not be taken (pygls issue 621).
        await asyncio.wait({arrival, answer}, timeout=_ANSWERED_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        if not arrival.done() and not _refusal(answer):
            await asyncio.wait({arrival}, timeout=_CONFIRMED_WITHIN if answer.done() else 0)
        arrived = arrival.done() and not arrival.cancelled()
    finally:
        arrival.cancel()
    if arrived:
        lines = session.documents[uri].lines
        start = step.start if lines.text == after else job.location.last[0]
        place = lines.range(start, min(start + len(step.new), len(lines.text)), session.encoding)
        return ApplyResult("merged" if step.merged else "applied", messages.applied(label), range=place)
    current = session.documents.get(uri)
    unchanged = current is not None and current.text == before
    said = messages.NOT_APPLIED if unchanged else messages.UNCERTAIN
    return ApplyResult("refused" if _refusal(answer) else "unknown", said)


async def _arrival(ls: AwServer, uri: str, reads: Callable[[Document], bool]) -> None:
    """Wait until the document reads so; cancelled if it is closed."""
    while True:
        await ls.session.next_change(uri)
        document = ls.session.documents.get(uri)
        if document is not None and reads(document):
            return


def _refusal(answer: "asyncio.Future[types.ApplyWorkspaceEditResult]") -> bool:
    """Whether the editor has said that it did nothing."""
    if not answer.done() or answer.cancelled():
        return False
    return answer.exception() is not None or not answer.result().applied


def _heard(answer: "asyncio.Future[types.ApplyWorkspaceEditResult]") -> None:
    """Take notice of an answer that comes late or is an error, so that asyncio does not report it."""
    if not answer.cancelled():
        answer.exception()
