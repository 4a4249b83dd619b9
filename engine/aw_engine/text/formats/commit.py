"""Git's messages: a subject, paragraphs and lists, trailers, and what git itself will cut off.

Source: git-commit(1) for the comment lines and the scissors, git-interpret-trailers(1) for trailers.
"""

import re

from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row

_SCISSORS = re.compile(r"[#;] -+ ?(?:>8|8<) ?-+")
_TRAILER = re.compile(r"[A-Za-z][\w-]*: ?\S|\(cherry picked from|Fixes #|Closes #|Refs #")
_SURE_TRAILER = re.compile(
    r"(?:[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by|Fixes|Closes|Refs|References|Link|Bug|Cc|CC|Change-Id|See-also"
    r"|BREAKING[ -]CHANGE|Signed-off|Task|Ticket|Issue|Merge-request): ?\S|\(cherry picked from"
)
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
# What git writes itself, and what is moved about by name.
_MADE = re.compile(
    r"Merge (?:branch|branches|remote|pull|tag|commit)|Revert \"|This reverts commit|(?:fixup|squash|amend)!"
)
_RULES = (
    rule("code", r"`[^`\n]+`"),
    # Conventional Commits, a subsystem before a colon, and what mail about patches puts before a subject.
    rule("command", r"\A(?:\[[^\]\n]{1,40}\][ ]*)*(?:[\w./*{},+-]+(?:[ ]?\([^()\n]{0,60}\))?!?:[ ])+"),
    # Functions, names with underscores or inner capitals, flags, paths and files.
    rule("code", r"(?<![\w.])[\w.]+\(\) | \b\w+_\w+\b | \b[A-Za-z][a-z\d]+[A-Z]\w*"),
    rule("code", r"(?<![\w-])--?[A-Za-z][\w-]* | (?<!\w)[\w.~-]{0,100}/[\w./*-]{0,200}\w"),
    rule("code", r"\b[\w-]+\.[a-z]{1,4}\b(?![.\w])"),
    rule("citation", r"(?<![\w#&])(?:[\w.-]+/[\w.-]+)?\#\d+\b | \b[A-Z][A-Z0-9]{1,9}-\d+\b"),
    rule("code", r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b"),
)


def parse(document: str) -> Parsed:
    """The subject, which is a title, and the paragraphs and items below it; no trailers, comments or code."""
    return _parsed(document, subject=True)


def parse_body(document: str) -> Parsed:
    """What the text would be below a subject."""
    return _parsed(document, subject=False)


def inline(text: str) -> Inline:
    """Spans of the subject or a paragraph."""
    return read(text, _RULES, "commit")


def _parsed(document: str, *, subject: bool) -> Parsed:
    found = Gathering(document, inline)
    marker = 0
    fenced = False
    trailers = _trailers(found.rows)
    for row in found.rows:
        if _SCISSORS.match(row.text):
            break
        if row.text.startswith("#") or (row.text.startswith("; ") and subject):
            found.close()
            continue
        if row.bare.startswith(("```", "~~~")):
            fenced = not fenced
            found.close()
        elif fenced or row.blank:
            found.close()
        elif subject:
            subject = False
            if not _MADE.match(row.bare):
                found.begin("title")
                found.add(row)
                found.close()
        elif row.start in trailers or _MADE.match(row.bare) or row.bare.startswith(">"):
            found.close()
        elif item := _ITEM.match(row.bare):
            found.begin("item")
            marker = row.indent
            found.add(row, row.indent + item.end())
        elif row.text.startswith(("    ", "\t")) and not (found.open and found.kind == "item"):
            found.close()
        else:
            if found.kind == "item" and row.indent <= marker:
                found.close()
            found.add(row)
    return found.parsed()


def _trailers(rows: list[Row]) -> frozenset[int]:
    """Starts of the lines that are trailers: those that surely are, and all of a last block of such lines."""
    lines = []
    for row in rows:
        if _SCISSORS.match(row.text):
            break
        if not row.text.startswith("#"):
            lines.append(row)
    while lines and lines[-1].blank:
        lines.pop()
    last: list[Row] = []
    while lines and not lines[-1].blank:
        last.append(lines.pop())
    known = {row.start for row in rows if _SURE_TRAILER.match(row.text)}
    if lines and all(_TRAILER.match(row.text) or row.text.startswith((" ", "\t")) for row in last):
        known |= {row.start for row in last}
    return frozenset(known)
