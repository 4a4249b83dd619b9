"""Spans that have no grammar: addresses, citations in running text, templates and placeholders.

Every pattern is bounded or anchored so that hostile text costs linear time.
"""

import re

from aw_engine.domain.passage import Format, Span, SpanKind
from aw_engine.text.formats.block import outermost

_URL = re.compile(r"(?<![A-Za-z0-9])(?:(?:https?|ftps?|file|doi)://|www\.|mailto:)[^\s<>\"⟦⟧]{2,2000}", re.I)
_DOI = re.compile(r"(?<![\w/.])(?:doi:\s?)?10\.\d{4,9}/[^\s\"<>⟦⟧]{1,200}", re.I)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_NUMBERED = re.compile(r"\[\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,40}\]")
_KEYED = re.compile(r"\[[^\[\]]{0,300}?(?<![\w.])@[\w{][^\[\]]{0,300}\]")
_KEY = re.compile(r"(?<![\w@.+%-])-?@[A-Za-z_][\w:.#$%&+?~/-]{0,100}")
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}(?: (?:van|von|de|den|der|la|le|[A-ZÀ-ÖØ-Þ][\w'’.-]{0,40})){0,4}"
_YEAR = r"(?:(?:1[5-9]|20)\d\d[a-z]?|n\.d\.|in press|forthcoming)"
_PAGES = r"(?:, (?:pp?|ch|sec|chap)\. ?[\w–-]{1,12})?"
_WORK = (
    r"(?:(?:see|cf\.|e\.g\.,?|see also) )?"
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer"
    r"|Autumn|Fall|Winter|Since|In|From|Until|By|Before|After|Around|About|Early|Late)\b)"
    rf"{_NAME}(?:(?:,| and| &|, and|, &) {_NAME}){{0,8}}(?: et al\.?)?,? {_YEAR}(?:, {_YEAR}){{0,5}}{_PAGES}"
)
_AUTHOR_YEAR = re.compile(rf"\({_WORK}(?:; {_WORK}){{0,12}}\)")
_YEAR_ALONE = re.compile(rf"(?<=[\w.’'] )\({_YEAR}{_PAGES}\)")
_WIKI = re.compile(r"!?\[\[[^\[\]\n]{1,300}\]\]")
_TEMPLATE = re.compile(
    r"\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\}|\$\{[\w.]{1,60}\}|%\(\w{1,60}\)[sdf]|\{[A-Za-z_][\w.]{0,60}\}"
)

_ALWAYS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    ("url", _URL),
    ("url", _DOI),
    ("email", _EMAIL),
    ("citation", _NUMBERED),
    ("citation", _AUTHOR_YEAR),
    ("citation", _YEAR_ALONE),
)
# In LaTeX braces and brackets have a grammar of their own.
_OUTSIDE_LATEX: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    ("template", _TEMPLATE),
    ("citation", _KEYED),
    ("citation", _KEY),
    ("link", _WIKI),
)


def found(text: str, format: Format) -> list[Span]:
    """Spans found by pattern, sorted, disjoint; of two that overlap, the one that starts first."""
    spans: list[Span] = []
    for kind, pattern in _ALWAYS if format == "latex" else _ALWAYS + _OUTSIDE_LATEX:
        for match in pattern.finditer(text):
            end = match.end()
            if kind in ("url", "email") or pattern is _KEY:
                end = _trimmed(text, match.start(), end)
            spans.append(Span(match.start(), end, kind))
    return outermost(spans)


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of an address without the sentence's own punctuation and unbalanced closing brackets."""
    opened = text.count("(", start, end) - text.count(")", start, end)
    while end > start + 1:
        last = text[end - 1]
        if last == ")" and opened < 0:
            opened += 1
        elif last not in ".,;:!?'\"*_~`|\\]}’”»…":
            break
        end -= 1
    return end
