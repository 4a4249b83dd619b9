"""`initialize`, `initialized`, `shutdown`, `exit`: how an editor comes and goes."""

import asyncio
import logging

from lsprotocol import types

from aw_server import client, log, parent, settings
from aw_server.features import configuration
from aw_server.server import AwServer

_log = logging.getLogger(__name__)


def register(server: AwServer) -> None:
    """Answer the messages with which an editor comes and goes; all work has ended when the server ends."""

    @server.feature(types.INITIALIZE)
    def initialize(ls: AwServer, params: types.InitializeParams) -> None:
        session = ls.session
        session.client = client.describe(params)
        session.encoding = client.encoding(params)
        session.folders = dict(ls.workspace.folders)
        session.settings, faults = settings.decode(client.options(params).settings)
        for fault in faults:  # after the answer
            asyncio.get_running_loop().call_soon(ls.show_once, fault)
        if params.process_id is not None:
            ls.spawn(parent.wait_for_end(params.process_id, ls.stop))
        name = session.client.name or "an editor without a name"
        _log.info("aw-server %s for %s, positions in %s", ls.version, name[:60], session.encoding)

    @server.feature(types.INITIALIZED)
    def initialized(ls: AwServer, params: types.InitializedParams) -> None:
        said = f"aw-server {ls.version}, log: {log.path()}"
        ls.window_log_message(types.LogMessageParams(types.MessageType.Info, said))
        configuration.begin(ls)

    @server.feature(types.SHUTDOWN)
    async def shutdown(ls: AwServer, params: None) -> None:
        await ls.aclose()

    @server.feature(types.EXIT)
    def leave(ls: AwServer, params: None) -> None:
        ls.stop()
