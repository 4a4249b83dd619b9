"""A text without what is not wording: markup, and the shapes of quotation marks and dashes."""

import re
from typing import Final

_ALIKE: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "\u00a0": " "})
_LINK: Final = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_CODE: Final = re.compile(r"`+([^`]*)`+")
_EMPHASIS: Final = re.compile(r"\*\*|__|\*|(?<!\w)_|_(?!\w)|~~")
_COMMAND: Final = re.compile(r"\\[a-zA-Z]+\*?\{([^{}]*)\}")
_RANGE: Final = re.compile(r"(?<=\d)–(?=\d)")
_DASH: Final = re.compile(r"\s*[—–]\s*|\s+--?\s+|(?<=\w)--(?=\w)")
_BLANKS: Final = re.compile(r"\s+")


def bare(text: str) -> str:
    """The words of a text and their punctuation, for a reader who shall not mind how they are marked up.

    Links become their texts, code loses its backticks, emphasis and LaTeX commands with one argument are
    taken off, quotation marks are straight, dashes are alike, and blanks are single.
    """
    text = _COMMAND.sub(r"\1", _LINK.sub(r"\1", text.translate(_ALIKE)))
    text = _RANGE.sub("-", _EMPHASIS.sub("", _CODE.sub(r"\1", text)))
    return _BLANKS.sub(" ", _DASH.sub(" - ", text)).strip()
