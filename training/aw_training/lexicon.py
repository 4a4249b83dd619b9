"""The engine's word list, made from the prose that the model is trained on.

A word counts once a paragraph, so that one text's favourite word does not look common. Held-out
paragraphs are not read.

    python -m aw_training.lexicon DATA OUT
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from math import log2
from pathlib import Path

from aw_engine.text.edits.tables import rows
from aw_training.corpus import held_out, prose_shares, read_prose

__all__ = ["Counts", "count", "main", "write"]

LEAST = 4  # paragraphs that must hold a word; fewer are mostly typing errors and jargon
NAME_LEAST = 8
NAME_SHARE = 0.75  # of a word's occurrences inside sentences, how many begin with a capital
TYPO_RATIO = 400  # a rare word one swap, drop or doubling from a word so much commoner is its misspelling
MOST = 56_000

# Tables whose left sides are no words, but for these.
_ERRORS = ("misspellings", "nonsense_verbs", "nonsense_plurals", "apostrophes")
_ALSO_WORDS = frozenset(("dependant", "ill", "id", "lets", "wont", "peoples", "staffs", "researches"))

_WORD = re.compile(r"(?<![\w`/_.@#\\-])[A-Za-z]+(?:['’][A-Za-z]+)?(?![\w`/_@\\])")
_CODE = re.compile(r"`[^`]*`|https?://\S+")
_INSIDE = re.compile(r"[a-z,;:] \Z")


@dataclass
class Counts:
    """In how many paragraphs a lower-cased word was seen, and where inside a sentence it was capitalised."""

    small: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    capital: Counter[str] = field(default_factory=Counter)


def count(paths: list[Path]) -> Counts:
    """Word counts of the files' paragraphs, held-out ones left out."""
    counts = Counts()
    for path in paths:
        for paragraph in read_prose(path):
            if not held_out(paragraph):
                _count_paragraph(_CODE.sub(" ", paragraph).replace("’", "'"), counts)
    return counts


def write(counts: Counts, out: Path) -> int:
    """Write words and names by frequency class; return how many.

    A class is the whole part of log2 of the number of paragraphs. A line `=N` opens class N; a word with
    a capital is one that is written so inside sentences (a name, a month, a language).
    """
    classes: dict[int, list[str]] = {}
    names = {
        word
        for word, number in counts.capital.items()
        if number >= NAME_LEAST and number >= NAME_SHARE * counts.inside[word]
    }
    refused = {wrong for table in _ERRORS for wrong, *_ in rows(table) if wrong not in _ALSO_WORDS}
    kept = [
        (number, word)
        for word, number in (counts.small + counts.capital).items()
        if (word in names or counts.small[word] >= LEAST)
        and word not in refused
        and _plausible(word, counts.small)
    ]
    kept.sort(key=lambda item: (-item[0], item[1]))
    for number, word in kept[:MOST]:
        shown = word.capitalize() if word in names else word
        classes.setdefault(int(log2(number)), []).append(shown)
    lines = [
        line for number in sorted(classes, reverse=True) for line in (f"={number}", *sorted(classes[number]))
    ]
    out.write_text("\n".join(lines) + "\n", encoding="ascii")
    return sum(map(len, classes.values()))


def _count_paragraph(paragraph: str, counts: Counts) -> None:
    small: set[str] = set()
    inside: set[str] = set()
    capital: set[str] = set()
    for match in _WORD.finditer(paragraph):
        word = match.group()
        lower = word.lower()
        if lower.endswith("'s"):
            lower, word = lower[:-2], word[:-2]
        if word == lower:
            small.add(lower)
            inside.add(lower)
        elif word[1:] == lower[1:] and _INSIDE.search(paragraph, max(0, match.start() - 2), match.start()):
            inside.add(lower)
            capital.add(lower)
    counts.small.update(small)
    counts.inside.update(inside)
    counts.capital.update(capital)


def _plausible(word: str, small: Counter[str]) -> bool:
    if len(word) == 1:
        return word in "ai"
    if len(word) > 20 or re.search(r"(.)\1\1", word) or not re.search(r"[aeiouy]", word):
        return word in {"shh", "hmm", "mr", "mrs", "dr", "st", "vs", "etc", "nth", "psst", "brr", "hm", "pm"}
    if len(word) < 5:
        return small[word] >= 30 or small[word] == 0 or "'" in word
    return not any(small[near] > TYPO_RATIO * max(1, small[word]) for near in _near(word))


def _near(word: str) -> list[str]:
    """Words of which `word` could be a slip of the keys: one swap, one dropped, one doubled letter."""
    cuts = range(1, len(word))
    swaps = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in cuts if i + 1 < len(word)]
    undoubled = [word[:i] + word[i + 1 :] for i in cuts if word[i] == word[i - 1]]
    doubled = [word[: i + 1] + word[i:] for i in cuts]
    dropped = [word[:i] + letter + word[i:] for i in cuts for letter in "aeiou"]
    return swaps + undoubled + doubled + dropped


def main(data: Path, out: Path) -> None:
    """Write the word list of the prose in `data` to `out`."""
    counts = count(list(prose_shares(data)))
    print(f"{write(counts, out)} words, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
