r"""Words written with commands for accents, foreign letters or hyphens: `caf\'e`, `c\oe ur`, `re\-read`."""

import re

from aw_engine.domain.passage import Span

_LETTERS = r"[^\W\d_]"
_SYMBOLS = r"(?:oe|OE|ae|AE|aa|AA|ss|SS|o|O|l|L|i|j|dh|DH|th|TH|ng|NG|dj|DJ)"
_LETTER = r"(?:\{\s*(?:\\[ij]|[^\W\d_]{1,2})?\s*\}|\\[ij](?![A-Za-z])|[^\W\d_])"
_ACCENT = (
    rf"\\(?:['`^\"~=.]\s?{_LETTER}"
    rf"|[uvHtcdbrkGU](?:\{{\s*(?:\\[ij]|[^\W\d_]{{1,2}})?\s*\}}|\ [^\W\d_](?![^\W\d_]*\{{))"
    rf"|[-/](?={_LETTERS})"
    rf"|{_SYMBOLS}(?:\{{\}}|(?![A-Za-z])(?:\ (?=[^\W\d_]))?))"
)
# What follows an apostrophe belongs to the word too.
_WORD = re.compile(
    rf"(?<!{_LETTERS}){_LETTERS}*(?:\{{{_ACCENT}\}}|{_ACCENT})"
    rf"(?:{_LETTERS}|\{{{_ACCENT}\}}|{_ACCENT})*(?:['’]{_LETTERS}{{1,2}}\b)?"
)


def words(text: str) -> list[Span]:
    """Each word that an accent command belongs to, whole, sorted: no part of it is a word by itself."""
    return [Span(match.start(), match.end(), "command") for match in _WORD.finditer(text)]
