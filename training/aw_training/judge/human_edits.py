"""Pairs from human editors: a paragraph as it stood, and as it stands after an edit of its wording."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aw_training.corpus import EDITS_FILE, HELD_OUT_REPOSITORY
from aw_training.judge.pairs import Pair

BOOK: Final = HELD_OUT_REPOSITORY
HELD_OUT: Final = frozenset(
    (BOOK, "reactjs/react.dev", "github/opensource.guide", "alphagov/govuk-design-system", "18F/guides")
)
"""Repositories whose edits nothing is trained on: the publisher's copy-edits, and four others."""

KIND: Final = "edit"
_LEAST_SIMILAR = 0.6
_LENGTHS = range(50, 701)
_OTHER_WEIGHT = 0.5  # of an edit whose message does not speak of wording
_MOST_OF_ONE = 600


def editorial(data: Path, *, held_out: bool) -> Iterator[Pair]:
    """Edits whose message speaks of wording, from the repositories held out or from all others."""
    for row in _rows(data):
        if row["editorial"] and (row["repo"] in HELD_OUT) == held_out:
            yield _pair(row, 1.0)


def for_training(data: Path) -> Iterator[Pair]:
    """Editorial edits, then others, which count less, of each repository at most so many; none held out.

    More of one repository would teach its house style: a judge trained on four times as many was right in
    77 % of other edits of the same repositories, and in 59 % of those of one that it had not seen.
    """
    rows = [row for row in _rows(data) if row["repo"] not in HELD_OUT]
    taken: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: not row["editorial"]):
        if taken[row["repo"]] < _MOST_OF_ONE:
            taken[row["repo"]] += 1
            yield _pair(row, 1.0 if row["editorial"] else _OTHER_WEIGHT)


def _pair(row: dict[str, str], weight: float) -> Pair:
    return Pair(KIND, ("clear",), row["after"], row["before"], row["repo"], weight)


def _rows(data: Path) -> Iterator[dict[str, str]]:
    """Edits that kept numbers and code and changed less than half of the words."""
    with lzma.open(data / EDITS_FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            kept = row["numbers_kept"] and row["code_kept"] and row["similarity"] >= _LEAST_SIMILAR
            if kept and all(len(row[side]) in _LENGTHS for side in ("before", "after")):
                yield row
