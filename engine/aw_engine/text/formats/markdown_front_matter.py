"""Metadata of a document: YAML, TOML or JSON at its start, and Pandoc's YAML blocks further on."""

import re
from collections.abc import Sequence

_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}
_KEY = re.compile(r"[\w\"'#][^:=]{0,80}[:=](?:\s|$)")
# Metadata longer than this is data, and no document starts with it.
_MOST_LINES = 2_000


def front_matter_end(lines: Sequence[str]) -> int:
    """How many of a document's first lines are front matter, its fences included; 0 if there is none."""
    first = lines[0].rstrip() if lines else ""
    if first in _FENCES:
        return _closed_at(lines, _FENCES[first])
    if first == "{" and len(lines) > 1 and lines[1].lstrip()[:1] in ('"', "}"):
        return _closed_at(lines, ("}",))
    return 0


def metadata_end(lines: Sequence[str]) -> int:
    """How many of these lines are a block of metadata amid a document: a key follows its opening `---`, and
    no blank line stands in it. 0 if there is none."""
    if len(lines) < 2 or lines[0].rstrip() != "---" or not _KEY.match(lines[1]):
        return 0
    end = _closed_at(lines, ("---", "..."))
    return end if all(line.strip() for line in lines[:end]) else 0


def _closed_at(lines: Sequence[str], closers: tuple[str, ...]) -> int:
    for number, line in enumerate(lines[1:_MOST_LINES], 1):
        if line.rstrip() in closers:
            return number + 1
    return 0
