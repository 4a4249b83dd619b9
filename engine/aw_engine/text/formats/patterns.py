"""Spans that have no grammar: addresses, citations in running text, templates, identifiers in running text.

Every pattern is bounded or anchored so that hostile text costs linear time.
"""

import re

from aw_engine.domain.passage import Format, Span, SpanKind
from aw_engine.text.formats.block import outermost

_URL = re.compile(r"(?<![A-Za-z0-9])(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:)[^\s<>\"⟦⟧]{2,2000}", re.I)
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
_FILE_ENDINGS = (
    "bat|bib|c|cc|cfg|conf|cpp|cs|css|csv|db|dll|docx?|env|exe|gif|go|gz|hp?p?|html?|ini|ipynb|jar|java|jpe?g"
    "|js|json|jsx|kt|lock|log|lua|md|mdx|mjs|org|pdf|php|png|ps1|py|rb|rs|rst|scss|sh|so|sql|sqlite|svg|swift"
    "|tar|tex|toml|tsv?|tsx|txt|typ|vue|wasm|xlsx?|xml|ya?ml|zip"
)
_CALL = re.compile(r"(?<![\w.$])[A-Za-z_][\w.]{0,60}(?:::\w{1,40}){0,4}\(\)")
_CALL_WITH_ARGUMENTS = re.compile(
    r"(?<![\w.$])[A-Za-z_][\w.]{1,60}\((?!\w{1,2}\)|-)[\w.*&'\"]{1,40}(?:(?:, ?|=)[\w.*&'\"-]{1,40}){0,8}\)"
)
_FILE = re.compile(rf"(?<![\w.@/\\-])[\w-]{{1,60}}(?:\.[\w-]{{1,40}}){{0,3}}\.(?:{_FILE_ENDINGS})(?![\w/-])")
_SNAKE = re.compile(r"(?<![\w\\])_{0,2}[A-Za-z0-9]{1,40}(?:_{1,2}[A-Za-z0-9]{1,40}){1,10}(?!\w)")
_CAMEL = re.compile(r"(?<![\w'’.-])[a-z]{2,30}(?:[A-Z][a-z0-9]{1,30}){1,6}(?!\w)")
_HASH = re.compile(r"(?<![\w#.-])(?=[a-f]{0,63}\d)(?=\d{0,63}[a-f])[0-9a-f]{7,64}(?!\w)")
_VERSION = re.compile(
    r"(?<![\w.])(?:v\d{1,4}(?:\.\d{1,5}){1,3}|\d{1,4}\.\d{1,4}\.\d{1,5})(?:-[a-z]{1,8}\.?\d{0,4})?(?!\w)"
)
_PATH = re.compile(
    r"(?<![\w/.~<])(?:~|\.{1,2})?/[A-Za-z_.][\w.@%+~-]{0,60}(?:/[\w.@%+~-]{0,60}){0,16}"
    rf"|(?<![\w/.~<-])(?:[\w.-]{{1,60}}/){{1,16}}[\w-]{{1,60}}\.(?:{_FILE_ENDINGS})(?![\w/])"
    r"|(?<![\w/.~<-])(?:[A-Za-z][\w.-]{1,60}/){1,16}(?=[\s,;:)]|\.\s|\.?$)"
    r"|(?<!\w)[A-Za-z]:\\[\w.@%+~\\-]{1,200}"
)
_FLAG = re.compile(r"(?<![\w-])(?:--[A-Za-z][\w-]{0,40}(?:=[^\s,;)\"]{1,60})?|-[A-Za-z](?![\w'’-]))")
_PLACEHOLDER = re.compile(
    r"(?<![\w%])%[sdifuxc](?!\w)|<[A-Za-z][\w-]{0,30}>|(?<![\w$])\$[A-Za-z_]\w{0,40}(?![\w$])"
)
_HASHTAG = re.compile(r"(?<![\w&#/])#[A-Za-z]\w{1,60}")
_GIT = re.compile(
    r"(?<![\w.-])git (?:am|add|bisect|blame|branch|checkout|cherry-pick|clone|commit|config|diff|fetch"
    r"|format-patch|init|log|merge|mv|pull|push|rebase|reflog|remote|reset|restore|revert|rm|show|stash|status"
    r"|submodule|switch|tag|worktree)(?![\w-])"
)
# More than these in one paragraph stay in the text: there are no more marks for all of them.
_MOST_IDENTIFIERS = 20

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
_IDENTIFIERS = (_GIT, _CALL, _CALL_WITH_ARGUMENTS, _FILE, _CAMEL, _HASH, _VERSION)
_IDENTIFIERS_OUTSIDE_LATEX = (_SNAKE, _PATH, _FLAG, _PLACEHOLDER, _HASHTAG)


def found(text: str, format: Format) -> list[Span]:
    """Spans found by pattern, sorted, disjoint; of two that overlap, the one that starts first.

    Identifiers (functions, files, flags, …) are of kind "code"; only the first twenty of a text are spans.
    """
    spans = _identifiers(text, format)
    for kind, pattern in _ALWAYS if format == "latex" else _ALWAYS + _OUTSIDE_LATEX:
        for match in pattern.finditer(text):
            end = match.end()
            if kind in ("url", "email") or pattern is _KEY:
                end = _trimmed(text, match.start(), end)
            spans.append(Span(match.start(), end, kind))
    return outermost(spans)


def _identifiers(text: str, format: Format) -> list[Span]:
    patterns = _IDENTIFIERS if format == "latex" else _IDENTIFIERS + _IDENTIFIERS_OUTSIDE_LATEX
    spans: list[Span] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            end = _trimmed(text, match.start(), match.end()) if pattern is _PATH else match.end()
            spans.append(Span(match.start(), end, "code"))
    return outermost(spans)[:_MOST_IDENTIFIERS]


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
