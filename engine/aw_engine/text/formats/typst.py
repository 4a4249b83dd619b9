"""Typst: paragraphs and items of markup; code, maths, raw text, labels and headings stay.

Source: Typst's reference, "Syntax" (typst.app/docs/reference/syntax). What a hash begins is read up to its
end by its brackets; a statement takes its whole line, and content that code holds is left alone with it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from aw_engine.domain.passage import Span, SpanKind
from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row

_STATEMENT = re.compile(r"#(?:let|set|show|import|include|if|for|while|context|return|break|continue)\b")
_NAME = re.compile(r"#[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_OTHER_CODE = re.compile(r"#(?:\"(?:\\.|[^\"\\])*\"|[\d.]+\w*%?)")
_LABEL = re.compile(r"<[\w.:-]+>")
_REFERENCE = re.compile(r"@[\w](?:[\w.:-]*\w)?(?:\[[^\[\]]*\])?")
_URL = re.compile(r"https?://[^\s\[\]<>]*[^\s\[\]<>.,;:!?'\")]")
_RAW = re.compile(r"(`{3,})[^`].*?\1|`[^`]*`", re.DOTALL)
_MATH = re.compile(r"\$(?:\\.|[^$\\])*\$", re.DOTALL)
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"[ \t]*//[^\n]*\n?")
_ESCAPE = re.compile(r"\\u\{[0-9A-Fa-f]+\}|\\[^\s]|\\(?=[ \t])")
_LINE_BREAK = re.compile(r"[ \t]*\\[ \t]*(?:\n|\Z)")
_MARKER = re.compile(r"(?:[-+]|\d+\.|/[ \t][^:\n]+:)[ \t]+(?=\S)")
_EMPHASIS = (
    rule("emphasis", r"(?<!\w)\*(?P<inner>[^*]+)\*(?!\w)"),
    rule("emphasis", r"(?<!\w)_(?P<inner>[^_]+)_(?!\w)"),
)
_HEADING = re.compile(r"=+(?:\s|$)")
# What may stand behind code on its line, and leaves the line its own.
_BESIDE_CODE = re.compile(r"<[\w.:-]+>|//.*|/\*.*\*/|[;.,]")
_OPEN, _CLOSE = "([{", ")]}"


def parse(document: str) -> Parsed:
    """Prose of a Typst document: paragraphs between blank lines, headings, items and lines of code."""
    found = Gathering(document, inline)
    alone, continued = _lines_held(found.newlines.text, found.rows)
    marker = -1
    for number, row in enumerate(found.rows):
        if row.blank or number in alone or _HEADING.match(row.bare):
            found.close()
            continue
        item = None if number in continued else _MARKER.match(row.bare)
        if item:
            found.begin("item")
            marker = row.indent
        elif found.kind == "item" and row.indent <= marker and number not in continued:
            found.close()
        found.add(row, row.indent + item.end() if item else None)
    return found.parsed()


def inline(text: str) -> Inline:
    """Spans and pairs of one paragraph."""
    code = [Span(start, end, kind) for start, end, kind in _pieces(text)]
    return read(text, _EMPHASIS, "typst", code)


def _lines_held(text: str, lines: list[Row]) -> tuple[set[int], set[int]]:
    """Numbers of the lines that no paragraph may have, and of those that begin inside a piece of one.

    Code, maths, comments and raw text stand alone where nothing but a label shares their lines, and so does
    whatever holds a blank line, with all of its lines.
    """
    starts = [row.start for row in lines]
    alone: set[int] = set()
    continued: set[int] = set()
    for start, end, kind in _pieces(text):
        end -= text[end - 1] == "\n"
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        before = text[starts[first] : start]
        after = text[end : lines[last].start + len(lines[last].text)]
        bare = not before.strip() and not _BESIDE_CODE.sub("", after).strip()
        whole = bare and (kind != "code" or last > first)
        if whole or any(row.blank for row in lines[first:last]):
            alone.update(range(first, last + 1))
        else:
            continued.update(range(first + 1, last + 1))
    return alone, continued


def _pieces(text: str) -> Iterator[tuple[int, int, SpanKind]]:
    """What is no prose, in order: `(start, end, kind)`."""
    at = 0
    size = len(text)
    while at < size:
        char = text[at]
        match: re.Match[str] | None = None
        kind: SpanKind = "command"
        end = 0
        if char == "\\":
            match = _LINE_BREAK.match(text, at)
            kind = "break" if match and match.group().endswith("\n") else "command"
            match = match or _ESCAPE.match(text, at)
        elif char == "`":
            match, kind = _RAW.match(text, at), "code"
        elif char == "$":
            match, kind = _MATH.match(text, at), "math"
        elif char == "/" and text.startswith("/*", at):
            match = _BLOCK_COMMENT.match(text, at)
        elif char == "/" and text.startswith("//", at):
            match = _LINE_COMMENT.match(text, at)
            kind = "break" if match and match.group().endswith("\n") else "command"
        elif char == "<":
            match = _LABEL.match(text, at)
        elif char == "@" and (at == 0 or not text[at - 1].isalnum()):
            match, kind = _REFERENCE.match(text, at), "citation"
        elif char == "h" and text.startswith("http", at) and (at == 0 or not text[at - 1].isalnum()):
            match, kind = _URL.match(text, at), "url"
        elif char == "#" and at + 1 < size:
            end = _code_end(text, at)
        end = match.end() if match else end
        if end > at:
            yield at, end, kind
            at = end
        else:
            at += 1


def _code_end(text: str, at: int) -> int:
    """Where the code that the hash at `at` begins ends; `at` if it begins none."""
    if _STATEMENT.match(text, at):
        return _statement_end(text, at)
    if name := _NAME.match(text, at):
        end = name.end()
    elif other := _OTHER_CODE.match(text, at):
        return other.end()
    elif text[at + 1] in _OPEN:
        return _bracket_end(text, at + 1)
    elif text[at + 1] in "$`<":
        return at + 1
    else:
        return at
    while end < len(text) and text[end] in "([":
        end = _bracket_end(text, end)
        if method := re.compile(r"\.[A-Za-z_][\w-]*(?=\()").match(text, end):
            end = method.end()
    return end + 1 if text[end : end + 1] == ";" else end


def _statement_end(text: str, at: int) -> int:
    """A statement ends with its line, or behind the brackets that its line opens."""
    while at < len(text) and text[at] != "\n":
        if text[at] in _OPEN:
            at = _bracket_end(text, at)
        elif text[at] == '"':
            at = _string_end(text, at)
        elif text.startswith("//", at):
            newline = text.find("\n", at)
            return newline if newline >= 0 else len(text)
        elif text[at] == ";":
            return at + 1
        elif text[at] in "`$" and (held := (_RAW if text[at] == "`" else _MATH).match(text, at)):
            at = held.end()
        else:
            at += 1
        if re.compile(r"\s*else\b").match(text, at):
            at = text.index("else", at) + 4
    return at


def _bracket_end(text: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`; the end of the text if none does."""
    depth = 0
    stack: list[str] = []
    while at < len(text):
        char = text[at]
        markup = bool(stack) and stack[-1] == "["
        if char in _OPEN:
            stack.append(char)
            depth += 1
        elif char in _CLOSE:
            # Round and curly brackets are ordinary characters in markup.
            if stack and stack[-1] == _OPEN[_CLOSE.index(char)]:
                stack.pop()
                depth -= 1
                if not stack:
                    return at + 1
        elif char == '"' and not markup:
            at = _string_end(text, at)
            continue
        elif char == "\\":
            at += 1
        elif char in "`$" and (held := (_RAW if char == "`" else _MATH).match(text, at)):
            at = held.end()
            continue
        elif text.startswith("/*", at) and (comment := _BLOCK_COMMENT.match(text, at)):
            at = comment.end()
            continue
        elif text.startswith("//", at) and text[at - 1 : at] != ":":
            newline = text.find("\n", at)
            at = newline if newline >= 0 else len(text)
            continue
        at += 1
    return len(text)


def _string_end(text: str, at: int) -> int:
    string = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL).match(text, at)
    return string.end() if string else at + 1
