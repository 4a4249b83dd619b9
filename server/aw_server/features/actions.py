"""Which actions a place in a document has: looked up in what runs have found, never worked out."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from lsprotocol import types
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import Ranked
from aw_engine.errors import AwError
from aw_server import protocol
from aw_server.features import titles
from aw_server.features.applied_text import AppliedText, text_in_place
from aw_server.features.rewriting import workspace_edit
from aw_server.jobs.job import Job
from aw_server.runs.models import examine
from aw_server.server import AwServer

ROOT: Final = "refactor.rewrite.aw"
EVOLVE: Final = f"{ROOT}.evolve"
RESULT: Final = f"{ROOT}.result"

_MOST = 6
_MOST_RESULTS = 4
_BESIDE = 2  # rewrites shown though the writer's text ranks before them
_RUBRICS = ("clarity", "concise", "proofread")
_MOST_RUBRICS = 3


class Data(Struct, frozen=True, rename="camel"):
    """What an action carries until it is resolved."""

    job_id: str
    candidate_id: str


def actions(ls: AwServer, uri: str, place: protocol.Range, *, asked: bool) -> list[types.CodeAction]:
    """The actions at this place of an open document, at most six, in an order that stays.

    `asked` says that the writer has opened the menu: without that, and without a selection, nothing is
    offered where there is nothing to show.
    """
    document = ls.session.documents[uri]
    start, end = (document.lines.offset(each, ls.session.encoding) for each in (place.start, place.end))
    job = ls.jobs.at(uri, min(start, end), max(start, end))
    if job is not None and not job.done.is_set():
        return _of_running(job)
    if job is not None and len(job.outcome.candidates) > 1:
        now = text_in_place(job)
        return (_of_stale(job, place) if now is None else _of_ended(ls, job, now))[:_MOST]
    return list(_offers(ls, uri, place)) if asked or start != end else []


def result(ls: AwServer, job: Job, now: AppliedText, candidate: Ranked) -> types.CodeAction:
    """The action that puts a rewrite where `now` stands.

    Our own clients get the command, which looks at the text once more: VS Code drops the version of an
    edit that an action carries, and would put it over newer text.
    """
    action = types.CodeAction(title=titles.result(candidate), kind=RESULT)
    client = ls.session.client
    if client.ours and client.apply_edit:
        action.command = _command(
            action.title, protocol.COMMAND_APPLY, jobId=job.id, candidateId=candidate.id
        )
    else:
        action.edit = workspace_edit(ls.session, job.uri, now.start, now.text, candidate.text)
    if candidate.preferred and client.is_preferred:
        action.is_preferred = True
    if action.edit is not None:
        action.data = msgspec.to_builtins(Data(job.id, candidate.id))
    if client.tag_support:
        action.tags = [types.CodeActionTag.LlmGenerated]
    return action


def _of_running(job: Job) -> list[types.CodeAction]:
    if not job.begun:
        title = titles.queued(job)
        return [_action(title, protocol.COMMAND_CANCEL, jobId=job.id, keep=True)]
    return [
        _action(titles.running(job), protocol.COMMAND_COMPARE, jobId=job.id),
        _action(titles.STOP, protocol.COMMAND_CANCEL, jobId=job.id, keep=True),
    ]


def _of_ended(ls: AwServer, job: Job, now: AppliedText) -> list[types.CodeAction]:
    found = job.outcome
    others = [each for each in found.candidates if each.id not in (ORIGINAL, now.candidate_id)]
    shown = [each for each in others if each.rank < found.original_rank][:_MOST_RESULTS]
    best = found.original_rank == 1
    if best:
        shown = others[:_BESIDE]
    back = []
    if now.candidate_id != ORIGINAL:
        shown = shown[: _MOST_RESULTS - 1]
        original = next(each for each in found.candidates if each.id == ORIGINAL)
        back = [result(ls, job, now, replace(original, title=titles.BACK))]
    results = [result(ls, job, now, each) for each in shown if each.text.strip() and each.text != now.text]
    compare = _action(
        titles.none_better(job) if best else titles.COMPARE, protocol.COMMAND_COMPARE, jobId=job.id
    )
    discard = _action(titles.DISCARD, protocol.COMMAND_DISCARD, jobId=job.id)
    return [compare, *results, *back, discard] if best else [*results, *back, compare, discard]


def _of_stale(job: Job, place: protocol.Range) -> list[types.CodeAction]:
    again = replace(
        job.params,
        text_document=protocol.TextDocument(job.uri),
        range=place,
        position=None,
        origin=None,
        work_done_token=None,
    )
    return [
        types.CodeAction(
            title=titles.AGAIN,
            kind=EVOLVE,
            command=types.Command(
                titles.AGAIN, protocol.COMMAND_EVOLVE, arguments=[msgspec.to_builtins(again)]
            ),
        ),
        _action(titles.COMPARE_STALE, protocol.COMMAND_COMPARE, jobId=job.id),
    ]


def _offers(ls: AwServer, uri: str, place: protocol.Range) -> Iterator[types.CodeAction]:
    if not ls.session.documents[uri].is_prose:
        return
    try:
        examine(ls.models.in_force.writer)
    except AwError as error:
        yield _action(titles.attention(error), protocol.COMMAND_SELECT_MODEL)
        return
    last = ls.admission.last.rubric if ls.admission.last is not None else None
    wanted = (ls.session.settings.rubric or _RUBRICS[0], last, *_RUBRICS)
    for rubric in list(dict.fromkeys(each for each in wanted if each))[:_MOST_RUBRICS]:
        action = _action(
            titles.evolve(rubric),
            protocol.COMMAND_EVOLVE,
            textDocument={"uri": uri},
            range=msgspec.to_builtins(place),
            rubric=rubric,
        )
        action.kind = EVOLVE
        yield action


def _action(title: str, command: str, **argument: Any) -> types.CodeAction:
    return types.CodeAction(title=title, kind=ROOT, command=_command(title, command, **argument))


def _command(title: str, command: str, **argument: Any) -> types.Command:
    return types.Command(title=title, command=command, arguments=[argument])
