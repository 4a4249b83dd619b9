"""What one editor has told the server: its documents, its abilities, its settings."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from aw_server.client import Client
from aw_server.documents.document import Document
from aw_server.documents.lines import Encoding
from aw_server.project import project_folder
from aw_server.settings import Settings


class Session:
    """`documents` holds the open ones only; nothing else may be edited. What LSP says last is true."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.encoding: Encoding = "utf-16"
        self.client = Client()
        self.settings = Settings()
        self.folders: dict[str, types.WorkspaceFolder] = {}
        self.listeners: list[Callable[[Document], None]] = []  # hear each document opened or changed
        self._awaited: dict[str, list[asyncio.Future[Document]]] = {}

    def put(self, document: Document) -> None:
        """Keep the document as the editor has it, and tell those who wait for its change."""
        self.documents[document.uri] = document
        for waiting in self._awaited.pop(document.uri, ()):
            if not waiting.done():
                waiting.set_result(document)
        for listener in self.listeners:
            listener(document)

    def drop(self, uri: str) -> None:
        """Forget the document, which is no longer open; waits for its next change are cancelled."""
        self.documents.pop(uri, None)
        for waiting in self._awaited.pop(uri, ()):
            waiting.cancel()

    def next_change(self, uri: str) -> "asyncio.Future[Document]":
        """The document as it will be after its next change; cancelled if it is closed first."""
        waiting: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(uri, []).append(waiting)
        return waiting

    def project_folder(self, uri: str) -> Path | None:
        """The folder that holds `.aw`: at or above the document, else that of a workspace folder.

        A document without a file (`untitled:`) belongs to the workspace's first folder that has one.
        """
        path = file_path(uri)
        if path is not None:
            return project_folder(path.parent)
        roots = (file_path(folder) for folder in self.folders)
        return next((root for root in roots if root is not None and (root / ".aw").is_dir()), None)


def file_path(uri: str) -> Path | None:
    """The file that the URI means, None if it means something else."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None
