"""Counting words and comparing texts by them: how long, how much changed, how alike, how varied."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

from aw_engine.text.matching import opcodes

# Scripts written without spaces count a word a character; apostrophes and hyphens join the others.
_SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LETTERS = rf"(?:[^\W_{_SPACELESS}]|[\u0300-\u036f])+"
_WORD = re.compile(rf"[{_SPACELESS}]|{_LETTERS}(?:['’‐-]{_LETTERS})*")
_DISTINCT_CHARACTERS = 1500
_COMPRESSED_CHARACTERS = 2000

Ngram = tuple[str, ...]


@lru_cache(maxsize=8)  # gates and niches count those of the original and of a rewrite again and again
def words(text: str) -> tuple[str, ...]:
    """The words of `text` in order, case kept, in Unicode's composed form; numbers count as words."""
    return tuple(_WORD.findall(normalize("NFC", text)))


def ngrams(tokens: Sequence[str], n: int) -> Counter[Ngram]:
    """How often each run of `n` tokens occurs; empty for fewer than `n` tokens."""
    return Counter(tuple(tokens[at : at + n]) for at in range(len(tokens) - n + 1))


def changed(original: str, rewrite: str) -> float:
    """Share of words that differ, 0..1: words to replace, delete or insert over the longer text's words."""
    before, after = words(original), words(rewrite)
    if not before and not after:
        return 0.0
    steps = opcodes(before, after)
    differing = sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in steps if kind != "equal")
    return min(1.0, differing / max(len(before), len(after)))


def length_ratio(original: str, rewrite: str) -> float:
    """words(rewrite) / words(original); an original without words counts as one word."""
    return len(words(rewrite)) / max(1, len(words(original)))


def shared(first: Counter[Ngram], second: Counter[Ngram]) -> float:
    """Overlap of two multisets, 0..1: size of the intersection over that of the smaller (0 if empty)."""
    smaller = min(first.total(), second.total())
    return (first & second).total() / smaller if smaller else 0.0


def distinct2(texts: Sequence[str]) -> float:
    """Distinct bigrams over words of all texts, lower-cased, first 1,500 characters each; 1 without words."""
    seen: set[Ngram] = set()
    total = 0
    for text in texts:
        tokens = words(text[:_DISTINCT_CHARACTERS].lower())
        seen.update(ngrams(tokens, 2))
        total += len(tokens)
    return len(seen) / total if total else 1.0


def compression_gain(texts: Sequence[str]) -> float:
    """Size of the texts compressed one by one over their size compressed together; grows as they repeat
    each other. First 2,000 characters each; 1 without texts."""
    cut = [text[:_COMPRESSED_CHARACTERS].encode("utf-8", "replace") for text in texts]
    if not cut:
        return 1.0
    return sum(len(zlib.compress(part, 9)) for part in cut) / len(zlib.compress(b"\n".join(cut), 9))
