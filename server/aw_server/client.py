"""What the editor can do: one table of decisions, made once from what it announces at `initialize`."""

from typing import Any, get_args

import msgspec
from lsprotocol import types
from msgspec import Struct

from aw_server.documents.lines import Encoding
from aw_server.protocol import ClientOptions

_OURS = ("vscode", "neovim")  # what our own clients call themselves in `initializationOptions.aw.client`
_OFFERED = "capabilities.general.position_encodings"


class Client(Struct, frozen=True):
    """Each field is what its name says the client announced; absent means no."""

    name: str = ""  # as in `clientInfo`
    ours: bool = False  # shows what commands answer, and lets `aw/apply` put rewrites in place
    updates: bool = False  # wants `$/aw/update`
    status: bool = False  # wants `$/aw/status`
    apply_edit: bool = False
    document_changes: bool = False
    configuration: bool = False
    watch_configuration: bool = False  # `didChangeConfiguration` may be registered
    work_done_progress: bool = False
    show_document: bool = False
    literals: bool = False  # code actions, not only commands
    resolve_edit: bool = False
    is_preferred: bool = False
    disabled_support: bool = False
    tag_support: bool = False  # for actions written by a language model
    text_document_content: bool = False


def describe(params: types.InitializeParams) -> Client:
    """The table for this client."""
    can = params.capabilities
    mine = options(params)
    action = _at(can, "text_document.code_action")
    resolvable = _at(action, "resolve_support.properties") or ()
    tags = _at(action, "tag_support.value_set") or ()
    return Client(
        name=_at(params, "client_info.name") or "",
        ours=mine.client in _OURS,
        updates=mine.updates,
        status=mine.status,
        apply_edit=bool(_at(can, "workspace.apply_edit")),
        document_changes=bool(_at(can, "workspace.workspace_edit.document_changes")),
        configuration=bool(_at(can, "workspace.configuration")),
        watch_configuration=bool(_at(can, "workspace.did_change_configuration.dynamic_registration")),
        work_done_progress=bool(_at(can, "window.work_done_progress")),
        show_document=bool(_at(can, "window.show_document.support")),
        literals=_at(action, "code_action_literal_support") is not None,
        resolve_edit="edit" in resolvable,
        is_preferred=bool(_at(action, "is_preferred_support")),
        disabled_support=bool(_at(action, "disabled_support")),
        tag_support=types.CodeActionTag.LlmGenerated in tags,
        text_document_content=_at(can, "workspace.text_document_content") is not None,
    )


def encoding(params: types.InitializeParams) -> Encoding:
    """The unit of positions: the first of the client's that is known here, as pygls answers it."""
    offered: list[str] = [str(getattr(each, "value", each)) for each in _at(params, _OFFERED) or ()]
    return next((known for each in offered for known in get_args(Encoding) if each == known), "utf-16")


def options(params: types.InitializeParams) -> ClientOptions:
    """`initializationOptions.aw`; without it, or where it does not fit, what a silent client means."""
    given = params.initialization_options
    mine = given.get("aw") if isinstance(given, dict) else None
    try:
        return msgspec.convert(mine or {}, ClientOptions)
    except msgspec.ValidationError:
        return ClientOptions()


def _at(value: Any, path: str) -> Any:
    """The value at a dotted path, None if anything on the way is absent."""
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name, None)
    return value
