"""Settings and workspace folders, as the editor has them now."""

from concurrent.futures import Future
from typing import Any

from lsprotocol import types

from aw_server import settings
from aw_server.server import AwServer

SECTION = "aw"


def register(server: AwServer) -> None:
    """Keep the session's settings as the editor has them; a change takes effect with the next run."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def changed(ls: AwServer, params: types.DidChangeConfigurationParams) -> None:
        if ls.session.client.configuration:
            pull(ls)
        elif isinstance(params.settings, dict):
            take(ls, params.settings.get(SECTION))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def moved(ls: AwServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.session.folders = dict(ls.workspace.folders)


def begin(ls: AwServer) -> None:
    """Ask for the settings, and to be told when they change, where the editor can do that."""
    client = ls.session.client
    if client.configuration:
        pull(ls)
    if client.watch_configuration:
        registration = types.Registration(
            id="aw-settings",
            method=types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            register_options=types.DidChangeConfigurationRegistrationOptions(section=SECTION),
        )
        ls.client_register_capability(types.RegistrationParams([registration]))


def pull(ls: AwServer) -> None:
    """Ask for the settings and take them when the editor answers; without an answer they stay as they are.

    The answer is taken where it is received: what the editor sends next is done by these settings.
    """

    def answered(answer: "Future[Any]") -> None:
        if answer.cancelled() or answer.exception() is not None:
            return
        values = answer.result()
        if isinstance(values, list | tuple) and values:
            take(ls, values[0])

    asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    ls.workspace_configuration(asked).add_done_callback(answered)


def take(ls: AwServer, raw: object) -> None:
    """Take these settings, and show each fault in them once."""
    ls.session.settings, faults = settings.decode(raw)
    for fault in faults:
        ls.show_once(fault)
