"""`textDocument/codeAction`: how any editor comes by ranked rewrites."""

import asyncio
from collections.abc import Sequence

import msgspec
from lsprotocol import types

from aw_server import messages, protocol
from aw_server.documents.edits import changes
from aw_server.features.actions import EVOLVE, RESULT, ROOT, Data, actions
from aw_server.features.applied_text import text_in_place
from aw_server.features.rewriting import workspace_edit
from aw_server.jobs.job import Job
from aw_server.jobs.refusal import UnknownCandidate, UnknownJob
from aw_server.server import AwServer

_OPTIONS = types.CodeActionOptions(code_action_kinds=[EVOLVE, RESULT, ROOT], resolve_provider=True)


def register(server: AwServer) -> None:
    """Answer `textDocument/codeAction` and `codeAction/resolve`."""
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _OPTIONS)(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)
    server.queue.ended.append(_work_out)


def code_action(
    ls: AwServer, params: types.CodeActionParams
) -> list[types.CodeAction] | list[types.Command] | None:
    """What can be done at this place; None for a document that is not open."""
    uri = params.text_document.uri
    if uri not in ls.session.documents:
        return None
    asked = params.context.trigger_kind != types.CodeActionTriggerKind.Automatic
    found = wanted(actions(ls, uri, _range(params.range), asked=asked), params.context.only)
    return found if ls.session.client.literals else _commands(ls, found)


def resolve(ls: AwServer, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit as the text is now; without it, and with a message, if that has changed."""
    try:
        data = msgspec.convert(action.data, Data)
        job = ls.jobs.get(data.job_id)
        text = job.text_of(data.candidate_id)
    except (msgspec.ValidationError, UnknownJob, UnknownCandidate):
        return action
    now = text_in_place(job)
    if action.command is not None:
        return action
    if now is None:
        action.edit = None
        ls.show(messages.STALE, types.MessageType.Warning)
    elif now.text != text:
        action.edit = workspace_edit(ls.session, job.uri, now.start, now.text, text)
    return action


def _work_out(job: Job) -> None:
    """Work out the edits of a run's rewrites in a thread: those of a long passage take time."""
    texts = [each.text for each in job.outcome.candidates]
    asyncio.get_running_loop().run_in_executor(None, lambda: [changes(job.original, text) for text in texts])


def wanted(found: list[types.CodeAction], only: Sequence[str] | None) -> list[types.CodeAction]:
    """The actions of these kinds or below them.

    One that is asked for by a parent's name goes by that name: eglot keeps only what it asked for, exactly.
    """
    if not only:
        return found
    kinds = [str(getattr(kind, "value", kind)) for kind in only]
    kept = []
    for action in found:
        own = str(action.kind)
        parents = [kind for kind in kinds if kind in ("", own) or own.startswith(f"{kind}.")]
        if parents:
            action.kind = own if own in parents or "" in parents else max(parents, key=len)
            kept.append(action)
    return kept


def _commands(ls: AwServer, found: list[types.CodeAction]) -> list[types.Command]:
    """For editors from before code actions: commands alone, as far as the editor lets itself be edited."""
    commands = []
    for action in found:
        if action.command is not None:
            commands.append(action.command)
        elif ls.session.client.apply_edit and action.data is not None:
            commands.append(types.Command(action.title, protocol.COMMAND_APPLY, arguments=[action.data]))
    return commands


def _range(place: types.Range) -> protocol.Range:
    return protocol.Range(
        *(protocol.Position(max(0, each.line), max(0, each.character)) for each in (place.start, place.end))
    )
