"""Whether a text says the same as another in which only slips of the pen were mended."""

import re
from difflib import SequenceMatcher

from aw_engine.text.words import lexicon

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LIKE = 0.7


def only_slips(before: str, after: str) -> bool:
    """Whether both have the same words but for misspelt and doubled ones, spaces, punctuation and capitals.

    A misspelt word is one that no word list has; it stands for a known word that is written much like it.
    """
    old, new = _words(before), _words(after)
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or "".join(old[i1:i2]) == "".join(new[j1:j2]):
            continue
        if i2 - i1 != j2 - j1 or not all(map(_misspelt, old[i1:i2], new[j1:j2])):
            return False
    return True


def _words(text: str) -> list[str]:
    """The words in small letters, doubled ones once."""
    found = _WORD.findall(text.lower().replace("’", "'"))
    return [word for at, word in enumerate(found) if at == 0 or word != found[at - 1]]


def _misspelt(wrong: str, right: str) -> bool:
    alike = SequenceMatcher(None, wrong, right, autojunk=False).ratio() >= _LIKE
    return alike and not lexicon().known(wrong) and lexicon().known(right)
