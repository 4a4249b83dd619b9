"""Checks that decide whether a rewrite may compete: cheap ones first, and the first hard failure ends them.

The judge only sees texts that passed. AlphaWrite's published runs show why: without gates, up to 45 % of the
words in the texts that it bred from were not words of any language.
"""

import math
from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from aw_engine.domain.candidate import Flag, FlagKind
from aw_engine.domain.passage import Passage
from aw_engine.domain.rubric import Lift, Strictness
from aw_engine.errors import BackendError
from aw_engine.judging.gibberish import gibberish, scripts
from aw_engine.judging.meaning import meaning
from aw_engine.text import facts, slop, verify
from aw_engine.text.language import identify
from aw_engine.text.measures import changed, words

Reason = Literal[
    "shape",
    "span",
    "language",
    "same",
    "length",
    "changed",
    "gibberish",
    "slop",
    "number",
    "name",
    "quote",
    "negation",
    "meaning",
    "duplicate",
]


class Passed(Struct, frozen=True):
    """The rewrite may compete. `faithfulness` is f of `meaning`, `changed` the share of words that differ
    (both 0..1), `words` its number of words; `flags` are what the writer should look at."""

    flags: tuple[Flag, ...]
    faithfulness: float
    changed: float
    words: int


class Refused(Struct, frozen=True):
    """The rewrite may not compete; `reason` names the check that it failed."""

    reason: Reason


class _Limits(Struct, frozen=True):
    """One column of the table of strictness; None = not checked."""

    length: tuple[float, float]
    changed: float | None
    slop: int | None
    refuses: frozenset[FlagKind]
    flags: frozenset[FlagKind]
    meaning: float
    meaning_refuses: bool


_FACTS: frozenset[FlagKind] = frozenset({"number", "name", "quote", "negation"})
_LIMITS: Mapping[Strictness, _Limits] = {
    "strict": _Limits((0.9, 1.1), 0.25, 0, _FACTS, frozenset({"linkText"}), 0.8, True),
    "normal": _Limits((0.8, 1.25), None, 1, frozenset(), _FACTS | {"linkText"}, 0.6, True),
    "relaxed": _Limits((0.6, 1.6), None, None, frozenset(), _FACTS, 0.3, False),
}


def check(
    original: Passage,
    rewrite: str,
    gates: Strictness = "normal",
    *,
    length: tuple[float, float] | None = None,
    lift: Collection[Lift] = (),
    nll: tuple[float, float] | None = None,
) -> Passed | Refused:
    """Whether `rewrite` may compete with `original` (both prose, protected spans in place).

    `length` is the rubric's own range of the length ratio, instead of the strictness's; `lift` names checks
    that neither refuse nor flag. `nll` gives the mean negative log-likelihood per token of original and
    rewrite in nats, where a model has said it.

    :raises BackendError: if a likelihood is not a finite number.
    """
    if nll is not None and not all(map(math.isfinite, nll)):
        raise BackendError("The model gave a likelihood that is not a number.")
    limits = _LIMITS[gates]
    hard = _hard(original, rewrite, limits, length or limits.length, lift, nll)
    if hard is not None:
        return Refused(hard)
    flags: list[Flag] = []
    for flag in facts.compare(original.text, rewrite, f"{original.before} {original.after}"):
        if flag.kind in lift:
            continue
        if flag.kind in limits.refuses and flag.kind in _REFUSALS:
            return Refused(_REFUSALS[flag.kind])
        if flag.kind in limits.flags:
            flags.append(flag)
    if "linkText" in limits.flags:
        flags += verify.link_flags(original, rewrite)
    found = meaning(original.text, rewrite)
    # A rubric that asks for fewer words also asks for fewer of the original's content words.
    room = min(1.0, length[0] / limits.length[0]) if length else 1.0
    if "meaning" not in lift and min(found.kept / room, found.founded) < limits.meaning:
        if limits.meaning_refuses:
            return Refused("meaning")
        flags.append(Flag("meaning"))
    return Passed(
        flags=tuple(flags),
        faithfulness=found.faithfulness,
        changed=changed(original.text, rewrite),
        words=len(words(rewrite)),
    )


_REFUSALS: Mapping[FlagKind, Reason] = {
    "number": "number",
    "name": "name",
    "quote": "quote",
    "negation": "negation",
}


def _hard(
    original: Passage,
    rewrite: str,
    limits: _Limits,
    length: tuple[float, float],
    lift: Collection[Lift],
    nll: tuple[float, float] | None,
) -> Reason | None:
    """The first of the checks on the whole text that fails, cheapest first."""
    text = original.text
    if not rewrite.strip():
        return "shape"
    if verify.verify(original, rewrite):
        return "span"
    if scripts(rewrite) - scripts(text) - {"COMMON"} or _foreign(original, rewrite):
        return "language"
    if _plain(rewrite) == _plain(text):
        return "same"
    if "length" not in lift and not _fits(text, rewrite, length):
        return "length"
    if "changed" not in lift and limits.changed is not None and not _light(text, rewrite, limits.changed):
        return "changed"
    if gibberish(text, rewrite, nll, original.language):
        return "gibberish"
    if "slop" not in lift and limits.slop is not None and slop.new_hits(text, rewrite) > limits.slop:
        return "slop"
    return None


def _foreign(original: Passage, rewrite: str) -> bool:
    spoken = identify(rewrite)
    return spoken is not None and spoken not in (original.language, identify(original.text))


def _fits(original: str, rewrite: str, length: tuple[float, float]) -> bool:
    """Whether the length is in the range, which is rounded outwards so that short sentences can change."""
    before, after = len(words(original)), len(words(rewrite))
    return math.floor(length[0] * before) <= after <= math.ceil(length[1] * before)


def _light(original: str, rewrite: str, share: float) -> bool:
    longer = max(len(words(original)), len(words(rewrite)))
    return changed(original, rewrite) * longer <= max(1, math.ceil(share * longer))


_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "‚": "'"})


def _plain(text: str) -> str:
    """`text` with white space and quotation marks normalised, so that only what a reader notices differs."""
    return " ".join(text.translate(_QUOTES).split())
