"""Balanced braces: attributes, template tags, roles and expressions, which are never prose in Markdown."""

import re

# A writer's sentence in braces may be longer; no tag or expression in running text is.
_LONGEST = 1_000
_BRACE = re.compile(r"(?<!\\)[{}]")


def groups(text: str, longest: int = _LONGEST) -> list[tuple[int, int]]:
    """Half-open ranges of the outermost balanced `{…}` that are at most `longest` characters long.

    A brace behind a backslash counts for nothing; one that is never closed does not hide those after it.
    """
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for match in _BRACE.finditer(text):
        at = match.start()
        if match.group() == "{":
            opened.append(at)
        elif opened:
            start = opened.pop()
            if at + 1 - start <= longest:
                while found and found[-1][0] > start:
                    found.pop()
                found.append((start, at + 1))
    return found


def depth(text: str) -> int:
    """How many brackets of any kind are open at the end of the text; quotation marks are not looked at."""
    return sum(text.count(c) for c in "({[") - sum(text.count(c) for c in ")}]")


def fills(text: str) -> bool:
    """Whether the text is nothing but balanced braces and blanks."""
    at = 0
    for start, end in groups(text, len(text)):
        if text[at:start].strip():
            return False
        at = end
    return at > 0 and not text[at:].strip()
