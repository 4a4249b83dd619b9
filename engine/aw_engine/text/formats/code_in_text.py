"""Code that people paste between paragraphs without a mark: patches, and indented commands."""

import re
from collections.abc import Sequence

from aw_engine.text.formats.rows import Row

_PATCH = re.compile(r"diff --git |Index: \S+$|--- (?:a/|/dev/|\S+\t)|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
# Headers, and lines of a hunk whose count somebody has not kept.
_MORE = re.compile(
    r"[-+][^\s-]|(?:---|\+\+\+) |index [0-9a-f]+\.\.|(?:new|deleted|old) (?:file )?mode |similarity index "
    r"|={10,}|rename (?:from|to) |copy (?:from|to) |dissimilarity index |Binary files |\\ No newline"
)


def patches(rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of the lines that belong to a unified diff: its headers, and in a hunk as many lines as that
    says it has, while they can be lines of one."""
    found: set[int] = set()
    within = False
    old = new = 0
    for i, row in enumerate(rows):
        if hunk := _HUNK.match(row.text):
            old, new = (int(count or 1) for count in hunk.groups())
            within = True
        elif (old > 0 or new > 0) and (row.blank or row.text[0] in "-+ \t\\"):
            old -= row.blank or row.text[0] in "- \t"
            new -= row.blank or row.text[0] in "+ \t"
        else:
            old = new = 0
            within = bool(_PATCH.match(row.text) or (within and _MORE.match(row.text)))
        if within:
            found.add(i)
    return frozenset(found)


def is_indented(row: Row) -> bool:
    """Whether the line is set off by four columns or a tab, as code in mail and messages is."""
    return row.text.startswith(("    ", "\t"))
