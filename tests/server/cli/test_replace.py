import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from aw_server.cli import replace
from aw_server.cli.failures import FileError

OLD, NEW = b"old text\n", b"new and longer text\n"
_NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def test_the_file_is_replaced_with_its_mode_and_the_old_one_kept(path: Path) -> None:
    backup = replace.replace(str(path), OLD, NEW, ".bak")
    assert path.read_bytes() == NEW
    assert backup == path.with_name("draft.md.bak")
    assert backup.read_bytes() == OLD
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(backup.stat().st_mode) == 0o640
    assert len(list(path.parent.iterdir())) == 2


def test_no_backup_is_ever_overwritten(path: Path) -> None:
    """The first one holds what the writer wrote, the later ones what the program did."""
    replace.replace(str(path), OLD, NEW, ".bak")
    second = replace.replace(str(path), NEW, b"newest\n", ".bak")
    assert path.with_name("draft.md.bak").read_bytes() == OLD
    assert (second.name, second.read_bytes()) == ("draft.md.bak.2", NEW)
    path.write_bytes(OLD)
    assert replace.replace(str(path), OLD, NEW, ".bak").name == "draft.md.bak"  # it is kept there already
    assert len(list(path.parent.iterdir())) == 3


def test_a_link_stays_a_link_and_its_target_is_replaced(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.md"
    link.symlink_to(path)
    replace.replace(str(link), OLD, NEW, "~")
    assert link.is_symlink()
    assert path.read_bytes() == NEW
    assert path.with_name("draft.md~").read_bytes() == OLD
    assert list(folder.iterdir()) == [link]


def test_all_names_of_a_file_go_on_naming_one_file(path: Path) -> None:
    other = path.with_name("other.md")
    os.link(path, other)
    inode = path.stat().st_ino
    backup = replace.replace(str(other), OLD, NEW, ".bak")
    assert (path.read_bytes(), other.read_bytes(), backup.read_bytes()) == (NEW, NEW, OLD)
    assert path.stat().st_ino == other.stat().st_ino == inode != backup.stat().st_ino
    assert replace.replace(str(path), NEW, b"short\n", ".bak").read_bytes() == NEW
    assert other.read_bytes() == b"short\n"
    assert stat.S_IMODE(other.stat().st_mode) == 0o640


def test_a_file_that_changed_meanwhile_is_left_alone(path: Path) -> None:
    path.write_bytes(b"newer than both\n")
    with pytest.raises(FileError, match="was changed while"):
        replace.replace(str(path), OLD, NEW, ".bak")
    assert path.read_bytes() == b"newer than both\n"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("linked", [False, True], ids=["one-name", "two-names"])
@pytest.mark.parametrize("room", [4, len(OLD)], ids=["for-nothing", "for-the-backup-only"])
def test_a_full_disk_leaves_the_file_as_it_was(path: Path, room: int, linked: bool) -> None:
    """A child process whose files may have `room` bytes meets the error that a full disk gives."""
    if linked:
        os.link(path, path.with_name("other.md"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        said = "nothing"
        try:
            replace.replace(str(path), OLD, NEW, ".bak")
        except FileError as error:
            said = str(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert "could not be replaced (File too large); it is as it was" in os.read(reader, 4096).decode()
    os.close(reader)
    os.close(writer)
    assert path.read_bytes() == OLD
    assert not [each for each in path.parent.iterdir() if each.name.startswith(".")]


@pytest.fixture
def nobodys_path() -> Iterator[Path]:
    """A file of a user who is not root, in a folder that this user reaches; the test runs as this user."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "draft.md"
        path.write_bytes(OLD)
        root = os.geteuid() == 0
        if root:  # root may write everywhere
            for each in (path, path.parent):
                os.chown(each, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, 0)
        try:
            yield path
        finally:
            if root:
                os.setresuid(0, 0, 0)
            path.parent.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_target_that_may_not_be_written_is_refused_before_any_work(nobodys_path: Path) -> None:
    path = nobodys_path
    path.chmod(0o440)
    with pytest.raises(FileError, match="may not be written"):
        replace.check(str(path))
    path.chmod(0o640)
    path.parent.chmod(0o500)
    with pytest.raises(FileError, match="folder of"):
        replace.check(str(path))
