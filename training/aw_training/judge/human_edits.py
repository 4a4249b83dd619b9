"""Pairs from human editors: a paragraph as it stood, and as it stands after an edit of its wording."""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

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
_MOST_OF_ONE = 1200


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph as it stood and as a commit left it, a line of a file of edits.

    `editorial`: the commit's message speaks of wording. `similarity`: share of words kept.
    """

    repo: str
    licence: str
    commit: str
    date: str
    message: str
    editorial: bool
    similarity: float
    numbers_kept: bool
    code_kept: bool
    before: str
    after: str


def editorial(data: Path, *, held_out: bool) -> Iterator[Pair]:
    """Edits whose message speaks of wording, from the repositories held out or from all others."""
    for edit in read(data / EDITS_FILE):
        if edit.editorial and (edit.repo in HELD_OUT) == held_out:
            yield _pair(edit)


def for_training(files: Sequence[Path]) -> Iterator[Pair]:
    """Edits whose message speaks of wording, of each repository at most so many; none held out.

    More of one repository would teach its house style, and what is edited without a word about wording is
    seldom edited for it.
    """
    taken: Counter[str] = Counter()
    for edit in (edit for file in files for edit in read(file)):
        if edit.editorial and edit.repo not in HELD_OUT and taken[edit.repo] < _MOST_OF_ONE:
            taken[edit.repo] += 1
            yield _pair(edit)


def read(file: Path) -> Iterator[Edit]:
    """The edits of a file that kept numbers and code and changed less than half of the words."""
    decoder = msgspec.json.Decoder(Edit)
    with lzma.open(file) as lines:
        for edit in map(decoder.decode, lines):
            kept = edit.numbers_kept and edit.code_kept and edit.similarity >= _LEAST_SIMILAR
            if kept and len(edit.before) in _LENGTHS and len(edit.after) in _LENGTHS:
                yield edit


def write(file: Path, edits: Iterable[Edit]) -> int:
    """Write edits, a line each; return how many."""
    encoder = msgspec.json.Encoder()
    part = file.with_suffix(".part")
    count = 0
    with lzma.open(part, "wb", preset=1) as lines:
        for count, edit in enumerate(edits, 1):  # noqa: B007 - the last one is the number of them
            lines.write(encoder.encode(edit) + b"\n")
    part.rename(file)
    return count


def _pair(edit: Edit) -> Pair:
    return Pair(KIND, ("clear",), edit.after, edit.before, edit.repo)
