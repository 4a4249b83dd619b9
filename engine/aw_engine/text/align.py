"""Where the sentences of a rewrite stand in the text it was made from."""

import re

from aw_engine.text.matching import matching_blocks
from aw_engine.text.sentences import sentences

_TOKEN = re.compile(r"\S+\s*")
_FINAL = (".", "!", "?", "…", '"', "”", "’", ")")


def common_cuts(original: str, *rewrites: str) -> list[tuple[int, ...]]:
    """Code points, one in each rewrite, at which all of them can be cut where a sentence of `original` ends.

    In their order, the beginnings and the ends of all among them: what stands between two cuts in one
    rewrite says what stands between them in another. Rewrites are aligned with the original word by word.
    """
    words = _TOKEN.findall(original)
    ends = _sentence_ends(original, words)
    cuts = [_cuts(words, rewrite, ends) for rewrite in rewrites]
    shared = sorted(set(cuts[0]).intersection(*cuts[1:]))
    return [tuple(each[number] for each in cuts) for number in shared]


def _sentence_ends(original: str, words: list[str]) -> set[int]:
    """Numbers of words after which a sentence of the original ends."""
    ends = {end for _, end in sentences(original)}
    numbers, position = {0, len(words)}, 0
    for number, word in enumerate(words, start=1):
        position += len(word)
        if position in ends or position - (len(word) - len(word.rstrip())) in ends:
            numbers.add(number)
    return numbers


def _cuts(words: list[str], rewrite: str, ends: set[int]) -> dict[int, int]:
    """Word number in the original -> code point in `rewrite`, for each sentence end that survives in it.

    It survives where the word before or after it does and the rewrite, too, ends a sentence there.
    """
    tokens = _TOKEN.findall(rewrite)
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    cuts = {0: 0, len(words): len(rewrite)}
    for a, b, size in matching_blocks([w.strip() for w in words], [t.strip() for t in tokens]):
        for number in ends & set(range(a, a + size + 1)):
            place = b + number - a
            if 0 < place < len(tokens) and tokens[place - 1].rstrip().endswith(_FINAL):
                cuts[number] = offsets[place]
    return cuts
