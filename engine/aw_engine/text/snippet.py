"""The beginning of a text on one line, for menus and lists: nothing in it can break or reverse the line."""

import unicodedata

from aw_engine.text.graphemes import continues, is_tag

_SPACES = ("Cc", "Zl", "Zp", "Zs")
# Invisible formats (text direction among them) other than the joiners that hold emoji and some scripts
# together, and halves of characters. Backticks go too: some editors read them as code.
_DROPPED = ("Cf", "Cs", "Co", "Cn")
_JOINERS = "\u200c\u200d"
_SLACK = 4  # code points read for each one shown


def first_words(text: str, limit: int) -> str:
    """At most `limit` code points, cut between words, or else between characters as a reader sees them."""
    plain = " ".join("".join(map(_shown, text[: _SLACK * limit])).split())
    if len(plain) <= limit:
        return plain
    end = limit
    while end and continues(plain, end):
        end -= 1
    cut = plain[:end]
    return cut[: cut.rfind(" ")] if " " in cut and plain[end] != " " else cut.rstrip()


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if character == "`" or (category in _DROPPED and character not in _JOINERS and not is_tag(character)):
        return ""
    return character
