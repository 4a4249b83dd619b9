"""Spans of running text that dialects of Markdown know and CommonMark does not."""

import re

from aw_engine.domain.passage import Span, SpanKind
from aw_engine.text.formats import markdown_braces as braces
from aw_engine.text.formats.markdown_bodies import quoted_ranges
from aw_engine.text.formats.markdown_html import TAG, is_foreign
from aw_engine.text.formats.markdown_within import DISPLAYED

_PATTERNS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    ("citation", re.compile(r"\\@ref\([^()\s]{1,100}\)")),
    ("citation", re.compile(r"\(ref:[\w-]{1,60}\)|\(\\?#[\w-]{1,20}:[\w-]{1,60}\)")),
    ("citation", re.compile(r"-?@\{[^{}\s]{1,200}\}")),
    # Maths that dollarmath leaves: GitLab's, with blanks inside, beside a digit; sets and commands of TeX.
    ("math", re.compile(r"\$`[^`$]{1,500}`\$")),
    ("math", re.compile(r"(?<![\w$\\])\$ [^$]{0,200}?[\\^_=][^$]{0,200}? \$(?![\w$])")),
    ("math", re.compile(r"(?<=\d)\$(?=[A-Za-z\\])[^$\s](?:[^$\n]{0,200}[^$\s])?\$(?![\w$])")),
    ("math", re.compile(r"(?<![\w$\\])\$(?=[A-Za-z\\])[^$\s](?:[^$\n]{0,200}[^$\s])?\$(?=\d)")),
    ("math", re.compile(r"\\\[(?:[^\\\[\]]|\\[^\[\]]|\[[^\[\]]*\]){1,500}\\\]")),
    ("math", re.compile(r"\\begin\{([A-Za-z]{1,20}\*?)\}.{0,1000}?\\end\{\1\}", re.S)),
    ("math", re.compile(r"\\\{[^{}$]{1,200}\\\}")),
    (
        "command",
        re.compile(
            r"(?<![\\\w])\\[A-Za-z]{2,30}\*?(?:(?:\[[^\[\]\n]{0,200}\]|\{(?:[^{}]|\{[^{}]{0,200}\}){0,300}\})+"
            r"|(?:[_^](?:\{[^{}]{0,100}\}|\\?\w+))*)"
        ),
    ),
    # Notes and references whose definitions the document lacks.
    ("footnote", re.compile(r"\[\^[^\[\]\s]{1,60}\]")),
    ("template", re.compile(r"\]\[[^\[\]\n]{1,100}\]")),
    ("link", re.compile(r"\(\([0-9a-f-]{8,40}\)\)")),
    # Obsidian, Docusaurus, Pandoc, CriticMarkup.
    ("html", re.compile(r"(?<![\w%])%%[^%]{1,500}%%")),
    ("link", re.compile(r"(?<![\w#&/`])#(?=[\w/-]{0,60}[A-Za-z])\w[\w/-]{0,100}")),
    ("template", re.compile(r"[\[(][A-Za-z][\w -]{0,40}::\s[^\[\]()\n]{0,200}[\])]")),
    ("template", re.compile(r"(?<![\w:]):[a-z0-9_+-]{2,40}:(?![\w:])")),
    ("template", re.compile(r"(?<![\w:]):[a-z][\w-]{0,40}\[[^\[\]\n]{0,200}\](?:\{[^{}\n]{0,200}\})?")),
    ("math", re.compile(r"(?<=\w)~[^~\s]{1,20}~(?!~)|(?<=\w)\^[^\^\s]{1,20}\^")),
)
# Between these marks the text is the writer's; the marks themselves stay.
_MARKED = re.compile(r"(?<![\w=+|])(==|\+\+|\|\|)(?=[^\s=+|])[^=+|]{1,500}(?<=\S)\1(?![\w=+|])")
_BRACKETED = re.compile(r"\[([^\[\]]{1,300})\](?=\{)")


def found(text: str, code: list[tuple[int, int]]) -> list[Span]:
    """Spans in any order, which may overlap; `code` are the ranges of code spans."""
    spans = [
        Span(match.start(), match.end(), kind)
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]
    spans += [Span(start, end, "template") for start, end in quoted_ranges(text)]
    spans += [
        Span(match.start(), match.end(), "html") for match in TAG.finditer(text) if "{" in match.group()
    ]
    for match in _MARKED.finditer(text):
        size = len(match[1])
        spans.append(Span(match.start(), match.start() + size, "emphasis"))
        spans.append(Span(match.end() - size, match.end(), "emphasis"))
    spans += [Span(match.start(), match.end(), "math") for match in DISPLAYED.finditer(text)]
    spans += _braced(text, dict(code))
    return spans


def _braced(text: str, code: dict[int, int]) -> list[Span]:
    """Balanced braces, with a role's code behind them or the bracket before them."""
    spans = []
    opened = {match.end(): match.start() for match in _BRACKETED.finditer(text)}
    for start, end in braces.groups(text):
        if start in opened and is_foreign(text[start:end]):
            start = opened[start]
        elif start in opened:
            spans.append(Span(opened[start], opened[start] + 1, "link"))
            start -= 1
        spans.append(Span(start, code.get(end, end), "template"))
    return spans
