"""English words and how common they are, from the prose that the default model learnt from.

`words.txt` holds a line `=N` for each frequency class N (log2 of the number of paragraphs with the word,
rounded down), then its words; a capital marks a word that is written with one inside sentences.
`dictionary.txt` holds rarer words, of class 0: they are right, but nobody is taken to have meant them.
"""

from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

__all__ = ["Lexicon", "lexicon"]


class Lexicon(Struct, frozen=True):
    """Lower-cased words by frequency class, and which of them are written with a capital."""

    classes: dict[str, int]
    names: frozenset[str]

    def known(self, word: str) -> bool:
        """Whether `word` is an English word, in any case, with or without a possessive ending."""
        lower = word.lower().replace("’", "'")
        if lower in self.classes:
            return True
        stem = lower[:-2] if lower.endswith("'s") else lower[:-1] if lower.endswith("s'") else ""
        return stem in self.classes

    def frequency(self, word: str) -> int:
        """Frequency class of `word` (each step doubles), 1 (rare) to about 18; 0 if rarer or not listed."""
        return self.classes.get(word.lower(), 0)

    def name(self, word: str) -> bool:
        """Whether `word` is written with a capital wherever it stands: a name, a month, a language."""
        return word.lower() in self.names


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The word list, read once."""
    classes = dict.fromkeys(_file("dictionary.txt").split(), 0)
    names: list[str] = []
    for section in _file("words.txt")[1:].split("\n="):
        number, *words = section.split()
        classes.update(dict.fromkeys(map(str.lower, words), int(number)))
        names.extend(word.lower() for word in words if word[0].isupper())
    return Lexicon(classes=classes, names=frozenset(names))


def _file(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="ascii")
