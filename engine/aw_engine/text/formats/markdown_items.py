"""What is one paragraph to CommonMark and several items to other dialects, and what stands at its ends."""

import re

from aw_engine.text.formats.block import BlockKind
from aw_engine.text.formats.markdown_lines import is_structure

# Of each line its number, and the range of its content.
Lines = list[tuple[int, int, int]]

# A definition, a numbered example.
_ITEM = re.compile(r"(?::|\(@[\w-]*\))[ \t]+(?=\S)")
_FANCY = (
    re.compile(r"(?:#|[a-z]|[ivx]{1,6})\.[ \t]+(?=\S)"),
    re.compile(r"[A-Z]\.[ \t]{2,}(?=\S)"),
    re.compile(r"(?:#|[A-Za-z]|[ivx]{1,6})\)[ \t]+(?=\S)"),
    re.compile(r"\((?:#|\d{1,3}|[A-Za-z]|[ivx]{1,6})\)[ \t]+(?=\S)"),
)
_BOX = re.compile(r"\[[^\[\]\w]\] |\[[xX]\] ")
_ATTRIBUTES_FIRST = re.compile(r"\{:[^{}\n]*\}[ \t]+(?=\S)")
# A block's name or attributes behind its last word.
_NAME_LAST = re.compile(r"(?:[ \t]+(?:\^[A-Za-z0-9-]+|\{[:.#][^{}\n]*\}))+[ \t]*$")
_DETAIL = re.compile(r"[A-Z][\w /-]{0,24}:[ \t]+(?:\S.{0,60})?[^\s.!?]")


def items(kind: BlockKind, lines: Lines, text: str, within: frozenset[int]) -> list[tuple[BlockKind, Lines]]:
    """A paragraph's lines parted into items: definitions, examples, lettered lists; lines that are structure
    though they are indented too far for CommonMark to see it are left out. Lines `within` formulas or braces
    begin nothing.

    Markers lie before an item's first range.
    """
    parted: list[tuple[BlockKind, Lines]] = []
    first = text[lines[0][1] : lines[0][2]]
    fancy = next((style for style in _FANCY if style.match(first)), None)
    begun: Lines = []
    in_items = False
    for number, start, end in lines:
        if number in within:
            begun.append((number, start, end))
            continue
        marker = _ITEM.match(text, start, end) or (fancy.match(text, start, end) if fancy else None)
        apart = number != lines[0][0] and is_structure(text[start:end])
        if (marker or apart) and begun:
            # Lines straight above the first definition are its terms.
            if in_items or not marker or text[start] != ":":
                parted.append((kind, begun))
            begun = []
        if marker:
            kind, in_items = "item", True
        if not apart:
            begun.append((number, marker.end() if marker else start, end))
    return [*parted, (kind, begun)] if begun else parted


def trimmed(kind: BlockKind, lines: Lines, text: str) -> Lines:
    """The lines without a task's box, empty lines, white space at the very end, and what names the block."""
    number, start, end = lines[0]
    for pattern in (_BOX, _ATTRIBUTES_FIRST):
        if kind == "item" and (found := pattern.match(text, start, end)):
            start = found.end()
    lines = [(number, start, end), *lines[1:]]
    lines = [(n, s, e) for n, s, e in lines if text[s:e].strip(" \t")]
    if lines:
        number, start, end = lines[-1]
        last = text[start:end].rstrip()
        named = _NAME_LAST.search(last)
        lines[-1] = (number, start, start + (named.start() if named else len(last)))
    return [line for line in lines if line[1] < line[2]]


def are_details(lines: Lines, text: str) -> bool:
    """Whether every one of several lines is a short `Key: value`, as in a letter's head or a card."""
    return len(lines) > 1 and all(_DETAIL.fullmatch(text[start:end].strip()) for _, start, end in lines)
