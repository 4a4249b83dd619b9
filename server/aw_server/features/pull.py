"""Fetching a model because the writer has asked for it."""

import asyncio
import threading
from typing import TYPE_CHECKING

from lsprotocol import types

from aw_engine.errors import AwError
from aw_engine.inference.models.reference import hub_file
from aw_server import protocol
from aw_server.features import handlers
from aw_server.rpc import RequestFailed

if TYPE_CHECKING:
    from aw_server.runs.download import Fetched
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/pullModel`."""
    handlers.request(server, protocol.PULL_MODEL, protocol.PullModelParams, pull)


class _Stopped(Exception):
    """The writer has had enough."""


async def pull(ls: "AwServer", params: protocol.PullModelParams) -> protocol.SelectedModel:
    """Fetch the model, with progress under the client's token; what `selectModel` takes for it then.

    Cancelling the request or the progress stops it; what has come is kept for the next time.

    :raises JsonRpcException: RequestFailed, if it is nothing that can be fetched, or was not.
    """
    from aw_server.runs.download import download  # heavy: the server's start must not wait for it

    wanted = hub_file(params.ref)
    if wanted is None:
        raise RequestFailed(f"{params.ref} is nothing that can be fetched.")
    progress = _Progress(ls, params)
    try:
        await asyncio.to_thread(download, wanted, progress.fetched, progress.checked)
    except asyncio.CancelledError:
        progress.stop()
        raise
    except _Stopped:
        raise RequestFailed(f"Stopped. Choose {params.ref} again to go on where it stopped.") from None
    except AwError as error:
        raise RequestFailed(str(error)) from None
    finally:
        progress.end()
    return protocol.SelectedModel(params.ref)


class _Progress:
    """Reports from the thread that fetches to the client, once for each per cent."""

    def __init__(self, ls: "AwServer", params: protocol.PullModelParams) -> None:
        self._bars = ls.work_done_progress
        self._token = params.work_done_token
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._percentage = -1
        if self._token is not None:
            begin = types.WorkDoneProgressBegin(title=params.ref, percentage=0, cancellable=True)
            self._bars.begin(self._token, begin)
            self._bars.tokens[self._token].add_done_callback(
                lambda token: self.stop() if token.cancelled() else None
            )

    def stop(self) -> None:
        """End the download at its next step."""
        self._stopped.set()

    def end(self) -> None:
        """Take the bar away."""
        if self._token is not None:
            self._bars.end(self._token, types.WorkDoneProgressEnd())
            self._bars.tokens.pop(self._token, None)
            self._token = None

    def fetched(self, now: "Fetched") -> None:
        """:raises _Stopped: if that was asked for."""
        share = now.done / now.total if now.total else 0.0
        self._tell(share, f"{now.done / 1e6:,.0f} of {now.total / 1e6:,.0f} MB")

    def checked(self, share: float) -> None:
        """:raises _Stopped: if that was asked for."""
        self._tell(share, "checking")

    def _tell(self, share: float, message: str) -> None:
        if self._stopped.is_set():
            raise _Stopped
        percentage = int(100 * share)
        if percentage != self._percentage:
            self._percentage = percentage
            self._loop.call_soon_threadsafe(self._report, percentage, message)

    def _report(self, percentage: int, message: str) -> None:
        if self._token is not None:
            report = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._bars.report(self._token, report)
