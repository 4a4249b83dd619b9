from pathlib import Path

from lsprotocol import types

from aw_server.session import Session, file_path


def test_a_documents_project_is_the_nearest_folder_with_aw(tmp_path: Path) -> None:
    (tmp_path / "book" / ".aw").mkdir(parents=True)
    chapter = tmp_path / "book" / "part one" / "ch 1.md"
    assert Session().project_folder(chapter.as_uri()) == tmp_path / "book"
    assert Session().project_folder((tmp_path / "other.md").as_uri()) is None


def test_a_document_without_a_file_belongs_to_the_workspace(tmp_path: Path) -> None:
    session = Session()
    assert session.project_folder("untitled:Untitled-1") is None
    (tmp_path / "b" / ".aw").mkdir(parents=True)
    for name in ("a", "b"):
        uri = (tmp_path / name).as_uri()
        session.folders[uri] = types.WorkspaceFolder(uri, name)
    assert session.project_folder("untitled:Untitled-1") == tmp_path / "b"


def test_only_files_have_a_path() -> None:
    assert file_path("file:///tmp/%C3%BCber%20uns.md") == Path("/tmp/über uns.md")
    assert file_path("untitled:Untitled-1") is None
    assert file_path("vscode-remote://host/a.md") is None
