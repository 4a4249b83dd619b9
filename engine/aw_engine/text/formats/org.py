"""Org: paragraphs, items, quotes and footnotes; everything else in an outline stays as it is.

Source: the Org syntax (orgmode.org/worg/org-syntax.html).
"""

import re

from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row, names

_HEADLINE = re.compile(r"\*+(?: |$)")
_BEGIN = re.compile(r"\s*#\+begin[_:](\S+)", re.IGNORECASE)
_END = re.compile(r"\s*#\+end[_:](\S+)?", re.IGNORECASE)
_PROSE_BLOCKS = names(
    "quote center abstract note tip warning important caution info theorem lemma proof definition remark "
    "corollary proposition aside summary preface"
)
_DRAWER = re.compile(r"\s*:[\w-]+:\s*$")
_DRAWER_END = re.compile(r"\s*:END:\s*$", re.IGNORECASE)
_PLANNING = re.compile(r"\s*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_ENVIRONMENT = re.compile(r"\s*\\begin\{([^{}]+)\}")
_APART = re.compile(r"\s*(?:#(?:\s|\+|$)|:(?:\s|$)|\||\+-[-+]|-{5,}\s*$|%%\()")
_ITEM = re.compile(r"\s*(?:[-+]|\d+[.)]|[A-Za-z][.)]|(?<=\s)\*)(?:[ \t]+|$)")
_ITEM_HEAD = re.compile(r"(?:\[@[^\]]+\][ \t]*)?(?:\[[ xX-]\][ \t]+)?(?:\S.*?[ \t]+::(?:[ \t]+|$))?")
_NOTE = re.compile(r"\[fn:[\w-]+\][ \t]*")
_DISPLAY = (("\\[", "\\]"), ("$$", "$$"))
_MARKED = (
    r"(?<![^\s\-('\"{{\[—–/*_+]) {0} (?P<inner>(?=\S) [^\n]{{1,300}}?(?:\n[^\n]{{1,300}}?)? (?<=\S)) {0}"
    r"(?![^\s\-.,;:!?'\"){{}}\[\]\\—–/*_+])"
)


def _verbatim(mark: str) -> str:
    return _MARKED.format(mark, mark[-1]).replace("(?P<inner>", "(?:")


_RULES = (
    rule("math", r"\\begin\{(?P<name>\w+\*?)\}(?:.|\n){0,1000}?\\end\{(?P=name)\}"),
    rule("math", r"\\\((?:[^\\]|\\(?!\))){0,500}\\\) | \\\[(?:[^\\]|\\(?!\])){0,500}\\\] | \$\$[^$]+\$\$"),
    rule("math", r"(?<![\w$])\$(?![\s$,.;])[^$\n]{0,400}?(?:\n[^$\n]{0,400}?)?(?<![\s,.])\$(?!\w)"),
    rule("template", r"\{\{\{[^{}]*\}\}\}"),
    rule("code", r"(?:src|call)_\w+(?:\[[^\]\n]*\])?(?:\{[^{}\n]*\}|\([^()\n]*\))(?:\[[^\]\n]*\])?"),
    rule("html", r"@@[\w-]+:.*?@@"),
    rule("citation", r"\[cite(?:/[^\]:\n]*)?:[^\[\]]*\]"),
    rule("footnote", r"\[fn:[^\[\]]*\]"),
    rule("link", r"\[\[[^\[\]]+\]\[(?P<inner>[^\[\]]+)\]\]"),
    rule("link", r"\[\[[^\[\]]+\]\] | <<<?[^<>\n]+>>>?"),
    rule("code", _verbatim("=")),
    rule("code", _verbatim("~")),
    rule("command", r"[<\[]\d{4}-\d\d-\d\d[^\]>\n]*[\]>](?:--[<\[]\d{4}-\d\d-\d\d[^\]>\n]*[\]>])?"),
    rule("url", r"<[a-z][\w+.-]*:[^<>\n]+>"),
    rule("url", r"(?<!\w)(?:file|id|elisp|shell|info|help|doi|attachment|mailto):[^\s\])>]+"),
    rule("break", r"[ \t]*\\\\[ \t]*(?:\n|\Z)"),
    rule("command", r"\\[A-Za-z]+(?:\{[^{}\n]*\}|\[[^\[\]\n]*\])*"),
    rule("command", r"\[\d*(?:/\d*|%)\]"),
    rule("command", r"(?<=\w)[_^]\{[^{}\n]*\}"),
    *(rule("emphasis", _MARKED.format("\\" + mark, "\\" + mark)) for mark in "*/_+"),
)


def parse(document: str) -> Parsed:
    """Prose of an Org document; no headlines, drawers, keywords, tables, source or example blocks."""
    found = Gathering(document, inline)
    rows = found.rows
    quoted = 0
    marker = -1
    at = 0
    while at < len(rows):
        row = rows[at]
        at += 1
        if row.blank or _HEADLINE.match(row.text) or _PLANNING.match(row.text):
            found.close()
            quoted = 0 if _HEADLINE.match(row.text) else quoted
            if not row.blank or (at < len(rows) and rows[at].indent <= marker):
                marker = -1
        elif begin := _BEGIN.match(row.text):
            found.close()
            if begin.group(1).lower() in _PROSE_BLOCKS:
                quoted += 1
            else:
                end = re.compile(rf"\s*#\+end[_:]{re.escape(begin.group(1))}", re.IGNORECASE)
                at = _after(rows, at, end, sure=True)
        elif _END.match(row.text):
            found.close()
            quoted = max(0, quoted - 1)
        elif _DRAWER.match(row.text):
            found.close()
            at = _after(rows, at, _DRAWER_END)
        elif environment := _ENVIRONMENT.match(row.text):
            found.close()
            end = re.compile(rf".*\\end\{{{re.escape(environment.group(1))}\}}")
            at = at if end.match(row.text) else _after(rows, at, end)
        elif closing := _displays(row):
            found.close()
            at = at if closing in row.bare[2:] else _after(rows, at, re.compile(rf".*{re.escape(closing)}"))
        elif _APART.match(row.text):
            found.close()
        elif item := _ITEM.match(row.text):
            found.begin("item")
            marker = row.indent
            rest = _ITEM_HEAD.match(row.text, item.end())
            found.add(row, rest.end() if rest else item.end())
        elif note := _NOTE.match(row.text):
            found.begin("note")
            found.add(row, note.end())
        else:
            if found.open and found.kind == "item" and row.indent <= marker:
                found.close()
                marker = -1
            if not found.open:
                found.begin(
                    "item" if marker >= 0 and row.indent > marker else "quote" if quoted else "paragraph"
                )
            found.add(row)
    return found.parsed()


def inline(text: str) -> Inline:
    """Spans and pairs of one paragraph."""
    return read(text, _RULES, "org")


def _displays(row: Row) -> str:
    """What closes the display maths that the line opens; empty if it opens none."""
    return next((closing for opening, closing in _DISPLAY if row.bare.startswith(opening)), "")


def _after(rows: list[Row], at: int, end: re.Pattern[str], *, sure: bool = False) -> int:
    """The number of the row after the next that matches `end`; if none does before a headline, `at`, or
    that of the headline where what began is `sure` to be no prose."""
    for i in range(at, len(rows)):
        if end.match(rows[i].text):
            return i + 1
        if _HEADLINE.match(rows[i].text):
            return i if sure else at
    return len(rows) if sure else at
