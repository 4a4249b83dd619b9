"""HTML and JSX in Markdown: tags, and elements whose content is code, quoted, or in another language."""

import re
from collections.abc import Iterable

from msgspec import Struct

from aw_engine.domain.passage import ENGLISH, Span, SpanKind

_CODE = re.compile(r"code|kbd|samp|var|tt|pre|listing|xmp|math|svg|script|style|textarea")
_QUOTED = re.compile(r"q|del|ins|cite|abbr|sub|sup|data|time")
_LONGEST_RAISED = 60
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,300}\}){0,300}\}){0,500}\}"
_VALUE = rf"\"[^\"]{{0,1000}}\"|'[^']{{0,1000}}'|{_BRACED}|[^\s\"'=<>`{{]{{1,300}}"
TAG = re.compile(
    r"<(?P<close>/)?(?P<name>[A-Za-z][\w.:-]{0,60})"
    rf"(?P<attributes>(?:\s+(?:[\w:@#.-]{{1,60}}(?:\s*=\s*(?:{_VALUE}))?|{_BRACED})){{0,60}})\s*(?P<empty>/)?>"
    r"|<(?P<fragment>/)?>"
)
_LANGUAGE = re.compile(r"(?<![\w-])(?:xml:)?lang\s*=\s*[\"']?([A-Za-z]+)")
_UNTRANSLATED = re.compile(r"translate\s*=\s*[\"']?no\b|\bnotranslate\b")


class Tag(Struct, frozen=True):
    """A tag at `[start, end)`; `keeps` says that the content of its element is not the writer's prose."""

    start: int
    end: int
    name: str
    kind: str
    keeps: bool


def is_foreign(attributes: str) -> bool:
    """Whether attributes name a language other than English, or say that nothing is to be translated."""
    language = _LANGUAGE.search(attributes)
    if language and language.group(1).lower() != ENGLISH:
        return True
    return _UNTRANSLATED.search(attributes) is not None


def tags(text: str) -> list[Tag]:
    """The HTML and JSX tags of a text in order."""
    found = []
    for match in TAG.finditer(text):
        name = (match["name"] or "").lower()
        attributes = match["attributes"] or ""
        kind = "close" if match["close"] or match["fragment"] else "empty" if match["empty"] else "open"
        keeps = bool(_CODE.fullmatch(name) or _QUOTED.fullmatch(name)) or is_foreign(attributes)
        found.append(Tag(match.start(), match.end(), name, kind, keeps))
    return found


def kept_elements(found: Iterable[Tag]) -> list[Span]:
    """Spans of the elements, tags included, whose content must stay; one that is not closed has none."""
    spans: list[Span] = []
    opened: Tag | None = None
    depth = 0
    for tag in found:
        if opened is None:
            if tag.keeps and tag.kind == "open":
                opened, depth = tag, 1
        elif tag.name == opened.name and tag.kind != "empty":
            depth += 1 if tag.kind == "open" else -1
            if not depth:
                # Whole sentences are raised or lowered to set them small.
                if opened.name not in ("sub", "sup") or tag.end - opened.start <= _LONGEST_RAISED:
                    kind: SpanKind = "code" if _CODE.fullmatch(opened.name) else "html"
                    spans.append(Span(opened.start, tag.end, kind))
                opened = None
    return spans


class OpenElements:
    """Which kept elements are open between the blocks of a document, read HTML block by HTML block."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def read(self, block: str) -> None:
        for tag in tags(block):
            if tag.kind == "open" and (tag.keeps or tag.name in self._names):
                self._names.append(tag.name)
            elif tag.kind == "close" and tag.name in self._names:
                while self._names.pop() != tag.name:
                    pass

    def __bool__(self) -> bool:
        return bool(self._names)
