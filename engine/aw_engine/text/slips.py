"""Slips of the pen, by which a text differs from another that says the same."""

import re
from functools import cache
from math import inf

from aw_engine.text.edits.slip_odds import readings
from aw_engine.text.edits.tables import rows
from aw_engine.text.matching import opcodes, ratio
from aw_engine.text.words import lexicon
from aw_engine.text.words.frequencies import listed

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TOKEN = re.compile(r"\S+\s*")
_LIKE = 0.7
_LEAST_ODDS = -3.0  # log-odds (nats) of a slip for a word that some people write: "voce" is none for "voice"


def only_slips(before: str, after: str) -> bool:
    """Whether both have the same words but for misspelt and doubled ones, spaces, punctuation and capitals.

    A misspelt word is one that no word list has; it stands for a known word that is written much like it, and
    for which it is a likely slip if people do write it.
    """
    old, new = _words(before), _words(after)
    for kind, i1, i2, j1, j2 in opcodes(old, new):
        if kind == "equal" or "".join(old[i1:i2]) == "".join(new[j1:j2]):
            continue
        if i2 - i1 != j2 - j1 or not all(map(_misspelt, old[i1:i2], new[j1:j2])):
            return False
    return True


def without_slips(text: str, rewrite: str) -> str:
    """`text` with the slips mended that the rewrite mends, and all else as it stands.

    Those are words that no word list has, words mistaken for others, words written twice, and commas between
    words. A capitalised word is one only where it opens a sentence: elsewhere it may be a name.
    """
    old, new = _TOKEN.findall(text), _TOKEN.findall(rewrite)
    cores, others = list(map(_core, old)), list(map(_core, new))
    parts: list[str] = []
    for kind, i1, i2, j1, j2 in opcodes(cores, others):
        doubled = kind == "delete" and cores[i1:i2] in (cores[2 * i1 - i2 : i1], cores[i2 : 2 * i2 - i1])
        comma = kind == "delete" and not any(cores[i1:i2])  # that stood alone
        if kind == "equal":
            parts += new[j1:j2]
        elif kind == "replace" and i2 - i1 == j2 - j1:
            parts += [
                right if _slip(_bare(wrong), _bare(right), _opens(old, at)) else wrong
                for at, wrong, right in zip(range(i1, i2), old[i1:i2], new[j1:j2], strict=True)
            ]
        elif not (doubled or comma):
            parts += old[i1:i2]
    return "".join(parts)


def _core(token: str) -> str:
    return token.strip().rstrip(",")


def _bare(token: str) -> str:
    return token.strip().strip('.,;:!?()“”"')


def _opens(tokens: list[str], at: int) -> bool:
    """Whether the token at this place opens a sentence."""
    return at == 0 or tokens[at - 1].strip().strip('”"’)').endswith((".", "!", "?", ":"))


def _slip(wrong: str, right: str, opens: bool) -> bool:
    if opens and wrong.istitle() and right.istitle() and not lexicon().name(right):
        wrong, right = wrong.lower(), right.lower()
    return wrong.islower() and right.islower() and (_misspelt(wrong, right) or right in _mistaken(wrong))


@cache
def _mistaken(word: str) -> frozenset[str]:
    """The words that this one is often written for."""
    return frozenset(other for row in rows("confusables") if word in row for other in row)


def _words(text: str) -> list[str]:
    """The words in small letters, doubled ones once."""
    found = _WORD.findall(text.lower().replace("’", "'"))
    return [word for at, word in enumerate(found) if at == 0 or word != found[at - 1]]


def _misspelt(wrong: str, right: str) -> bool:
    if lexicon().known(wrong) or not lexicon().known(right):
        return False
    if (
        right in _rights(wrong)
        or right.replace("'", "") == wrong
        or dict(readings(wrong)).get(right, -inf) > _LEAST_ODDS
    ):
        return True
    swapped = sorted(wrong) == sorted(right)
    alike = swapped or ratio(wrong, right) >= _LIKE
    return alike and not listed(wrong)


def _rights(wrong: str) -> tuple[str, ...]:
    return _misspellings().get(wrong, ())


@cache
def _misspellings() -> dict[str, tuple[str, ...]]:
    return {wrong: tuple(rights) for wrong, *rights in rows("misspellings")}
