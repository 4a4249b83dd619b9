"""One message when what a command started has ended; with `notifyWhenDone: ask` it comes with choices."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from msgspec import Struct
from pygls.exceptions import JsonRpcException

from aw_server import messages, protocol
from aw_server.jobs.job import Job

if TYPE_CHECKING:
    from aw_server.server import AwServer

_APPLY: Final = "Apply the best"
_COMPARE: Final = "Compare all…"
_LATER: Final = "Later"


class Choices(Struct, frozen=True):
    """What the commands of the same names do."""

    apply: "Callable[[AwServer, protocol.ApplyParams], Awaitable[object]]"
    compare: "Callable[[AwServer, protocol.JobParams], object]"


def register(server: "AwServer", choices: Choices) -> None:
    """Tell the writer from now on how each command's run has ended."""
    server.queue.ended.append(lambda job: _tell(server, job, choices))


def _tell(ls: "AwServer", job: Job, choices: Choices) -> None:
    """Show one message for all that one command has asked for, when the last of it has ended."""
    jobs = ls.jobs.together(job)
    wanted = ls.session.settings.notify_when_done
    if not job.commanded or job.status == "superseded" or not all(each.done.is_set() for each in jobs):
        return
    message = messages.ended_together([each.outcome for each in jobs])
    if job.status in ("failed", "refused"):
        ls.show(message, types.MessageType.Error)
    elif wanted == "ask" and len(jobs) == 1 and len(job.outcome.candidates) > 1 and not job.location.closed:
        ls.spawn(_ask(ls, job, message, choices))
    elif wanted != "none":
        ls.show(message)


async def _ask(ls: "AwServer", job: Job, message: str, choices: Choices) -> None:
    """Show the message with its choices, and do what is chosen."""
    titles = [_APPLY, _COMPARE, _LATER] if job.best() is not None else [_COMPARE, _LATER]
    question = types.ShowMessageRequestParams(
        types.MessageType.Info, message, [types.MessageActionItem(title) for title in titles]
    )
    try:
        chosen = await ls.window_show_message_request_async(question)
    except JsonRpcException:  # an editor that cannot ask
        ls.show(message)
        return
    if chosen is not None and chosen.title == _APPLY:
        await choices.apply(ls, protocol.ApplyParams(job.id))
    elif chosen is not None and chosen.title == _COMPARE:
        choices.compare(ls, protocol.JobParams(job.id))
