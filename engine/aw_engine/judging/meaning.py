"""How much of the original's content a rewrite keeps and how much it adds, from the words alone.

This is the cheapest measure of faithfulness. It sees a dropped clause, an added claim and a drift of topic,
but neither negation nor who did what to whom; these have gates of their own.
"""

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from aw_engine.text import matching
from aw_engine.text.measures import words
from aw_engine.text.words import lexicon

# Words that carry grammar, emphasis or nothing: losing or adding one does not change what is said.
_LIGHT_WORDS = """
    a about above across actual actually after again against ago all almost already also although always
    am among an and another any anyone anything are aren't around as at away back basic basically be
    because been before being below between both but by came can can't cannot case certain certainly
    come could couldn't currently did didn't do does doesn't doing don't done down due during each
    either else enough entire entirely especially essentially etc even ever every everyone everything
    extremely fact far few for form former from further general generally get gets getting give given go
    goes going got had hadn't has hasn't have haven't having he he's hence her here hers herself him
    himself his how however i i'd i'll i'm i've if in indeed inside instead into is isn't it it's its
    itself just kind largely latter least less let like lot made mainly make makes making manner many
    may maybe me mean might mine more moreover most mostly much must my myself namely near nearly
    neither never nevertheless next no nobody none nor not nothing now of off often on once one only
    onto or order other others otherwise our ours ourselves out outside over overall own particular
    particularly per perhaps please plus possibly presently prior probably purpose put quite rather real
    really regard regarding respect same say shall she should shouldn't simply since so some somehow
    someone something sort such take than that that's the their theirs them themselves then there
    there's therefore these they they're thing things this those though through throughout thus to
    together too totally toward towards truly under unless until up upon us usually various very via was
    wasn't way we we're well were weren't what whatever when whenever where whereas whether which while
    who whoever whole whom whose why will with within without won't would wouldn't yet you you're your
    yours yourself
"""
_LIGHT = frozenset(_LIGHT_WORDS.split())
_MISSPELLED = 0.7
_CLASSES = 4
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ly", "es", "s", "e")


class Meaning(Struct, frozen=True):
    """`kept`: share of the original's content words that the rewrite still has; `founded`: share of the
    rewrite's content words that the original has. Both 0..1, 1 where there is nothing to count."""

    kept: float
    founded: float

    @property
    def faithfulness(self) -> float:
        """The smaller of both shares, f in docs/methods.md: `min(f_add, f_omit)`."""
        return min(self.kept, self.founded)


def meaning(original: str, rewrite: str) -> Meaning:
    """Content words of the two texts compared by their stems.

    A misspelt word counts as the word that replaced it, even if that is a light one, so that correcting a
    text does not reduce its faithfulness.
    """
    before, after = _content(original), _content(rewrite)
    lost = {stem: word for stem, word in before.items() if stem not in after}
    new = {stem: word for stem, word in after.items() if stem not in before}
    mended = _mended(lost.values(), new.values())
    light = _light(rewrite) - _light(original)
    left = [wrong for wrong in lost.values() if wrong not in mended and not lexicon().known(wrong)]
    return Meaning(
        kept=1 - (len(lost) - len(mended) - len(_mended(left, light.elements()))) / len(before)
        if before
        else 1.0,
        founded=1 - (len(new) - len(mended)) / len(after) if after else 1.0,
    )


def _content(text: str) -> dict[str, str]:
    """One word for each stem. Compounds are split, so that "long-term" and "long term" are the same."""
    return {_stem(part): part for part in _parts(text) if part not in _LIGHT}


def _light(text: str) -> Counter[str]:
    """How often each light word stands in the text."""
    return Counter(part for part in _parts(text) if part in _LIGHT)


def _parts(text: str) -> list[str]:
    found = (part for word in words(text.replace("’", "'")) for part in re.split("[-‐]", word.lower()))
    return [part for part in found if part]


def _stem(word: str) -> str:
    """Roughly what a word shares with its inflections; for comparing, never for showing."""
    plain = word.removesuffix("'s").removesuffix("'")
    if not plain.isascii() or not plain.isalpha():
        return plain
    if plain.endswith("ies") and len(plain) > 4:
        plain = plain[:-3] + "y"
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and len(plain) - len(suffix) >= 3 and not plain.endswith("ss"):
            plain = plain[: -len(suffix)]
            break
    if len(plain) > 3 and plain[-1] == plain[-2] and plain[-1] not in "aeiouls":
        plain = plain[:-1]
    plain = plain.removesuffix("e") if len(plain) > 3 else plain
    # Organise and organize, colour and color are the same word.
    return re.sub("is(?=$|ation$)", "iz", plain).replace("our", "or")


def _mended(lost: Iterable[str], new: Iterable[str]) -> frozenset[str]:
    """The lost words that were misspelt and have a similar, correct word among the new ones."""
    right = [word for word in new if lexicon().known(word)]
    mended = set()
    for wrong in lost:
        near = max(right, key=lambda word: _likeness(wrong, word), default=None)
        if near is not None and _likeness(wrong, near) >= _MISSPELLED and _rarer(wrong, near):
            right.remove(near)
            mended.add(wrong)
    return frozenset(mended)


def _rarer(wrong: str, right: str) -> bool:
    """The commonest misspellings are in every word list that was made from texts, but far down in it."""
    return lexicon().frequency(wrong) + _CLASSES <= lexicon().frequency(right) or not lexicon().known(wrong)


def _likeness(first: str, second: str) -> float:
    return matching.ratio(first, second)
