"""Rubrics by name or path: the project's, the user's, and those that ship. A rubric file is only data."""

import os
import re
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from msgspec import Struct
from platformdirs import user_config_path

from aw_engine.domain.rubric import Rubric
from aw_engine.errors import RubricError
from aw_engine.rubrics.decode import decode

DEFAULT = "clarity"
PROJECT_FOLDER = Path(".aw/rubrics")
_MOST_BYTES = 64 * 1024
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")

Source = Literal["project", "user", "builtin"]


class Found(Struct, frozen=True):
    """A rubric file; `rubric` where it can be used, else `error` says why not (a sentence with the path)."""

    id: str
    path: Path
    source: Source
    rubric: Rubric | None = None
    error: str | None = None


def find(name_or_path: str, project: Path | None = None) -> Rubric:
    """The rubric of this name (the project's before the user's before the one that ships), or in this file.

    What ends in `.toml` or holds a `/` is a path. `project` is the folder with `.aw/`, if any.

    :raises RubricError: if there is none, or it cannot be used.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path or os.sep in name_or_path:
        return read(Path(name_or_path))
    if _NAME.fullmatch(name_or_path):
        for source, folder in _folders(project):
            path = folder / f"{name_or_path}.toml"
            if os.path.lexists(path):
                return _read_named(path, source, project)
    names = sorted({path.stem for _, path in _files(project)})
    near = get_close_matches(name_or_path.lower(), names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise RubricError(f"There is no rubric `{name_or_path[:60]}`. {hint}`aw-server rubrics list` shows all.")


def available(project: Path | None = None) -> tuple[Found, ...]:
    """All rubric files by id; of several with one id `find` takes the first. Never raises for a bad file."""
    found = []
    for source, path in _files(project):
        try:
            found.append(Found(path.stem, path, source, rubric=_read_named(path, source, project)))
        except RubricError as wrong:
            found.append(Found(path.stem, path, source, error=str(wrong)))
    return tuple(sorted(found, key=lambda each: each.id))


def read(path: Path) -> Rubric:
    """The rubric in this file.

    :raises RubricError: if it cannot be read, is no regular file, has over 64 KB, or is not a rubric.
    """
    try:
        # Asked before opening: opening a pipe would wait for somebody to write to it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise RubricError(f"{path}: a rubric is a TOML file, and this is not a file.")
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise RubricError(
            f"{path}: there is no such rubric file. `aw-server rubrics list` shows all."
        ) from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "that is not a path"
        raise RubricError(f"{path}: the rubric cannot be read ({reason}).") from None
    if len(data) > _MOST_BYTES:
        raise RubricError(f"{path}: a rubric may have 64 KB, and this file has more.")
    return decode(data, str(path))


def _read_named(path: Path, source: Source, project: Path | None) -> Rubric:
    # A cloned project is not trusted: a link in it must not make us read (and quote) files elsewhere.
    if source == "project" and project is not None and not path.resolve().is_relative_to(project.resolve()):
        raise RubricError(
            f"{path}: a project's rubric must lie in the project, and this link leads out of it."
        )
    rubric = read(path)
    if rubric.id != path.stem:
        raise RubricError(
            f"{path}: `id` is `{rubric.id}`, and the file's name says `{path.stem}`; make the two agree."
        )
    return rubric


def _files(project: Path | None) -> Iterator[tuple[Source, Path]]:
    for source, folder in _folders(project):
        try:
            paths = sorted(folder.glob("*.toml"))
        except OSError:
            continue
        yield from ((source, path) for path in paths)


def _folders(project: Path | None) -> tuple[tuple[Source, Path], ...]:
    """Nearest first."""
    shipped = Path(__file__).parent / "builtin"
    if not shipped.is_dir():  # a checkout: the wheel puts the repository's folder there
        shipped = Path(__file__).parents[3] / "rubrics"
    own: tuple[tuple[Source, Path], ...] = (
        ("user", user_config_path("aw", appauthor=False) / "rubrics"),
        ("builtin", shipped),
    )
    return own if project is None else (("project", project / PROJECT_FOLDER), *own)
