"""Comparatives and superlatives that are made twice or wrongly: more faster, most easiest, worst than."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words
from aw_engine.text.words import lexicon

_IRREGULAR = {"good": ("better", "best"), "bad": ("worse", "worst"), "far": ("farther", "farthest")}


def propose(sentence: Sentence) -> Iterator[Edit]:
    degrees, bases = _degrees(), _bases()
    for at in range(1, len(sentence.words)):
        lower, before = sentence.lower(at), sentence.before(at)
        if not sentence.words[at].free or not before:
            continue
        if before in ("more", "most") and sentence.words[at - 1].free:
            if lower in bases:
                gone = sentence.remove(at - 1, at, "comparative")
                if gone is not None and lower not in ("less", "least"):
                    yield gone
                if before == "more" and lower == "better":
                    yield sentence.replace(at - 1, at, "much", "comparative")
            elif lower in degrees and sentence.near(at + 1) in ("", "than", "to", "and", "of", "in", "for"):
                step = degrees[lower][before == "most"]
                yield sentence.replace(at - 1, at + 1, step, "comparative", -1.0)
        if sentence.near(at + 1) == "than":
            base = bases.get(lower)
            if base is not None and lower == degrees[base][1]:
                yield sentence.replace(at, at + 1, degrees[base][0], "comparative")
            elif lower in degrees and before in BE:
                yield sentence.replace(at, at + 1, degrees[lower][0], "comparative", -1.0)


@cache
def _degrees() -> dict[str, tuple[str, str]]:
    """The comparative and the superlative of each short adjective."""
    stems = {base: _stem(base) for base in words("short-adjectives")}
    return {base: (f"{stem}er", f"{stem}est") for base, stem in stems.items()} | _IRREGULAR


def _stem(base: str) -> str:
    """What stands before -er: happi, larg, bigg."""
    if base.endswith("e"):
        return base[:-1]
    if base.endswith("y"):
        return base[:-1] + "i"
    doubled = base + base[-1]
    return doubled if lexicon().frequency(doubled + "er") > lexicon().frequency(base + "er") else base


@cache
def _bases() -> dict[str, str]:
    return {form: base for base, forms in _degrees().items() for form in forms}
