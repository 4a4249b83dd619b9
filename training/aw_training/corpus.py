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
from itertools import chain, groupby, islice
from pathlib import Path
from random import Random

from aw_training.errors import TrainingError

__all__ = [
    "EDITS_FILE",
    "HELD_OUT_REPOSITORY",
    "PLACEHOLDERS",
    "HumanEdit",
    "documents",
    "held_out",
    "mask",
    "modern_paragraphs",
    "prose_shares",
    "read_edits",
    "read_prose",
    "sentence_starts",
    "straighten",
    "training_paragraphs",
]

HELD_OUT_REPOSITORY = "rust-lang/book"
PLACEHOLDERS = tuple(f"⟦{number}⟧" for number in range(1, 33))

MODERN = "prose-modern.txt.xz"
# Modern prose counts 3.5 times fiction, and old novels would make the editor sound Victorian.
_SHARES = {"prose-fiction.txt.xz": 1 / 3.5, "prose-novels.txt.xz": 0.0}
EDITS_FILE = "edits.jsonl.xz"

_HEAD = 1000  # lines by which a file shows whether blank lines part its paragraphs
LONGEST_DOCUMENT = 800  # characters; about 200 tokens, so that a row of 256 holds one whole
SPLIT_SHARE = 0.3
STRAIGHT_SHARE = 0.5

_NOT_A_LETTER = re.compile(r"[^a-z]")
_SPAN = re.compile(r"`[^`]+`|https?://[^\s)>\]]*[^\s)>\].,;:!?'\"]")
_SENTENCE_END = re.compile(r"[.!?][”’\"')]*\s+(?=[“‘\"'(]?[A-Z⟦])")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_MARKUP = ("<|", "⟦", "⟧")


@dataclass(frozen=True)
class HumanEdit:
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


def prose_shares(data: Path) -> dict[Path, float]:
    """The text files in a folder and below it, and the share of each one's paragraphs that a pass takes.

    :raises TrainingError: there is none.
    """
    found = (path for path in data.rglob("*") if path.name.endswith((".txt", ".txt.xz")) and path.is_file())
    shares = {path: _SHARES.get(path.name, 1.0) for path in found}
    # The most read come first, so that a pass does not depend on how the folder is listed.
    ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    if not any(shares.values()):
        raise TrainingError(f"{data} holds no prose; put .txt or .txt.xz files into it.")
    return {path: share for path, share in ordered if share > 0}


def modern_paragraphs(data: Path) -> Iterator[str]:
    """The paragraphs by which a model is measured: of the modern file where there is one, else of all files.

    :raises TrainingError: the folder holds no prose.
    """
    shares = prose_shares(data)
    modern = [path for path in shares if path.name == MODERN]
    return chain.from_iterable(map(read_prose, modern or shares))


def read_prose(path: Path) -> Iterator[str]:
    """The paragraphs of a text file, held-out ones included.

    Each line is one, unless there are blank lines, which then part paragraphs of several lines.

    :raises TrainingError: the file is not UTF-8.
    """
    opened = lzma.open if path.suffix == ".xz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            head = [line.strip() for line in islice(lines, _HEAD)]
            stripped = chain(head, (line.strip() for line in lines))
            if "" not in head:
                yield from filter(None, stripped)
                return
            for filled, block in groupby(stripped, bool):
                if filled:
                    yield " ".join(block)
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path} is not UTF-8 text; convert it or take it away.") from error


def read_edits(path: Path) -> Iterator[HumanEdit]:
    """The human edits, held-out ones included; none where there is no such file."""
    if not path.exists():
        return
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield HumanEdit(
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
    """One pass over the data, masked, shuffled; nothing held out is in it.

    :raises TrainingError: the folder holds no prose.
    """
    kept: list[str] = []
    for path, share in prose_shares(data).items():
        for paragraph in read_prose(path):
            if rng.random() < share and not held_out(paragraph):
                kept.append(paragraph)
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
