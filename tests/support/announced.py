"""Editors by name: what each announces at `initialize`, cut to what decides how rewrites reach the writer."""

from typing import Any, Protocol

from aw_server.app import create_server
from aw_server.runs.backends import BackendFactory
from support.editor import Message
from support.letter import RAIN
from support.local_editor import LocalEditor

TEXT = f"# A letter 👩🏽‍🚀\n\nBefore it.\n\n{RAIN}\n\nThe last paragraph is here and stays.\n"

_KINDS = {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.rewrite", "source"]}}
_ACTION = {"codeActionLiteralSupport": _KINDS}
_FULL = {
    **_ACTION,
    "isPreferredSupport": True,
    "disabledSupport": True,
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}
_VERSIONED = {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}
_SHOWS = {"showDocument": {"support": True}}


def _editor(workspace: Message, action: Message | None, **others: Message) -> Message:
    text_document = {} if action is None else {"textDocument": {"codeAction": action}}
    return {"capabilities": {"workspace": workspace, **text_document, **others}}


EDITORS: dict[str, Message] = {
    "vscode": {
        **_editor(_VERSIONED, _FULL, window=_SHOWS, general={"positionEncodings": ["utf-16"]}),
        "initializationOptions": {"aw": {"client": "vscode"}},
    },
    "neovim-0.7.2": _editor(
        {"applyEdit": True, "workspaceEdit": {"resourceOperations": ["rename"]}},
        {**_ACTION, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
    ),
    "eglot-1.9": _editor(_VERSIONED, {**_ACTION, "isPreferredSupport": True}),
    "helix": _editor(
        _VERSIONED, _FULL, window=_SHOWS, general={"positionEncodings": ["utf-8", "utf-32", "utf-16"]}
    ),
    "ancient": _editor({"applyEdit": True}, None),
    "next": _editor(_VERSIONED, {**_FULL, "tagSupport": {"valueSet": [1]}}),
    "ale": _editor({"applyEdit": False}, {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}),
}


class Open(Protocol):
    """Starts the editor of this name."""

    async def __call__(self, name: str) -> LocalEditor: ...


class Evolve(Protocol):
    """Starts the editor of this name; with it comes the outcome of a run whose rewrites are known."""

    async def __call__(self, name: str = "eglot-1.9", original: float = 0.0) -> tuple[LocalEditor, Any]: ...


async def open_as(name: str, make: BackendFactory | None = None) -> LocalEditor:
    """An editor that announces what the one of this name does, with its document open."""
    editor = LocalEditor(TEXT, server=create_server(make))
    await editor.initialize(**EDITORS[name])
    editor.open()
    return editor
