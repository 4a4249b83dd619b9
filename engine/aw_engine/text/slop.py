"""Worn phrases: what language models write when they have nothing to say, counted.

The list beside this file is the project's own. A phrase that the writer used already is no fault of a
rewrite, so only what is new counts against one.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import product

from aw_engine.text.measures import words

_LIST = "slop-en.txt"


def hits(text: str) -> Counter[str]:
    """How often each listed phrase occurs in `text`, longest phrase first, none counted inside another.

    Keys are the phrases as they stand in the list.
    """
    tokens = [word.lower().replace("’", "'") for word in words(text)]
    found: Counter[str] = Counter()
    at = 0
    while at < len(tokens):
        for forms in _phrases().get(tokens[at], ()):
            form, phrase = forms
            if tuple(tokens[at : at + len(form)]) == form:
                found[phrase] += 1
                at += len(form)
                break
        else:
            at += 1
    return found


def new_hits(original: str, rewrite: str) -> int:
    """Worn phrases that `rewrite` has beyond those of `original`, each phrase counted by itself."""
    return (hits(rewrite) - hits(original)).total()


def per_thousand(text: str) -> float:
    """Worn phrases per 1,000 words; 0 without words."""
    return 1000 * hits(text).total() / max(1, len(words(text)))


@cache
def _phrases() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """By first word: every form of each phrase with the phrase, longest first.

    A line is a phrase; `a/b` stands for either word, `#` begins a remark.
    """
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    lines = files("aw_engine.text").joinpath(_LIST).read_text("utf-8").splitlines()
    for line in lines:
        phrase = line.partition("#")[0].strip()
        if not phrase:
            continue
        for form in product(*(part.split("/") for part in phrase.split())):
            by_first.setdefault(form[0], []).append((form, phrase))
    return {first: tuple(sorted(forms, key=lambda f: -len(f[0]))) for first, forms in by_first.items()}
