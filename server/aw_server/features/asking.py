"""With `notifyWhenDone: ask`: when a command's run has ended, the writer is asked what becomes of it."""

import inspect
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from aw_server import protocol
from aw_server.jobs.job import Job

if TYPE_CHECKING:
    from aw_server.server import AwServer

_APPLY: Final = "Apply the best"
_COMPARE: Final = "Compare all…"
_LATER: Final = "Later"
_COMMANDS: Final = {_APPLY: protocol.COMMAND_APPLY, _COMPARE: protocol.COMMAND_COMPARE}


async def ask(ls: "AwServer", job: Job, message: str) -> None:
    """The message is shown with its choices, and what is chosen is done as its command would be."""
    titles = [_APPLY, _COMPARE, _LATER] if job.best() is not None else [_COMPARE, _LATER]
    question = types.ShowMessageRequestParams(
        types.MessageType.Info, message, [types.MessageActionItem(title) for title in titles]
    )
    try:
        chosen = await ls.window_show_message_request_async(question)
    except JsonRpcException:  # an editor that cannot ask
        ls.show(message)
        return
    command = _COMMANDS.get(chosen.title) if chosen is not None else None
    if command is not None:
        done = ls.protocol.fm.commands[command]({"jobId": job.id})
        if inspect.isawaitable(done):
            await done
