"""Code that people paste between paragraphs without a mark: patches, and indented commands."""

import re
from collections.abc import Sequence

from aw_engine.text.formats.rows import Row

_PATCH = re.compile(r"diff --git |Index: \S+$|--- (?:a/|\S+\t)|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
_IN_PATCH = re.compile(
    r"[-+ @\\]|$|index [0-9a-f]+\.\.|(?:new|deleted|old) (?:file )?mode |similarity index "
    r"|rename (?:from|to) |Binary files |diff --git |={10,}|copy (?:from|to) |dissimilarity index "
)


def patches(rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of the lines that belong to a unified diff: from its header to the first line that cannot."""
    found: set[int] = set()
    within = False
    for i, row in enumerate(rows):
        if _PATCH.match(row.text):
            within = True
        elif within and (row.blank or not _IN_PATCH.match(row.text)):
            # An empty line of context is often trimmed; the diff goes on if a hunk's line follows it.
            after = rows[i + 1].text if i + 1 < len(rows) else ""
            within = row.blank and bool(re.match(r"[-+@]", after)) and not re.match(r"[-+] ?\w+[ ,]", after)
        if within:
            found.add(i)
    return frozenset(found)


def is_indented(row: Row) -> bool:
    """Whether the line is set off by four columns or a tab, as code in mail and messages is."""
    return row.text.startswith(("    ", "\t"))
