"""What a rewrite changes, for a terminal with colours and without."""

import os
from itertools import groupby
from pathlib import Path

from rich.text import Text

from aw_server.differences import unified, word_runs
from aw_server.visible import visible

REMOVED, ADDED = "red strike", "bold green"


def inline(original: str, rewrite: str, *, colour: bool) -> Text:
    """The rewrite with its changes marked: coloured, or as `[-old-]{+new+}`."""
    text = Text()
    for run in word_runs(visible(original), visible(rewrite)):
        match run.kind:
            case "same":
                text.append(run.text)
            case "removed":
                text.append(run.text if colour else f"[-{run.text}-]", REMOVED if colour else "")
            case "added":
                text.append(run.text if colour else f"{{+{run.text}+}}", ADDED if colour else "")
    return text


def label(name: str) -> str:
    """A file's name for the heads of a diff: from this folder, or from the root if the file lies elsewhere.

    `patch` refuses names with `..` in them.
    """
    path = Path(os.path.abspath(name))
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path.relative_to(path.anchor)).as_posix()


def coloured(name: str, before: str, after: str) -> Text:
    """The unified diff for a terminal: in changed lines the changed words stand out."""
    text = Text()
    lines = visible(unified(name, before, after)).splitlines(keepends=True)
    for is_change, group in groupby(lines, key=_is_change):
        if is_change:
            _block(text, list(group))
            continue
        for line in group:
            heading = "bold" if line.startswith(("---", "+++")) else ""
            text.append(line, "cyan" if line.startswith("@@") else heading)
    return text


def _is_change(line: str) -> bool:
    return line.startswith(("-", "+")) and not line.startswith(("--- a/", "+++ b/"))


def _block(text: Text, lines: list[str]) -> None:
    """Append neighbouring removed and added lines, with the words marked in which they differ."""
    gone = "".join(line[1:] for line in lines if line.startswith("-"))
    new = "".join(line[1:] for line in lines if line.startswith("+"))
    words = word_runs(gone, new)
    for sign, kind, plain in (("-", "removed", "red"), ("+", "added", "green")):
        at_start = True
        for run in words:
            if run.kind not in ("same", kind):
                continue
            for piece in run.text.splitlines(keepends=True):
                bare = piece.rstrip("\r\n")
                text.append(sign if at_start else "", plain)
                text.append(bare, f"bold {plain} reverse" if run.kind == kind and bare.strip() else plain)
                at_start = piece != bare
                text.append("\n" if at_start else "")
