"""reStructuredText: paragraphs, items, quotations, notes, and the bodies of directives that hold prose.

Source: the reStructuredText Markup Specification (docutils.sourceforge.io). Structure is indentation: what a
construct holds is indented further than it is, so a construct that is left alone takes its block with it.
"""

import re

from aw_engine.text.formats.block import BlockKind, Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row, names

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*$")
_EXPLICIT = re.compile(r"\.\.(?:\s+|$)")
_NOTE = re.compile(r"\.\.[ \t]+\[(?:#?[\w.-]*|\*)\][ \t]+(?=\S)")
_DIRECTIVE = re.compile(r"\.\.[ \t]+([\w:.+-]+?)[ \t]?::(?:[ \t]+|$)")
# The text behind `::` opens the body.
_SPOKEN = names("note warning tip important hint caution danger error attention seealso")
# Their body is prose; what stands behind `::` is a title, a name, a version or a file.
_WITH_PROSE = _SPOKEN | names(
    "admonition topic sidebar epigraph highlights pull-quote compound container class rst-class figure "
    "versionadded versionchanged deprecated deprecated-removed versionremoved only ifconfig todo function "
    "method classmethod staticmethod attribute data exception module describe object option envvar "
    "confval program setting property decorator decoratormethod type rst:directive rst:role py:function "
    "py:method py:class py:classmethod py:staticmethod py:attribute py:data py:exception py:module "
    "py:property py:decorator c:function c:type c:member c:macro c:var c:struct cpp:function cpp:class "
    "cpp:member cpp:type js:function js:class js:method js:attribute tab-item dropdown card grid "
    "grid-item tab-set theorem proof definition lemma"
)
_OPTION = re.compile(r":[^:\s`][^:`\n]*:(?:\s|$)")
_FIELD = re.compile(r":(?![:\s])(?:\\.|[^:\\`\n])+:(?:\s+|$)")
_BULLET = re.compile(r"(?:[-*+•‣⁃]|\(?(?:\d+|[A-Za-z#]|[ivxlcdmIVXLCDM]+)[.)])(?:[ \t]+|$)")
_CHOICE = re.compile(r"(?:--?\w[\w-]*(?:[ =]<?[\w-]+>?)?(?:, |  +|$)|/[A-Z](?:[ ,]|$))")
_SIMPLE_TABLE = re.compile(r"=+(?:[ ]+=+)+\s*$")
_ATTRIBUTION = re.compile(r"(?:---?|—)[ \t]*\w")
# Columns; what is indented further is no prose of anybody's, and would cost the interpreter's stack.
_DEEPEST = 150
# To docutils these go on with a paragraph if no blank line is before them; who writes so means structure.
_OPENS = re.compile(
    r"\.\.(?: |$)|[-*+•] |(?:\d{1,3}|#)[.)] |:(?![:\s])[\w -]+:(?: |$)|\| |\+[-=]|>>> "
    r"|([-=~^\"'`#*+.:_])\1{2,}\s*$|__ "
)
_EDGE_BEFORE = r"(?<![^\s\-:/'\"<(\[{–—“‘«])"
_EDGE_AFTER = r"(?![^\s\-.,:;!?\\/'\")\]}>–—”’»])"
_RULES = (
    rule("code", rf"{_EDGE_BEFORE}``(?=\S).*?(?:\n.*?)*?(?<=\S)``{_EDGE_AFTER}"),
    rule(
        "command",
        rf"{_EDGE_BEFORE}(?::[\w:.+-]+:)?`(?=\S)(?:\\.|[^`\\])+`(?::[\w:.+-]+:|__?)?{_EDGE_AFTER}",
    ),
    rule("command", r"_`[^`]+`"),
    rule(
        "command",
        rf"{_EDGE_BEFORE}\|(?=\S)[^|\n]*(?<=\S)\|__?{_EDGE_AFTER}|{_EDGE_BEFORE}\|(?=\S)[^|\n]*(?<=\S)\|{_EDGE_AFTER}",
    ),
    rule("footnote", rf"\[(?:\#[\w.-]*|\d+|\*|[\w.-]+)\]_{_EDGE_AFTER}"),
    rule("emphasis", rf"{_EDGE_BEFORE}\*\*(?P<inner>(?=[^\s*])[^*]*?(?<=[^\s*]))\*\*{_EDGE_AFTER}"),
    rule("emphasis", rf"{_EDGE_BEFORE}\*(?P<inner>(?=[^\s*])[^*]*?(?<=[^\s*]))\*{_EDGE_AFTER}"),
    rule("link", rf"(?<![\w`.+:-])\w+(?:[-.+:_]\w+)*__?(?<=_){_EDGE_AFTER}"),
    rule("command", r"\\\S"),
    # Of the `::` that a block of code follows, one colon is enough to keep both.
    rule("command", r"(?<=:):\s*\Z"),
)


def parse(document: str) -> Parsed:
    """Prose of a reStructuredText document; no titles, literal blocks, tables, fields or comments."""
    found = Gathering(document, inline)
    _body(found, found.rows, "paragraph")
    return found.parsed()


def inline(text: str) -> Inline:
    """Spans and pairs of one paragraph; references and interpreted text are kept whole, as names are."""
    return read(text, _RULES, "rst")


def _body(found: Gathering, rows: list[Row], kind: BlockKind) -> None:
    """Read rows that belong to one body; its margin is the indent of its first row that is not blank."""
    margin = next((row.indent for row in rows if not row.blank), 0)
    margin = min([margin, *(row.indent for row in rows if not row.blank)])
    if margin > _DEEPEST:
        return
    at = 0
    while at < len(rows):
        row = rows[at]
        if row.blank:
            at += 1
        elif row.indent > margin:
            end = _block_end(rows, at, margin)
            _body(found, [r for r in rows[at:end] if not _ATTRIBUTION.match(r.bare)], "quote")
            at = end
        else:
            at = _element(found, rows, at, margin, kind)
        found.close()


def _block_end(rows: list[Row], at: int, margin: int) -> int:
    """The number behind the last row from `at` on that is blank or indented further than `margin`."""
    while at < len(rows) and (rows[at].blank or rows[at].indent > margin):
        at += 1
    return at


def _paragraph_end(rows: list[Row], at: int) -> int:
    while at < len(rows) and not rows[at].blank:
        at += 1
    return at


def _element(found: Gathering, rows: list[Row], at: int, margin: int, kind: BlockKind) -> int:
    """Read the body element that row `at` opens at the margin; the number of the row behind it."""
    row = rows[at]
    text = row.bare
    if _EXPLICIT.match(text) or text.startswith("__ ") or text == "__":
        return _explicit(found, rows, at, margin, kind)
    if text.startswith((">>> ", "+-", "+=")) or text == ">>>":
        return _paragraph_end(rows, at)
    if _SIMPLE_TABLE.match(text):
        return _table_end(rows, at)
    if _RULE.match(text) and len(text) > 1:
        # A transition, or the line over a title, which takes its title and the line below with it.
        over = at + 2 < len(rows) and not rows[at + 1].blank and bool(_RULE.match(rows[at + 2].bare or "x"))
        return at + 3 if over else at + 1
    if text.startswith("| ") or text == "|" or _FIELD.match(text) or _CHOICE.match(text):
        return _block_end(rows, at + 1, margin)
    bullet = _BULLET.match(text)
    if bullet and _is_item(rows, at, margin):
        inner = row.indent + bullet.end()
        end = _block_end(rows, at + 1, margin)
        first = Row(row.start + inner, row.text[inner:], 0)
        _item(found, first, rows[at + 1 : end], inner)
        return end
    if at + 1 < len(rows) and _underlines(rows[at + 1], row):
        return at + 2
    if at + 1 < len(rows) and not rows[at + 1].blank and rows[at + 1].indent > margin:
        # A term and its definition; the block below a paragraph that ends in `::` is no definition.
        end = _block_end(rows, at + 1, margin)
        if not text.endswith("::"):
            _body(found, rows[at + 1 : end], kind)
        return end
    return _paragraph(found, rows, at, margin, kind)


def _paragraph(found: Gathering, rows: list[Row], at: int, margin: int, kind: BlockKind) -> int:
    found.begin(kind)
    end = at
    while end < len(rows) and not rows[end].blank and (end == at or rows[end].indent == margin):
        if end > at and _OPENS.match(rows[end].bare):
            break
        found.add(rows[end])
        end += 1
    literal = rows[end - 1].bare.endswith("::")
    if end < len(rows) and rows[end].indent > margin and not rows[end].blank and not literal:
        end = _paragraph_end(rows, end)  # indented without a blank line: an error in the document
    found.close()
    if not literal:
        return end
    following = end
    while following < len(rows) and rows[following].blank:
        following += 1
    if following < len(rows) and rows[following].indent > margin:
        return _block_end(rows, following, margin)
    quote = rows[following].bare[:1] if following < len(rows) else ""
    if quote and not quote.isalnum():
        while following < len(rows) and rows[following].bare.startswith(quote):
            following += 1
        return following
    return end


def _item(found: Gathering, first: Row, rest: list[Row], inner: int) -> None:
    """An item: its first paragraph begins behind the marker, and its body lies at `inner`."""
    if first.blank:
        _body(found, rest, "item")
        return
    # The first row as if it stood alone at the item's margin, so that all rules for bodies hold.
    padded = Row(first.start - inner, " " * inner + first.text, inner)
    _body(found, [padded, *rest], "item")


def _is_item(rows: list[Row], at: int, margin: int) -> bool:
    """Whether the row that looks like an item is one: its next line is blank, indented, or an item too."""
    if at + 1 >= len(rows) or rows[at + 1].blank or rows[at + 1].indent > margin:
        return True
    return bool(_BULLET.match(rows[at + 1].bare))


def _underlines(line: Row, title: Row) -> bool:
    text = line.bare
    return bool(_RULE.match(text)) and not line.blank and (len(text) >= 4 or len(text) >= len(title.bare))


def _table_end(rows: list[Row], at: int) -> int:
    """Behind a simple table: the border line that a blank line follows, or where all its lines have ended."""
    for i in range(at + 1, len(rows)):
        if _SIMPLE_TABLE.match(rows[i].bare) and (i + 1 == len(rows) or rows[i + 1].blank):
            return i + 1
    return _paragraph_end(rows, at)


def _explicit(found: Gathering, rows: list[Row], at: int, margin: int, kind: BlockKind) -> int:
    row = rows[at]
    end = _block_end(rows, at + 1, margin)
    if note := _NOTE.match(row.bare):
        inner = row.indent + note.end()
        _held(found, row, inner, rows[at + 1 : end], "note")
    elif (directive := _DIRECTIVE.match(row.bare)) and directive.group(1) in _WITH_PROSE:
        body = rows[at + 1 : end]
        name = directive.group(1)
        if name in _SPOKEN and not _OPTION.match((body[0].bare if body else "") or "x"):
            _held(found, row, row.indent + directive.end(), body, "note")
        else:
            while body and (body[0].blank is False) and not _is_prose_of(name, body[0]):
                body = body[1:]
            _body(found, body, "note" if name in _SPOKEN else kind)
    return end


def _is_prose_of(name: str, row: Row) -> bool:
    """Whether the row right below a directive's first is content: no option, and no more of its argument."""
    return not _OPTION.match(row.bare) and name in _SPOKEN | {
        "compound",
        "epigraph",
        "highlights",
        "pull-quote",
    }


def _held(found: Gathering, row: Row, inner: int, rest: list[Row], kind: BlockKind) -> None:
    """What a footnote or an admonition holds: text behind its mark, and a block below at its own indent."""
    first = Row(row.start, " " * inner + row.text[inner:], inner)
    indents = [r.indent for r in rest if not r.blank]
    if first.blank or not indents:
        _body(found, rest if first.blank else [first], kind)
        return
    # As if the text behind the mark stood at the margin of the block.
    margin = min(indents)
    moved = Row(row.start + inner - margin, " " * margin + row.text[inner:], margin)
    _body(found, [moved, *rest], kind)
