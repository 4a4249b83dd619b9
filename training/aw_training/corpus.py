"""Paragraphs for training: where they come from, which are never trained on, how they are written.

The held-out rule is applied here, to whatever is read, so that no command can train on the
paragraphs by which the model is judged.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

__all__ = [
    "EDITS_FILE",
    "HELD_OUT_REPOSITORY",
    "PLACEHOLDERS",
    "PROSE_SHARES",
    "Edit",
    "documents",
    "held_out",
    "mask",
    "read_edits",
    "read_prose",
    "sentence_starts",
    "straighten",
    "training_paragraphs",
]

HELD_OUT_REPOSITORY = "rust-lang/book"
PLACEHOLDERS = tuple(f"⟦{number}⟧" for number in range(1, 33))

# Share of each file's paragraphs that one pass takes: modern prose counts 3.5 times fiction.
PROSE_SHARES = {"prose-modern.txt.xz": 1.0, "prose-fiction.txt.xz": 1 / 3.5}
EDITS_FILE = "edits.jsonl.xz"

LONGEST_DOCUMENT = 800  # characters; about 200 tokens, so that a row of 256 holds one whole
SPLIT_SHARE = 0.3
STRAIGHT_SHARE = 0.5

_NOT_A_LETTER = re.compile(r"[^a-z]")
_SPAN = re.compile(r"`[^`]+`|https?://[^\s)>\]]*[^\s)>\].,;:!?'\"]")
_SENTENCE_END = re.compile(r"[.!?][”’\"')]*\s+(?=[“‘\"'(]?[A-Z⟦])")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_MARKUP = ("<|", "⟦", "⟧")


@dataclass(frozen=True)
class Edit:
    """One paragraph before and after a human editor."""

    repository: str
    before: str
    after: str
    editorial: bool
    meaning_kept: bool


def held_out(paragraph: str) -> bool:
    """Whether a paragraph is kept for testing: its letters' SHA-1 begins with the hex digit 0."""
    letters = _NOT_A_LETTER.sub("", paragraph.lower())
    return hashlib.sha1(letters.encode("ascii"), usedforsecurity=False).hexdigest()[0] == "0"


def read_prose(path: Path) -> Iterator[str]:
    """The paragraphs of a prose file, one a line, held-out ones included."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if paragraph := line.strip():
                yield paragraph


def read_edits(path: Path) -> Iterator[Edit]:
    """The human edits, held-out ones included."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Edit(
                repository=row["repo"],
                before=row["before"],
                after=row["after"],
                editorial=row["editorial"],
                meaning_kept=row["numbers_kept"] and row["code_kept"],
            )


def mask(paragraph: str) -> str | None:
    """The paragraph in NFC with code and URLs as placeholders; None where it cannot be written so.

    Text that already holds control-token names is refused, and so are more than 32 spans.
    """
    text = unicodedata.normalize("NFC", paragraph)
    if any(sign in text for sign in _MARKUP):
        return None
    spans = 0

    def placeholder(_: re.Match[str]) -> str:
        nonlocal spans
        spans += 1
        return PLACEHOLDERS[min(spans, len(PLACEHOLDERS)) - 1]

    text = _SPAN.sub(placeholder, text)
    return None if spans > len(PLACEHOLDERS) or "`" in text else text


def straighten(text: str) -> str:
    """The text with straight quotation marks and apostrophes."""
    return text.translate(_STRAIGHT)


def sentence_starts(text: str) -> list[int]:
    """Offsets at which a sentence begins, the first one (0) left out; a guess by punctuation."""
    return [match.end() for match in _SENTENCE_END.finditer(text)]


def documents(text: str, rng: Random) -> list[str]:
    """The training texts of one masked paragraph, each to begin right after `<|target|>`.

    A share of the paragraphs is cut at a random sentence, so that any sentence may come first;
    long ones are cut until each part fits a row.
    """
    if rng.random() < STRAIGHT_SHARE:
        text = straighten(text)
    starts = sentence_starts(text)
    if starts and rng.random() < SPLIT_SHARE:
        start = rng.choice(starts)
        parts = [text[:start].rstrip(), text[start:]]
    else:
        parts = [text]
    return [piece for part in parts for piece in _short_pieces(part)]


def training_paragraphs(data: Path, rng: Random) -> list[str]:
    """One pass over the data, masked, shuffled; nothing held out is in it."""
    kept: list[str] = []
    for name, share in PROSE_SHARES.items():
        for paragraph in read_prose(data / name):
            if rng.random() < share and not held_out(paragraph):
                kept.append(paragraph)
    if (data / EDITS_FILE).exists():
        kept.extend(_edited_paragraphs(data / EDITS_FILE))
    masked = [text for text in map(mask, kept) if text is not None]
    rng.shuffle(masked)
    return masked


def _edited_paragraphs(path: Path) -> Iterator[str]:
    for edit in read_edits(path):
        if edit.repository == HELD_OUT_REPOSITORY or not edit.editorial or held_out(edit.after):
            continue
        if not any(sign in edit.after for sign in "[*|<\n"):
            yield edit.after


def _short_pieces(text: str) -> list[str]:
    starts = sentence_starts(text) if len(text) > LONGEST_DOCUMENT else []
    if not starts:
        return [text]
    middle = min(starts, key=lambda start: abs(start - len(text) // 2))
    return [*_short_pieces(text[:middle].rstrip()), *_short_pieces(text[middle:])]
