"""A rewrite as an edit of the workspace, in the shape that the editor has announced."""

from lsprotocol import types

from aw_server.documents.edits import text_edits
from aw_server.session import Session


def workspace_edit(session: Session, uri: str, start: int, old: str, new: str) -> types.WorkspaceEdit:
    """Minimal edits of the open document that reads `old` from `start` on, as one step to undo.

    :raises ValueError: if it does not read so, or would lose the passage.
    """
    document = session.documents[uri]
    edits = text_edits(document.lines, start, old, new, session.encoding)
    if not session.client.document_changes:
        return types.WorkspaceEdit(changes={uri: edits})
    versioned = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(versioned, edits)])
