"""Edits of prose from a git history: each paragraph that a commit reworded, as it was and as it became."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from aw_engine.domain.passage import ENGLISH
from aw_engine.text.language import other_than
from aw_training.errors import TrainingError
from aw_training.judge.human_edits import Edit

FILES: Final = ("*.md", "*.mdx", "*.markdown", "*.rst", "*.adoc", "*.Rmd")
_CONTEXT = 12
_LEAST_SIMILAR = 0.6
_WORDS = range(8, 121)
_COMMIT = "\x1e"
_EDITORIAL = re.compile(
    r"\b(re-?word|wording|re-?phras|phras|copy-?edit|edits?\b|editorial|proof-?read|grammar|prose|clarif|clarity"
    r"|readab|simplif|concise|improve|polish|nits?\b|tidy|style|tone|plain language|active voice|flow\b)",
    re.IGNORECASE,
)
_REVERT = re.compile(r"\brevert", re.IGNORECASE)
_STARTS = re.compile(r"[A-Z\"“*_`\[(]")
_ENDS = re.compile(r"[.!?:][\"”’')*_\]]*$")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_NO_PROSE = re.compile(r"#|\||<|\{|:::|\.\. |!\[|=|//|    |\t|---")
_FENCE = re.compile(r"```|~~~")
_NUMBER = re.compile(r"\d+")
_CODE = re.compile(r"``[^`]+``|`[^`]+`|\]\([^)]*\)|https?://\S+|\{[{%].*?[%}]\}")


def of_clones(folder: Path) -> Iterator[Edit]:
    """The edits of all repositories that `histories.toml` names and the folder has, in OWNER/NAME.

    :raises TrainingError: if it has none of them.
    """
    named = tomllib.loads(Path(__file__).with_name("histories.toml").read_text())
    there = [
        (name, licence) for licence, names in named.items() for name in names if (folder / name).exists()
    ]
    if not there:
        raise TrainingError(f"{folder} holds no clone of a repository that histories.toml names.")
    for name, licence in there:
        yield from edits(folder / name, name, licence)


def edits(repository: Path, name: str, licence: str) -> Iterator[Edit]:
    """The edits of a repository's history, the newest first, each once.

    :raises TrainingError: if git cannot read the history.
    """
    seen: set[tuple[str, str]] = set()
    for commit, date, message, hunks in _commits(repository):
        if _REVERT.search(message):
            continue
        editorial = bool(_EDITORIAL.search(message))
        for before, after in (pair for old, new in hunks for pair in _reworded(old, new)):
            if (before, after) in seen or (after, before) in seen:
                continue
            seen.add((before, after))
            one, other = before.split(), after.split()
            similarity = _similarity(one, other)
            if similarity >= _LEAST_SIMILAR:
                yield Edit(
                    repo=name,
                    licence=licence,
                    commit=commit,
                    date=date,
                    message=message,
                    editorial=editorial,
                    similarity=round(similarity, 3),
                    numbers_kept=sorted(_NUMBER.findall(before)) == sorted(_NUMBER.findall(after)),
                    code_kept=sorted(_CODE.findall(before)) == sorted(_CODE.findall(after)),
                    before=before,
                    after=after,
                )


_Hunk = tuple[list[str], list[str]]


def _commits(repository: Path) -> Iterator[tuple[str, str, str, list[_Hunk]]]:
    """Each commit's short name, day, subject, and what its hunks were and became, as lines."""
    command = [
        "git", "-C", str(repository), "log", "-p", "--no-merges", "--no-renames", "--diff-filter=M",
        f"-U{_CONTEXT}", f"--format={_COMMIT}%h%x1f%as%x1f%s", "--", *FILES,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace") as git:
        head: list[str] = []
        hunks: list[_Hunk] = []
        for line in git.stdout or ():
            if line.startswith(_COMMIT):
                if head:
                    yield head[0], head[1], head[2], hunks
                head, hunks = line[1:].rstrip("\n").split("\x1f", 2), []
            else:
                _take(line, hunks)
        if head:
            yield head[0], head[1], head[2], hunks
    if git.returncode:
        raise TrainingError(f"git could not read the history of {repository}.")


def _take(line: str, hunks: list[_Hunk]) -> None:
    """Add a line of a patch to its hunk; a file's name, which is no prose, makes one of its own."""
    if line.startswith(("@@", "diff ")):
        hunks.append(([], []))
    elif hunks and line[0] in " -+":
        text = line[1:].rstrip()
        if line[0] != "+":
            hunks[-1][0].append(text)
        if line[0] != "-":
            hunks[-1][1].append(text)


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs of prose that one hunk changed, before and after; those inserted or deleted are left out."""
    was, became = _paragraphs(old), _paragraphs(new)
    for operation, start, end, other, other_end in SequenceMatcher(None, was, became, False).get_opcodes():
        if operation == "replace" and end - start == other_end - other:
            yield from (
                (one, two)
                for one, two in zip(was[start:end], became[other:other_end], strict=True)
                if _is_prose(one) and _is_prose(two)
            )


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Paragraphs and list items with their lines joined; what is no prose stays a paragraph of its own."""
    found: list[str] = []
    open_paragraph = fenced = False
    for line in lines:
        item = _LIST_ITEM.match(line.lstrip())
        if _FENCE.match(line.lstrip()):
            fenced, open_paragraph = not fenced, False
        elif fenced or not line.strip():
            open_paragraph = False
        elif item or not open_paragraph or _NO_PROSE.match(line):
            open_paragraph = bool(item) or not _NO_PROSE.match(line)
            found.append(line.lstrip()[item.end() :] if item else line)
        else:
            found[-1] += " " + line.strip()
    return found


def _is_prose(text: str) -> bool:
    return (
        len(text.split()) in _WORDS
        and not _NO_PROSE.match(text)
        and bool(_STARTS.match(text))
        and bool(_ENDS.search(text))
        and other_than((ENGLISH,), text) is None
        and sum(letter.isalpha() or letter == " " for letter in text) > 0.8 * len(text)
    )


def _similarity(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, False).ratio()
