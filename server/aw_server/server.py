"""The language server: pygls' with a session, jobs, and failures told in one sentence."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from msgspec import Struct
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from aw_server import __version__, log, rpc
from aw_server.session import Session

if TYPE_CHECKING:
    from aw_server.jobs.admission import Admission
    from aw_server.jobs.queue import JobQueue
    from aw_server.jobs.runner import Runner
    from aw_server.jobs.selection import ModelSelection
    from aw_server.jobs.store import JobStore
    from aw_server.jobs.warmup import Warmup


class AwServer(LanguageServer):
    """One editor's server. `ended` is set when it shall end: after `exit`, or with the editor.

    What is only declared here is made in `app`.
    """

    protocol: rpc.AwProtocol
    runner: "Runner"
    models: "ModelSelection"
    jobs: "JobStore"
    queue: "JobQueue"
    admission: "Admission"
    warmup: "Warmup"

    def __init__(self, session: Session) -> None:
        super().__init__(
            "aw-server",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=rpc.AwProtocol,
            converter_factory=rpc.converter,
        )
        self.session = session
        self.ended = asyncio.Event()
        self._told: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def stop(self) -> None:
        """Let the server end soon."""
        self.ended.set()

    async def aclose(self) -> None:
        """End every job with what it has found, within two seconds, and every worker."""
        await self.queue.aclose()
        await self.runner.aclose()

    def tell(self, method: str, params: Struct) -> None:
        """Send one of our own notifications."""
        self.protocol.notify(method, params)

    def show(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Show a sentence to the writer."""
        self.window_show_message(types.ShowMessageParams(type=kind, message=message))

    def show_once(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Show a sentence, unless it was shown before."""
        if message not in self._told:
            self._told.add(message)
            self.show(message, kind)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine that nobody waits for; a failure goes to the log."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log the failure of a notification and tell the writer; a request's failure is its answer."""
        if source is FeatureRequestError:
            return
        log.record(error)
        self.show_once(
            "Something went wrong inside aw; your text is unchanged. The log says where.",
            types.MessageType.Error,
        )

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.record(error)
