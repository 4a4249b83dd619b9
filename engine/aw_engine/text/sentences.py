"""Where sentences begin and end: a small rule-based splitter for English and its neighbours.

A trained or borrowed splitter (punkt, pysbd) brings data or is no longer kept; sentence borders here only
guide snapping and alignment, so that a rare wrong border costs little.
"""

import re
from collections.abc import Sequence

from aw_engine.domain.passage import Span

# A candidate border: closing punctuation, what may close after it (quotes, brackets, marks), white space.
_BORDER = re.compile(
    r"""(?P<stop>[.!?…]{1,8}|[。！？]{1,8})(?P<close>["'”’»)\]*_]{0,4}(?:⟦\d+⟧){0,2}["'”’»)\]*_}]{0,4000})(?P<gap>\s+|$|(?<=[。！？]))"""
)
_LAST_WORD = re.compile(r"[\w.'’&-]{1,40}\Z")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOPS = (".", "!", "?", "…")
_OPENERS = "\"'“‘«([*_`⟦{\\$<¿¡—–-"
# Never end a sentence.
_TITLES = _words(
    "mr mrs ms mx dr prof st rev hon gen col lt sgt capt cmdr gov sen rep pres mt ft messrs mmes fr "
    "vs viz cf e.g i.e eg ie al ca approx resp fig figs eq eqs sec secs ch chs vol vols no nos pp p ed eds "
    "art dept est min max tab app ref refs thm lem prop def co b c"
)
# End one only before a capital; those with inner periods only before a word that often opens a sentence.
_MAYBE = _words("etc inc ltd corp jr sr u.s u.k u.n d.c a.m p.m ph.d b.c a.d")
_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun")


_STARTERS = _words("the a an he she it we they this that these those but and in on at i you his her")
_CLOSING = ("emphasis", "link", "command", "footnote", "html")


def sentences(text: str, spans: Sequence[Span] = ()) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of the sentences, each with the white space after it; joined they are the text.

    White space before the first sentence belongs to it. The empty text has none. Abbreviations, initials,
    decimals and an ellipsis before a small letter do not end a sentence; closing quotes and marks such as
    `⟦1⟧` right after the stop belong to it, and so do the text's own `spans` (no border lies inside one).
    """
    if spans:
        text = _veiled(text, spans)
    ranges = []
    start = 0
    for match in _BORDER.finditer(text):
        if match.end() >= len(text):
            break
        if match.group("stop")[0] in "。！？" or _is_border(text, match):
            ranges.append((start, match.end()))
            start = match.end()
    if start < len(text):
        ranges.append((start, len(text)))
    return tuple(ranges)


def _veiled(text: str, spans: Sequence[Span]) -> str:
    """The text with spans as letters where they stand for words, and as closing marks after a stop."""
    parts, at = [], 0
    for span in spans:
        parts.append(text[at : span.start])
        size = span.end - span.start
        if span.kind == "break":
            parts.append(" " * size)
        elif span.kind in _CLOSING or text[span.start - 1 : span.start] in _STOPS:
            parts.append("*" * size)
        else:
            parts.append("X" * size)
        at = span.end
    return "".join((*parts, text[at:]))


def _is_border(text: str, match: re.Match[str]) -> bool:
    if not match.group("gap"):
        return False
    following = text[match.end() : match.end() + 40].lstrip(_OPENERS)
    after = following[:1]
    stop = match.group("stop")
    if stop == ".":
        return _period_ends(text, match, following)
    # "Stop!" she said. / He waited … and left.
    return not after.islower()


def _period_ends(text: str, match: re.Match[str], following: str) -> bool:
    if following[:1].islower():
        return False
    if match.group("close"):
        return True
    word_match = _LAST_WORD.search(text, max(0, match.start() - 40), match.start())
    word = word_match.group().lstrip("'’&-") if word_match else ""
    bare = word.lower().strip(".")
    if bare in _MAYBE:
        next_word = re.split(r"\W", following, maxsplit=1)[0].lower()
        return following[:1].isupper() and ("." not in bare or next_word in _STARTERS)
    if bare in _TITLES:
        # "No." the answer, unlike "No. 5"; "al. (2020)" goes on.
        return bare == "no" and not following[:1].isdigit()
    if bare in _MONTHS and word[:1].isupper():
        return following[:1].isupper()
    if len(bare) == 1 and bare.isalpha() and word.isupper() and bare != "i":
        # An initial: "J. Smith", "A. B. Yehoshua".
        return False
    # Initials without spaces: "J.R.R. Tolkien".
    return not ("." in bare and all(len(part) == 1 for part in bare.split(".")))
