"""Facts that a rewrite must not change: numbers, names, quotations, negation and modality."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from aw_engine.domain.candidate import Flag, FlagKind
from aw_engine.domain.passage import ENGLISH
from aw_engine.text.edits.tables import rows
from aw_engine.text.numbers import Number, numbers
from aw_engine.text.sentences import sentences
from aw_engine.text.slips import only_slips, without_slips
from aw_engine.text.words import lexicon

_WORD = re.compile(r"[^\W\d_](?:[\w'’&-]|\.(?=[A-Z]\b))*")
# A capital after these opens something, and is no sign of a name.
_OPENING = '"“‘«([:`>•'
_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|\"([^\"]{1,2000})\"|«([^«»]{1,2000})»|(?<!\w)‘([^‘’]{1,500}(?:’\w[^‘’]{0,500}){0,5})’(?!\w)"
    r"|``([^`']{1,2000})''"
)
_PART = re.compile(r"[-'’.]")
_NEGATION = re.compile(
    r"\b(?:not|never|no(?!\.\s?\d)|none|nobody|nothing|nowhere|neither|nor|without|cannot)\b|n['’]t\b", re.I
)
# Each of these classes of words keeps its count. "May" with a capital is mostly the month.
_MODALITY = (
    re.compile(
        r"\b(?:may|might|[Pp]erhaps|[Mm]aybe|[Pp]ossibly|[Pp]robably|[Aa]pparently|[Pp]resumably|[Ss]upposedly|[Aa]llegedly"
        r"|[Ss]eemingly|[Aa]rguably|[Rr]eportedly|seem(?:s|ed)?|[Ii]t is (?:possible|likely|probable) that)\b"
    ),
    re.compile(r"\bmust\b", re.I),
    re.compile(r"\bshould\b", re.I),
    re.compile(r"\b(?:only|solely)\b", re.I),
    re.compile(r"\bunless\b", re.I),
)
_DOUBLED = re.compile(r"\b(\w+)\s+\1\b", re.I)
_SHORT_NOT = re.compile(r"n['’]t\b", re.I)
_PRONOUN = re.compile(r"I(?:['’](?:m|ve|d|ll|s))?$")


class _Name(Struct, frozen=True):
    stem: str
    raw: str


def compare(original: str, rewrite: str, around: str = "", language: str = ENGLISH) -> tuple[Flag, ...]:
    """What the rewrite changed of the original's numbers, names, quotations, negation and modality.

    Both are prose as in `Passage.text`. Numbers and quotations are compared as multisets (1,000 = 1000 = one
    thousand; a quotation in which only slips were mended is the same), names as sets up to inflection,
    negations by count. What the rewrite mends of slips of the pen counts as written right in the original.
    At the start of a sentence those words are names that `around` (the document's neighbouring prose) or the
    rest of the text uses so, and in English those that no word list has, or has with a capital only.
    """
    original = without_slips(original, rewrite)
    return (
        *_number_flags(original, rewrite),
        *_name_flags(original, rewrite, around, language),
        *_quote_flags(original, rewrite),
        *_negation_flags(original, rewrite),
    )


def _number_flags(original: str, rewrite: str) -> list[Flag]:
    lost = list(numbers(original))
    gained: list[Number] = []
    for number in numbers(rewrite):
        same = next((other for other in lost if other.normal == number.normal), None)
        if same:
            lost.remove(same)
        else:
            gained.append(number)
    return _paired("number", (n.raw for n in lost if not n.soft), (n.raw for n in gained if not n.soft))


def _name_flags(original: str, rewrite: str, around: str, language: str) -> list[Flag]:
    texts = (original, rewrite, around)
    known = frozenset(name.stem for text in texts for name in _names(text, frozenset(), language))
    before, after = _names(original, known, language), _names(rewrite, known, language)
    words_before = {_stem(word) for word in _WORD.findall(original)}
    words_after = {_stem(word) for word in _WORD.findall(rewrite)}
    lost = dict.fromkeys(name.raw for name in before if name.stem not in words_after)
    gained = dict.fromkeys(name.raw for name in after if name.stem not in words_before)
    return _paired("name", lost, gained)


def _names(text: str, known: frozenset[str], language: str) -> list[_Name]:
    """Capitalised words that are names, in order, repeats kept."""
    english = language == ENGLISH
    found = []
    for start, end in sentences(text):
        first = True
        for match in _WORD.finditer(text, start, end):
            word = match.group()
            opens = first or text[max(0, match.start() - 3) : match.start()].rstrip()[-1:] in _OPENING
            first = False
            if not word[0].isupper() or _PRONOUN.match(word):
                continue
            stem = _stem(word)
            if not opens or stem in known or _is_acronym(word) or (english and _no_word(word)):
                found.append(_Name(stem, word))
    return found


def _is_acronym(word: str) -> bool:
    return sum(map(str.isupper, word)) >= 2


def _no_word(word: str) -> bool:
    """Whether no word list has it, or has it with a capital only."""
    first = _PART.split(word)[0]
    return len(first) > 1 and (lexicon().name(first) or not lexicon().known(first))


def _stem(word: str) -> str:
    """The word without possessive and plural endings, in small letters."""
    low = word.lower().replace("’", "'").rstrip("-")
    for ending in ("'s", "s'", "'"):
        low = low.removesuffix(ending)
    return low[:-1] if low.endswith("s") and len(low) > 3 else low


def _quote_flags(original: str, rewrite: str) -> list[Flag]:
    before, after = Counter(_quotations(original)), Counter(_quotations(rewrite))
    lost, gained = list((before - after).elements()), list((after - before).elements())
    for old in list(lost):
        mended = next((new for new in gained if only_slips(old, new)), None)
        if mended is not None:
            lost.remove(old)
            gained.remove(mended)
    return _paired("quote", lost, gained)


def _quotations(text: str) -> list[str]:
    """Texts between paired quotation marks; a stop or comma at the end is house style and not counted."""
    return [
        " ".join(next(filter(None, groups)).replace("’", "'").split()).rstrip(",.")
        for groups in _QUOTED.findall(text)
    ]


def _negation_flags(original: str, rewrite: str) -> list[Flag]:
    flags = []
    plain, plain_rewrite = without_idle_words(original), without_idle_words(rewrite)
    for words in (_NEGATION, *_MODALITY):
        before, after = words.findall(plain), words.findall(plain_rewrite)
        if len(before) != len(after):
            flags.append(Flag("negation", before=", ".join(before) or None, after=", ".join(after) or None))
    return flags


def without_idle_words(text: str) -> str:
    """The text in a form that counts only the negations and modals that say something.

    "Not not" and "dont" are slips, "don't have no" is one negation, "it should be noted that" obliges nobody,
    and "does not have" is "lacks": stock phrases stand as the tables of local edits would put them.
    """
    spelled_out = _SHORT_NOT.sub(" not", _bare_nots().sub(r"\1n't", _DOUBLED.sub(r"\1", text)))
    return _stock_phrases().sub(lambda match: _stock()[" ".join(match[0].lower().split())], spelled_out)


@cache
def _bare_nots() -> re.Pattern[str]:
    """Contractions written without their apostrophe, up to "nt"."""
    bare = (row[0] for row in rows("apostrophes") if len(row) > 1 and row[1].endswith("n't"))
    return re.compile(rf"\b({'|'.join(re.escape(word.removesuffix('nt')) for word in bare)})nt\b", re.I)


@cache
def _stock() -> dict[str, str]:
    """Stock phrases in which a negation or modal comes or goes when they are shortened -> the short form."""
    kept = (_NEGATION, *_MODALITY)
    table = (
        (_SHORT_NOT.sub(" not", row[0].lower()), _SHORT_NOT.sub(" not", row[1]) if len(row) > 1 else "")
        for name in ("said_with_not", "negations", "openers", "wordy", "redundancies", "hedges", "filler")
        for row in rows(name)
        if "~" not in row[0]
    )
    return {
        long: short
        for long, short in table
        if any(len(words.findall(long)) != len(words.findall(short)) for words in kept)
    }


@cache
def _stock_phrases() -> re.Pattern[str]:
    longest_first = sorted(_stock(), key=lambda phrase: -len(phrase))
    spaced = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b", re.I)


def _paired(kind: FlagKind, lost: Iterable[str], gained: Iterable[str]) -> list[Flag]:
    """One flag for each loss with the gain that seems to have replaced it, then one for each further gain."""
    olds, news = list(lost), list(gained)
    flags = [Flag(kind, before=old, after=news[i] if i < len(news) else None) for i, old in enumerate(olds)]
    return [*flags, *(Flag(kind, after=new) for new in news[len(olds) :])]
