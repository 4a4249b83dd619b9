"""AsciiDoc: paragraphs, items, admonitions, and what example, sidebar, quote and open blocks hold.

Source: the AsciiDoc language documentation (docs.asciidoctor.org/asciidoc). A block whose style is not known
to hold prose is left alone.
"""

import re

from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row, names

_SECTION = re.compile(r"(?:={1,6}|#{1,6})[ \t]+\S")
_UNDERLINE = re.compile(r"([=\-~^+])\1+\s*$")
_ATTRIBUTE = re.compile(r":!?\w[\w-]*!?:(?:\s|$)")
_BLOCK_ATTRIBUTES = re.compile(r"\[(?:|[\w\"'.#%{,:&$\u00a0-\uffff][^\n]*)\]\s*$|\[\[[^\[\]]+\]\]\s*$")
_TITLE = re.compile(r"\.[^\s.].*$")
_VERBATIM = re.compile(r"(-{4,}|\.{4,}|\+{4,}|/{4,}|```+[\w,#+-]*|[|,:!]={3,})\s*$")
_CONTAINER = re.compile(r"(={4,}|\*{4,}|_{4,}|--|~{4,})\s*$")
_MACRO = re.compile(r"[A-Za-z_][\w-]*::\S*\[.*\]\s*$")
_BREAK = re.compile(r"(?:'{3,}|<{3,}|-{3}|\*{3}|- - -|\* \* \*|\+)\s*$")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_ITEM = re.compile(
    r"\s*(?:\*{1,5}|-|\.{1,5}|\d+\.|[A-Za-z]\.|[ivxIVX]+\)|<(?:\d+|\.)>)[ \t]+(?:\[[ xX*]\][ \t]+)?(?=\S)"
)
_TERM = re.compile(r"\s*(?!//)\S.*?(?::{2,4}|;;)(?:[ \t]+|$)")
_PROSE_STYLES = names(
    "NOTE TIP IMPORTANT WARNING CAUTION quote abstract partintro sidebar example normal lead preface "
    "appendix dedication colophon glossary horizontal qanda discrete upperalpha loweralpha upperroman "
    "lowerroman arabic square circle disc none open unordered bibliography index acknowledgments"
)
_STYLE = re.compile(r"\[\s*([\w-]*)(?=[\s,.#%\]])")
_NAMED = re.compile(r"\[\s*[\w-]+\s*=")
_LEFT = r"(?<![\w:;}])"
_RIGHT = r"(?!\w)"


def _pair(mark: str, doubled: bool) -> str:
    role = r"(?:\[[^\[\]\n]*\])?"
    if doubled:
        return rf"{role}{mark}{mark}(?P<inner>(?!{mark})[^\n]+?(?:\n[^\n]+?)?){mark}{mark}"
    inner = rf"(?=[^\s{mark}])[^{mark}\n]*?(?:\n[^{mark}\n]*?)?(?<=\S)"
    return rf"{_LEFT}{role}{mark}(?P<inner>{inner}){mark}{_RIGHT}"


_RULES = (
    rule("command", r"\+\+\+.*?\+\+\+ | \$\$.*?\$\$ | \+\+.+?\+\+"),
    rule("emphasis", r"([\"'])`(?P<inner>[^`\n]+(?:\n[^`\n]+)?)`\1"),
    rule("code", r"``.+?`` | (?<![\w\"'])`(?=\S)[^`\n]*?(?:\n[^`\n]*?)?(?<=\S)`(?![\w\"'])"),
    rule("command", rf"{_LEFT}\+(?=\S)[^+\n]+?(?<=\S)\+{_RIGHT}"),
    rule("math", r"\b(?:stem|latexmath|asciimath):\w*\[(?:\\\]|[^\]]){0,500}\]"),
    rule("footnote", r"\bfootnote(?:ref)?:[\w-]*\[(?:\\\]|[^\]]){0,500}\]"),
    rule("command", r"\(\(\(.*?\)\)\) | \(\([^()\n]+\)\)"),
    rule("link", r"<<[^<>,\n]+,(?P<inner>[^<>]+)>>"),
    rule("link", r"<<[^<>\n]+>>"),
    rule(
        "link",
        r"\b(?:(?:link|xref|mailto):[^\s\[\]]*|(?:https?|ftp|irc)://[^\s\[\]]{1,300})\[(?P<inner>[^\[\]=,\"]+)\]",
    ),
    rule("command", r"\b[a-z_][\w-]*::?[^\s\[\]:]*\[(?:\\\]|[^\]]){0,500}\]"),
    rule("url", r"\b(?:https?|ftp|irc)://[^\s\[\]<>]{1,300}\[[^\]]*\]"),
    rule("template", r"\{(?:counter2?:|set:)?[\w][\w-]*(?::[^{}\n]*)?\}"),
    rule("command", r"\[\[[^\[\]\n]+\]\] | \[\#[\w.-]+\]"),
    rule("html", r"&\#?\w+;"),
    rule("command", r"<(?:\d+|\.)>"),
    rule("break", r"[ \t]\+[ \t]*\n"),
    rule("command", r"[ \t]\+\Z"),
    rule("command", r"\\\S"),
    *(rule("emphasis", _pair(mark, doubled=True)) for mark in (r"\*", "_", r"\#")),
    *(rule("emphasis", _pair(mark, doubled=False)) for mark in (r"\*", "_", r"\#")),
    rule("emphasis", r"(?<=\w)(?:\^[^\s^]+\^|~[^\s~]+~)"),
)


def parse(document: str) -> Parsed:
    """Prose of an AsciiDoc document; no titles, attributes, listings, literals, passthroughs or tables."""
    found = Gathering(document, inline)
    rows = found.rows
    at = _behind_header(rows)
    alone = False  # the style of the next block is not one of prose
    listed = False
    while at < len(rows):
        row = rows[at]
        at += 1
        text = row.bare
        opened = found.open
        if row.blank:
            found.close()
        elif not opened and (_BLOCK_ATTRIBUTES.match(text) or (row.indent == 0 and _TITLE.match(text))):
            alone = alone or (text.startswith("[") and not _holds_prose(text))
        elif (fence := _VERBATIM.match(row.text)) or (alone and (fence := _CONTAINER.match(row.text))):
            found.close()
            at = _behind(rows, at, _closing(fence.group(1)))
            alone = False
        elif _CONTAINER.match(row.text) or _BREAK.match(row.text):
            found.close()
            listed = listed and text == "+"
        elif text.startswith(("//", "> ", "-- ")) and row.indent == 0:
            found.close()
        elif _SECTION.match(row.text) or _ATTRIBUTE.match(row.text) or _MACRO.match(text):
            found.close()
            listed = alone = False
            while text.endswith("\\") and at < len(rows) and not row.blank:
                text = rows[at].bare
                at += 1
        elif alone:
            at = _behind(rows, at, None)
            found.close()
            alone = False
        elif not opened and at < len(rows) and _underlined(row, rows[at]):
            at += 1
        elif opened and _BLOCK_ATTRIBUTES.match(text):
            found.close()
            alone = not _holds_prose(text)
        elif item := _ITEM.match(row.text):
            found.begin("item")
            found.add(row, item.end())
            listed = True
        elif (term := _TERM.match(row.text)) and "://" not in term.group():
            found.begin("item")
            found.add(row, term.end())
            listed = True
        elif not opened and (admonition := _ADMONITION.match(row.text)):
            found.begin("note")
            found.add(row, admonition.end())
        elif not opened and row.indent and not listed:
            at = _behind(rows, at, None)  # a literal paragraph
        elif not opened and row.indent and listed and at >= 2 and rows[at - 2].blank:
            at = _behind(rows, at, None)
        else:
            found.add(row)
            if not row.indent and not opened and at >= 2 and rows[at - 2].blank:
                listed = False
    return found.parsed()


def inline(text: str) -> Inline:
    """Spans and pairs of one paragraph."""
    return read(text, _RULES, "asciidoc")


def _behind_header(rows: list[Row]) -> int:
    """The number of the row behind front matter and the document's header, which a blank line ends."""
    at = 0
    if rows and rows[0].text.rstrip() == "---":
        at = _behind(rows, 1, "---")
    while (
        at < len(rows)
        and (rows[at].blank or rows[at].text.startswith("//"))
        and not _VERBATIM.match(rows[at].text)
    ):
        at += 1
    if at < len(rows) and re.match(r"[=#] \S", rows[at].text):
        while at < len(rows) and not rows[at].blank:
            at += 1
    return at


def _holds_prose(attributes: str) -> bool:
    """Whether a line of block attributes names no style, or one that holds prose."""
    style = _STYLE.match(attributes)
    return (
        style is None
        or not style.group(1)
        or style.group(1) in _PROSE_STYLES
        or bool(_NAMED.match(attributes))
    )


def _closing(fence: str) -> str:
    return "```" if fence.startswith("```") else fence


def _behind(rows: list[Row], at: int, closing: str | None) -> int:
    """The number of the row behind the next that reads `closing` (all rows if none does), or behind the next
    blank one."""
    while at < len(rows):
        at += 1
        if (closing is None and rows[at - 1].blank) or rows[at - 1].text.rstrip() == closing:
            break
    return at


def _underlined(title: Row, line: Row) -> bool:
    """Whether the two are a title in the old style, whose underline is as long as it is, but for one."""
    return (
        bool(_UNDERLINE.match(line.text))
        and abs(len(line.text.rstrip()) - len(title.text.rstrip())) <= 1
        and bool(re.search(r"\w", title.text))
    )
