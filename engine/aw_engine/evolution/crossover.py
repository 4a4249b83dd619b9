"""A child of two parents without a model: each sentence as one of them has it."""

import re
from difflib import SequenceMatcher
from itertools import pairwise
from random import Random

from aw_engine.text.sentences import sentences

_TOKEN = re.compile(r"\S+\s*")
_FINAL = (".", "!", "?", "…", '"', "”", "’", ")")


def cross_sentences(original: str, first: str, second: str, rng: Random) -> str:
    """A text that takes each stretch of sentences from one parent or the other, at random.

    Both parents are aligned word by word with the original and can be cut where a sentence of it ends in both
    of them. Both contribute if two or more stretches differ between them; otherwise `first` comes back.
    """
    words = _TOKEN.findall(original)
    ends = _sentence_ends(original, words)
    cuts_first, cuts_second = _cuts(words, first, ends), _cuts(words, second, ends)
    shared = sorted(cuts_first.keys() & cuts_second.keys())
    stretches = [
        (first[cuts_first[a] : cuts_first[b]], second[cuts_second[a] : cuts_second[b]])
        for a, b in pairwise(shared)
    ]
    differing = [number for number, (one, other) in enumerate(stretches) if one.strip() != other.strip()]
    if len(differing) < 2:
        return first
    from_second = set(rng.sample(differing, rng.randint(1, len(differing) - 1)))
    return "".join(other if number in from_second else one for number, (one, other) in enumerate(stretches))


def _sentence_ends(original: str, words: list[str]) -> set[int]:
    """Numbers of words after which a sentence of the original ends."""
    ends = {end for _, end in sentences(original)}
    numbers, position = {0, len(words)}, 0
    for number, word in enumerate(words, start=1):
        position += len(word)
        if position in ends or position - (len(word) - len(word.rstrip())) in ends:
            numbers.add(number)
    return numbers


def _cuts(words: list[str], parent: str, ends: set[int]) -> dict[int, int]:
    """Word number in the original -> code point in `parent`, for each sentence end that survives in it.

    It survives where the word before or after it does and the parent, too, ends a sentence there.
    """
    tokens = _TOKEN.findall(parent)
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    cuts = {0: 0, len(words): len(parent)}
    matcher = SequenceMatcher(None, [w.strip() for w in words], [t.strip() for t in tokens], autojunk=False)
    for block in matcher.get_matching_blocks():
        for number in ends & set(range(block.a, block.a + block.size + 1)):
            place = block.b + number - block.a
            if 0 < place < len(tokens) and tokens[place - 1].rstrip().endswith(_FINAL):
                cuts[number] = offsets[place]
    return cuts
