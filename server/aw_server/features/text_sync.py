"""The editor's documents: opened, changed, closed, renamed. Whole texts are asked for, ranges understood."""

from lsprotocol import types

from aw_server.documents.document import Document
from aw_server.documents.lines import Encoding, Lines
from aw_server.jobs import following
from aw_server.protocol import Position
from aw_server.server import AwServer

_EVERYTHING = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)


def register(server: AwServer) -> None:
    """Keep the session's documents as the editor has them, and tell the jobs of every change."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: AwServer, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        old = ls.session.documents.get(item.uri)
        new = Document(item.uri, item.language_id, item.version, item.text)
        ls.session.put(new)
        if old is None:
            ls.warmup.begin()
            following.opened(ls.jobs, new)
        else:
            following.changed(ls.jobs, old, new)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: AwServer, params: types.DidChangeTextDocumentParams) -> None:
        old = ls.session.documents.get(params.text_document.uri)
        if old is None:  # only what was opened is known; guessing from the disk would be another text
            return
        text = old.text
        for change in params.content_changes:
            text = after(text, change, ls.session.encoding)
        new = Document(old.uri, old.language_id, params.text_document.version, text)
        following.changed(ls.jobs, old, new)
        ls.session.put(new)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: AwServer, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.session.drop(uri)
        following.closed(ls.jobs, ls.queue, uri)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _EVERYTHING)
    def renamed(ls: AwServer, params: types.RenameFilesParams) -> None:
        for each in params.files:
            new = ls.session.documents.get(each.new_uri)
            following.renamed(ls.jobs, each.old_uri, each.new_uri, new)


def after(text: str, change: types.TextDocumentContentChangeEvent, encoding: Encoding) -> str:
    """The text after one change."""
    if isinstance(change, types.TextDocumentContentChangeWholeDocument):
        return change.text
    lines = Lines(text)
    start, end = (
        lines.offset(Position(each.line, each.character), encoding)
        for each in (change.range.start, change.range.end)
    )
    return text[: min(start, end)] + change.text + text[max(start, end) :]
