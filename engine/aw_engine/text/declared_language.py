"""The language that a document says it is in: front matter, magic comments, babel, and their like."""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Final

from aw_engine.domain.passage import Format

_HEAD = 4_000  # characters in which a document says such things
_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---|\+\+\+)[ \t]*\r?\n(.*?)^(?:---|\.\.\.|\+\+\+)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_CODE = r"[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\b[\"']?"
_KEY = re.compile(
    rf"^(?:lang|language|locale)[ \t]*[:=][ \t]*{_CODE}[ \t]*(?:#.*)?\r?$", re.MULTILINE | re.IGNORECASE
)
# Each line may stand anywhere in the head, and says so of the whole document.
_LINES: Final = tuple(
    re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    for pattern in (
        rf"^[ \t]*%[ \t]*!TEX[ \t]+spellcheck[ \t]*=[ \t]*{_CODE}",  # TeXShop, TeXworks, TeXstudio
        rf"^[ \t]*(?:%|//|#|<!--)[ \t]*LTeX:[ \t]*(?:\S+=\S+[ \t]+)*language={_CODE}",
        rf"^#\+LANGUAGE:[ \t]*{_CODE}",  # Org
        rf"^:lang:[ \t]*{_CODE}",  # AsciiDoc
        rf"^#set[ \t]+text\([^)\n]*\blang:[ \t]*{_CODE}",  # Typst
        rf"<html\b[^>]*\blang={_CODE}",
    )
)
_LATEX_COMMENT = re.compile(r"(?<!\\)%.*")
_PACKAGE = re.compile(r"\\usepackage\s*\[([^\]]*)\]\s*\{babel\}")
_CLASS = re.compile(r"\\documentclass\s*\[([^\]]*)\]")
_MAIN = re.compile(
    r"\\(?:setmainlanguage|setdefaultlanguage|babelprovide\s*\[[^\]]*main[^\]]*\])"
    r"\s*(?:\[[^\]]*\])?\s*\{(\w+)\}"
)
_SWITCH = re.compile(
    r"\\selectlanguage\s*\{(?P<select>\w+)\}"
    r"|\\begin\s*\{(?:otherlanguage\*?|foreigndisplay)\}\s*(?:\[[^\]]*\])?\s*\{(?P<begin>\w+)\}"
    r"|\\end\s*\{(?P<end>otherlanguage\*?|foreigndisplay)\}"
)
# Languages as babel and polyglossia call them.
_BABEL: Final = {
    known: code
    for code, names in {
        "af": "afrikaans", "ar": "arabic", "bg": "bulgarian", "br": "breton", "ca": "catalan", "cs": "czech",
        "cy": "welsh", "da": "danish",
        "de": "german ngerman germanb austrian naustrian swissgerman nswissgerman",
        "el": "greek polutonikogreek",
        "en": "english american british uk usenglish ukenglish canadian australian newzealand",
        "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian farsi",
        "fi": "finnish", "fr": "french francais frenchb acadian canadien", "ga": "irish",
        "gd": "scottish scottishgaelic", "gl": "galician", "he": "hebrew", "hi": "hindi", "hr": "croatian",
        "hu": "hungarian magyar", "hy": "armenian", "id": "indonesian bahasai bahasa indon",
        "is": "icelandic",
        "it": "italian", "ja": "japanese", "ko": "korean", "la": "latin classiclatin medievallatin",
        "lt": "lithuanian", "lv": "latvian", "ms": "malay bahasam melayu", "nl": "dutch",
        "no": "norsk nynorsk norwegian", "pl": "polish", "pt": "portuguese portuges brazilian brazil",
        "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovene slovenian", "sq": "albanian",
        "sr": "serbian serbianc", "sv": "swedish", "th": "thai", "tr": "turkish", "uk": "ukrainian",
        "vi": "vietnamese", "zh": "chinese",
    }.items()
    for known in names.split()
}  # fmt: skip


def primary(tag: str) -> str:
    """The language of a tag such as `en_GB`, `de-AT` or `EN`, in small letters and without its region."""
    return re.split("[-_]", tag, maxsplit=1)[0].lower()


def declared(document: str, format: Format, at: int = 0) -> str | None:
    """ISO 639 code of the language in which the document says that the text at this offset is, else None."""
    if format == "latex":
        offsets, languages = _switches(document)
        here = bisect_right(offsets, at) - 1
        if here >= 0 and languages[here] is not None:
            return languages[here]
    return _of_document(document, format)


@lru_cache(maxsize=8)
def _of_document(document: str, format: Format) -> str | None:
    head = document[:_HEAD]
    front = _FRONT_MATTER.match(head)
    patterns = [_KEY.search(front.group(1))] if front else []
    for found in (*patterns, *(line.search(head) for line in _LINES)):
        if found:
            return primary(found.group(1))
    return _preamble(document) if format == "latex" else None


def _preamble(document: str) -> str | None:
    """What babel or polyglossia are loaded with: of several languages the last one, or the `main` one."""
    text = _LATEX_COMMENT.sub("", document.partition("\\begin{document}")[0])
    main = _MAIN.search(text)
    if main:
        return _BABEL.get(main.group(1).lower())
    package = _PACKAGE.search(text)
    options = package.group(1) if package else ""
    if not options and "{babel}" in text:
        known_class = _CLASS.search(text)
        options = known_class.group(1) if known_class else ""
    names = [each.strip().lower() for each in options.split(",")]
    chosen = [each.removeprefix("main=").strip() for each in names if each.startswith("main=")] or names
    codes = [_BABEL[each] for each in chosen if each in _BABEL]
    return codes[-1] if codes else None


@lru_cache(maxsize=8)
def _switches(document: str) -> tuple[list[int], list[str | None]]:
    """Offsets at which LaTeX changes the language, and the one from there on; None for the document's own."""
    offsets, languages = list[int](), list[str | None]()
    around: list[str | None] = [None]
    for match in _SWITCH.finditer(document):
        if match["select"]:
            around[-1] = _BABEL.get(match["select"].lower())
        elif match["begin"]:
            around.append(_BABEL.get(match["begin"].lower()))
        elif len(around) > 1:
            around.pop()
        offsets.append(match.end())
        languages.append(around[-1])
    return offsets, languages
