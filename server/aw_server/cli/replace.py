"""Replacing the writer's file: whole or not at all, with a backup."""

import contextlib
import os
import shutil
import tempfile
from io import FileIO
from itertools import count
from pathlib import Path

from aw_server.cli.failures import FileError


def check(name: str) -> Path:
    """The file behind `name` (links followed), after asking whether it could be replaced.

    :raises FileError: if it or its folder may not be written.
    """
    target = Path(os.path.realpath(name))
    if not os.access(target, os.W_OK):
        raise FileError(f"{name} may not be written; change its permissions, or leave out --in-place.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise FileError(
            f"The folder of {name} may not be written, so the file cannot be replaced safely; "
            "leave out --in-place and redirect the output."
        )
    return target


def replace(name: str, expected: bytes, data: bytes, suffix: str) -> Path:
    """The backup's path; from now on the file holds `data`, with the same mode, owner and attributes.

    A file that has other names too (hard links) is written where it is, so that all of them go on naming one
    file; should the machine stop in the middle of that, the backup holds the old text.

    An older backup is never overwritten, for it may hold what the writer wrote: behind `a.md.bak` comes
    `a.md.bak.2`, and so on.

    :raises FileError: if the file no longer holds `expected`, or on any failure; the file is then as it was.
    """
    target = check(name)
    try:
        if target.read_bytes() != expected:
            raise FileError(f"{name} was changed while this run worked on it; it is left as it is.")
        backup = _backup(target, suffix, expected)
        if not backup.exists():
            _write(target, backup, expected, keep_times=True)
        if target.stat().st_nlink > 1:
            _overwrite(target, expected, data, backup)
        else:
            _write(target, target, data, keep_times=False)
    except OSError as error:
        raise FileError(
            f"{name} could not be replaced ({error.strerror}); it is as it was. Check the disk and try again."
        ) from error
    return backup


def _overwrite(target: Path, old: bytes, data: bytes, backup: Path) -> None:
    """Make the file hold `data` without giving it another inode; on a failure it holds `old` again.

    :raises OSError: on a failure.
    :raises FileError: if not even the old text could be put back.
    """
    with target.open("r+b", buffering=0) as file:
        try:
            _fill(file, data)
        except BaseException as failed:
            try:
                _fill(file, old)
            except OSError as error:
                raise FileError(
                    f"{target.name} could not be written ({error.strerror}) and is cut now. "
                    f"The old text is in {backup.name}; copy it back."
                ) from failed
            raise


def _fill(file: FileIO, data: bytes) -> None:
    file.seek(0)
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
    file.truncate()
    os.fsync(file.fileno())


def _backup(target: Path, suffix: str, data: bytes) -> Path:
    """The first name for a backup that is free, or whose file holds just `data`."""
    name = target.name + suffix
    for number in count(2):
        path = target.with_name(name)
        if not os.path.lexists(path) or (path.is_file() and path.read_bytes() == data):
            return path
        name = f"{target.name}{suffix}.{number}"
    raise AssertionError("numbers never end")


def _write(like: Path, to: Path, data: bytes, *, keep_times: bool) -> None:
    """Make `to` hold `data`, with the mode and owner of `like`: write a file beside it, then rename it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        status = like.stat()
        with contextlib.suppress(
            OSError, AttributeError
        ):  # only root may give files away; Windows has no owners
            os.chown(name, status.st_uid, status.st_gid)
        shutil.copystat(like, name)
        if not keep_times:
            os.utime(name)
        os.replace(name, to)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(to.parent)


def _sync_folder(folder: Path) -> None:
    """Make sure that the rename outlives a power cut, where the system can promise that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
