"""Where one character, as a reader sees it, ends: after Unicode's UAX 29, without its rarest scripts."""

import re
import unicodedata

_FLAG_HALVES = re.compile("[\U0001f1e6-\U0001f1ff]*$")
_JOINERS = "\u200c\u200d"


def continues(text: str, at: int) -> bool:
    """Whether the code point at `at` belongs to the character before it; False at both ends of the text."""
    if not 0 < at < len(text):
        return False
    here, before = text[at], text[at - 1]
    if before == "\r":
        return here == "\n"
    if here in _JOINERS or before == "\u200d" or unicodedata.category(here) in ("Mn", "Mc", "Me"):
        return before != "\n"
    if "\U0001f3fb" <= here <= "\U0001f3ff" or is_tag(here):  # skin tones; flags of regions
        return True
    if "\U0001f1e6" <= here <= "\U0001f1ff":  # a flag is a pair
        halves = _FLAG_HALVES.search(text, max(0, at - 64), at)
        return halves is not None and len(halves.group()) % 2 == 1
    return "\u1160" <= here <= "\u11ff"  # vowels and finals of Korean syllables


def is_tag(character: str) -> bool:
    """Whether it is one of the invisible letters that name a region in its flag."""
    return "\U000e0020" <= character <= "\U000e007f"
