"""Which article a word's sound wants."""

import re

_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)")
_YOU = re.compile(r"(?:uni(?!n|m[^o]|dent)|u[bcdfgkqrst][aeiou](?!gh)|usu|utop|eu|ew|one\b|once\b|ouija)")
_VOWEL_LETTERS = "AEFHILMNORSX"


def article_for(word: str) -> str:
    """`an` where `word` begins with a vowel sound, else `a`."""
    if word.isupper() and (len(word) < 2 or not re.search(r"[AEIOU]", word[1:-1])):
        return "an" if word[0] in _VOWEL_LETTERS else "a"
    lower = word.lower()
    if _SILENT_H.match(lower):
        return "an"
    if lower[:1] not in "aeiou" or _YOU.match(lower):
        return "a"
    return "an"
