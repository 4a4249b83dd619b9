"""The command that starts a run and answers at once, and the request that answers at its end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from msgspec.structs import asdict, replace
from pygls.exceptions import JsonRpcException

from aw_engine.domain.passage import ENGLISH
from aw_engine.domain.result import ModelRef, Status, nothing_found
from aw_server import messages, progress, protocol
from aw_server.features import handlers
from aw_server.jobs import warmup
from aw_server.jobs.announcing import announce
from aw_server.jobs.job import Job

if TYPE_CHECKING:
    from aw_server.server import AwServer

_ANSWERED_WITHIN: Final = 0.12  # seconds after a cancellation; a run needs less to put its findings in order
_HARMLESS: Final = ("empty", "tooShort", "onlyMarkup", "ambiguous")


def register(server: "AwServer") -> None:
    """Answer `aw/evolve` and `aw.server.evolve`."""
    handlers.request(server, protocol.EVOLVE, protocol.EvolveParams, request)
    handlers.command(server, protocol.COMMAND_EVOLVE, protocol.EvolveParams, command)
    server.runner.troubles.append(server.show_once)
    server.admission.left_alone.append(server.show)


async def command(ls: "AwServer", params: protocol.EvolveParams) -> protocol.StartResult:
    """Start a run and answer at once. A fault is also shown as a message: few editors show the answer."""
    await warmup.parsed(params, ls.session)
    started, job = ls.admission.start(params)
    if job is None:
        if started.reason == "unsupportedLanguage":
            ls.spawn(_ask_whether_english(ls, params, started.message))
        else:
            ls.show(started.message, _kind(started.reason))
        return started
    if job.done.is_set():
        ls.show(started.message)
        return started
    _say_if_unknown(ls, job)
    jobs = ls.jobs.together(job)
    for each in jobs:
        each.commanded = True
    if started.state != "joined" or params.work_done_token is not None:
        progress.follow(ls, jobs, params.work_done_token)
    return replace(started, estimate=await announce(jobs))


async def _ask_whether_english(ls: "AwServer", params: protocol.EvolveParams, message: str) -> None:
    """Show why nothing was begun, and begin if the writer says that the text is English."""
    question = types.ShowMessageRequestParams(
        types.MessageType.Warning, message, [types.MessageActionItem(messages.IT_IS_ENGLISH)]
    )
    try:
        chosen = await ls.window_show_message_request_async(question)
    except JsonRpcException:  # an editor that cannot ask
        ls.show(message, types.MessageType.Warning)
        return
    if chosen is not None and chosen.title == messages.IT_IS_ENGLISH:
        await command(ls, replace(params, language=ENGLISH, split=False, work_done_token=None))


async def request(ls: "AwServer", params: protocol.EvolveParams) -> protocol.EvolveResult:
    """Start a run and answer with its outcome; after `$/cancelRequest` with the best so far."""
    given_up = False
    try:
        await warmup.parsed(params, ls.session)
    except asyncio.CancelledError:
        _answer_all_the_same()
        if warmup.is_long(params, ls.session):
            return _without_run(ls, params, "cancelled")
        given_up = True  # a run that ends at once has the writer's text, as every other
    started, job = ls.admission.start(params)
    if job is None:
        return _without_run(ls, params, "refused", started)
    _say_if_unknown(ls, job)
    jobs = ls.jobs.together(job)
    for each in jobs:
        each.asked_by += 1
    if given_up:
        return await _left(ls, job, jobs)
    if params.work_done_token is not None:
        progress.follow(ls, jobs, params.work_done_token)
    try:
        await announce(jobs)
        for each in jobs:
            await each.done.wait()
    except asyncio.CancelledError:
        _answer_all_the_same()
        return await _left(ls, job, jobs)
    for each in jobs:
        each.asked_by -= 1
    return job.result()


async def _left(ls: "AwServer", job: Job, jobs: Sequence[Job]) -> protocol.EvolveResult:
    """What the first of the jobs has found, now that nobody waits for them any more."""
    for each in jobs:
        _leave(ls, each)
    with suppress(TimeoutError):
        await asyncio.wait_for(job.done.wait(), _ANSWERED_WITHIN)
    result = job.result()
    return replace(result, status="cancelled") if result.status == "running" else result


def _say_if_unknown(ls: "AwServer", job: Job) -> None:
    """Say once of a document in no known format that it is read as plain text."""
    document = job.location.document
    if not document.recognised.known:
        ls.show_once(messages.unknown_markup(document.uri.rsplit("/", 1)[-1]))


def _leave(ls: "AwServer", job: Job) -> None:
    """Wait for the job no longer. If nobody else does, it ends with what it has found."""
    job.asked_by -= 1
    if job.asked_by <= 0 and not job.commanded:
        ls.queue.cancel([job])


def _answer_all_the_same() -> None:
    """Take back the cancellation of this request, so that it can still be answered."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


def _without_run(
    ls: "AwServer",
    params: protocol.EvolveParams,
    status: Status,
    started: protocol.StartResult | None = None,
) -> protocol.EvolveResult:
    """The answer where nothing was begun."""
    place = params.position or protocol.Position(0, 0)
    model = ModelRef(ref=ls.models.in_force.writer, digest="")
    nothing = nothing_found("", "", status, seed=params.seed or 0, model=model)
    if started is not None:
        nothing = replace(nothing, reason=started.reason, message=started.message)
    return protocol.EvolveResult(
        **asdict(nothing),
        uri=params.text_document.uri,
        version=params.text_document.version,
        range=params.range or protocol.Range(place, place),
        stale=False,
    )


def _kind(reason: protocol.Reason | None) -> types.MessageType:
    if reason in _HARMLESS:
        return types.MessageType.Info
    return types.MessageType.Warning if reason == "queueFull" else types.MessageType.Error
