"""The checks behind the gates: each says whether a rewrite fails, or what in it does."""

import math

from aw_engine.domain.candidate import Flag, FlagKind
from aw_engine.judging import gibberish
from aw_engine.judging.gate import Case, Check
from aw_engine.text import measures, slips, slop, verify
from aw_engine.text.edits import sense
from aw_engine.text.language import other_than


def nothing_written(case: Case) -> bool:
    return not case.rewrite.strip()


def markup_lost(case: Case) -> bool:
    return bool(verify.verify(case.original, case.rewrite))


def other_language(case: Case) -> bool:
    """Whether the rewrite has letters of another script, or is in neither of the original's languages: the
    one that it is said to be in and the one that it looks like."""
    text = case.original.text
    if gibberish.scripts(case.rewrite) - gibberish.scripts(text) - {"COMMON"}:
        return True
    said = case.original.language
    spoken = other_than((said,), case.rewrite)
    return spoken is not None and spoken != other_than((said,), text)


def nothing_changed(case: Case) -> bool:
    return _plain(case.rewrite) == _plain(case.original.text)


def length_outside(case: Case, low: float, high: float) -> bool:
    """Whether the length ratio is outside the range that the rubric asks for, or else outside this one.

    Whole words: the range is rounded outwards, so that a short sentence may lose or gain one.
    """
    low, high = case.length or (low, high)
    before, after = len(measures.words(case.original.text)), len(measures.words(case.rewrite))
    return not math.floor(low * before) <= after <= math.ceil(high * before)


def changed_more(case: Case, share: float) -> bool:
    """Whether more than this share of the words differs, and more than one word."""
    original = case.original.text
    longer = max(len(measures.words(original)), len(measures.words(case.rewrite)))
    return measures.changed(original, case.rewrite) * longer > max(1, math.ceil(share * longer))


def is_gibberish(case: Case) -> bool:
    original = case.original
    return gibberish.gibberish(original.text, case.rewrite, original.language)


def stock_phrases_over(case: Case, most: float) -> bool:
    """Whether the rewrite has more than so many stock phrases that the original has not."""
    return slop.new_hits(case.original.text, case.rewrite) > most


def fact_changed(kind: FlagKind) -> Check:
    """The check for changed facts of one kind."""

    def check(case: Case) -> tuple[Flag, ...]:
        return tuple(flag for flag in case.facts if flag.kind == kind)

    return check


def says_the_opposite(case: Case) -> bool:
    """Whether an antonym or a negation turns what was said, slips that were mended apart."""
    return sense.opposite(slips.without_slips(case.original.text, case.rewrite), case.rewrite)


def link_text_changed(case: Case) -> tuple[Flag, ...]:
    return verify.link_flags(case.original, case.rewrite)


def meaning_below(case: Case, least: float) -> bool:
    """Whether less than this share of the content words is kept, or was there before."""
    return min(case.meaning.kept / case.room, case.meaning.founded) < least


_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "‚": "'"})


def _plain(text: str) -> str:
    """`text` with white space and quotation marks made equal: what is left is what a reader notices."""
    return " ".join(text.translate(_QUOTES).split())
