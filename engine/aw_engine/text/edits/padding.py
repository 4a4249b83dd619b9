"""Padding: fillers, openers, wordy phrases, redundancy, nominalisation, hedges, long words."""

from collections.abc import Iterator
from functools import cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import inflect, other_number
from aw_engine.text.edits.sentence import Sentence, capital
from aw_engine.text.edits.tables import rows, words

_Entry = tuple[tuple[str, ...], tuple[str, ...]]
_TABLES = (
    ("openers", "opener"),
    ("wordy", "wordy"),
    ("nominalisations", "nominalisation"),
    ("redundancies", "redundancy"),
    ("hedges", "hedge"),
    ("filler", "filler"),
)
_QUANTITIES = frozenset(("many", "most", "some", "few", "a few", "much", "several", "enough", "too many"))
_DEFINITE = frozenset(("the", "these", "those", "this", "that", "them", "us", "it", "my", "its", "our"))
# Of the fillers, those that only strengthen or weaken the word after them: a [very] important man.
_DEGREES = frozenset(
    ("very", "really", "quite", "totally", "absolutely", "completely", "extremely", "truly", "particularly")
)
_EXISTS = frozenset(("is", "are", "was", "were"))
_SEVERAL = frozenset(("many", "several", "some", "few", "people", "numerous", "those", "two", "three"))
_LINKS = frozenset(("with", "in", "about", "regarding", "concerning"))
_WHO = frozenset(("that", "who", "which"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    """Edits from the phrase tables; of overlapping phrases all, for the model to choose."""
    for table, kind in _TABLES:
        for at, length, right in found(sentence, table):
            if kind == "opener" and not (sentence.words[at].first or sentence.before(at) in ("and", "but")):
                continue
            if kind in ("filler", "hedge") and not right and not _idle(sentence, at, length):
                continue
            if kind == "nominalisation" and sentence.near(at + length) in _LINKS:
                continue  # make a prediction about: not predict about
            if right == "that" and sentence.before(at) in _prepositions():
                continue  # due to [the fact that]
            if sentence.lower(at + length - 1) == "addition" and sentence.near(at + length) == "to":
                continue
            if right in _QUANTITIES and sentence.near(at + length) in _DEFINITE:
                right = f"{right} of"
            edit = (
                sentence.replace(at, at + length, right, kind)
                if right
                else sentence.remove(at, at + length, kind)
            )
            if edit is not None:
                yield edit
    yield from _there_is(sentence)
    yield from _cleft(sentence)


def _idle(sentence: Sentence, at: int, length: int) -> bool:
    """Whether a filler or hedge may go: set off by commas, or no noun or head of a phrase.

    In "the just and unjust" and "that kind of man" such a word is one.
    """
    end = at + length
    opens = sentence.words[at].first or sentence.gap(at) == ", "
    if opens and sentence.gap(end) == ", ":
        return True
    if sentence.near(end) in ("", "and", "or", "nor", "than"):
        return False
    if sentence.near(end).isdigit() or sentence.near(end) in words("before-plural") | {"one", "half"}:
        return False  # perhaps one in five
    before = sentence.before(at)
    if before == sentence.lower(at) or sentence.near(end) == sentence.lower(end - 1):
        return False  # very, very
    if before in ("not", "never", "nor", "no", "without", "all", "so", "too") or before.endswith("n't"):
        return False  # not very good is not: not good
    if before.isdigit() or before in words("before-plural"):
        return False
    held = before in words("determiners") or before in _prepositions()
    return not held or sentence.lower(at) in _DEGREES


@cache
def _prepositions() -> frozenset[str]:
    return frozenset(row[0] for row in rows("prepositions"))


def plain(sentence: Sentence) -> Iterator[Edit]:
    for at, length, right in found(sentence, "plain_words"):
        if sentence.lower(at) == "provided" and sentence.near(at + 1) == "that":
            continue  # on condition that
        yield sentence.replace(at, at + length, right, "plain-word")


def _there_is(sentence: Sentence) -> Iterator[Edit]:
    """There are many people who think: many people think."""
    every = sentence.words
    for at in range(len(every) - 4):
        if (
            sentence.lower(at) != "there"
            or not sentence.close(at, at + 3)
            or sentence.near(at + 1) not in _EXISTS
            or sentence.near(at + 2) not in _SEVERAL
        ):
            continue
        for who in range(at + 3, min(at + 8, len(every) - 1)):
            if "," in sentence.gap(who):
                break
            if sentence.lower(who) in _WHO and sentence.gap(who) == " " == sentence.gap(who + 1):
                kept = sentence.text[every[at + 2].start : every[who - 1].end]
                if every[at].first:
                    kept = kept[0].upper() + kept[1:]
                yield sentence.change(every[at].start, every[who].end, kept, "there-is")
                break


def _cleft(sentence: Sentence) -> Iterator[Edit]:
    """It was my brother who broke it: my brother broke it."""
    every = sentence.words
    opens = bool(every) and every[0].first and every[0].free
    if not opens or sentence.lower(0) != "it" or sentence.near(1) not in ("is", "was"):
        return
    if sentence.near(2) not in words("determiners") or sentence.lower(2) in ("no", "all"):
        return
    for who in range(4, min(8, len(every) - 1)):
        if sentence.near(who) == "who" and sentence.near(who + 1):
            kept = capital(sentence.text[every[2].start : every[who - 1].end])
            yield sentence.change(every[0].start, every[who].end, kept, "there-is", -1.0)
        if not sentence.near(who):
            return


def found(sentence: Sentence, table: str) -> Iterator[tuple[int, int, str]]:
    """Where a left side of a phrase table stands: its first word's index, its length, a right side."""
    index = book(table)
    for at, word in enumerate(sentence.words):
        for entry, rights in index.get(word.lower, ()) if word.free else ():
            here = tuple(other.lower for other in sentence.words[at : at + len(entry)])
            if here == entry and sentence.close(at, at + len(entry)):
                for right in rights:
                    yield at, len(entry), right


@cache
def book(table: str) -> dict[str, tuple[_Entry, ...]]:
    """A phrase table by the first word of its left sides, verbs marked with `~` in all their forms."""
    index: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for left, right in pairs(table):
        entry = tuple(left.split())
        index.setdefault(entry[0], {}).setdefault(entry, []).append(right)
    return {
        first: tuple((entry, tuple(dict.fromkeys(rights))) for entry, rights in entries.items())
        for first, entries in index.items()
    }


def pairs(table: str) -> Iterator[tuple[str, str]]:
    """Every left side of a phrase table with one right side, inflected; an empty right side leaves out."""
    if table == "plain_words":
        for long, short, part in rows(table):
            yield from _plain_pairs(long, short, part)
        return
    for left, *rights in rows(table):
        for right in rights or [""]:
            if "~" not in left:
                yield left, right
                continue
            for form in range(7 if "be~" in left else 5):
                yield _inflected(left, form), _inflected(right, form)


def _inflected(phrase: str, form: int) -> str:
    """The phrase with its verbs (`~`) in one of the five forms; of `be` also the plural, as form 5 and 6."""
    return " ".join(_form(word[:-1], form) if word.endswith("~") else word for word in phrase.split(" "))


def _form(base: str, form: int) -> str:
    if base == "be":
        return ("be", "is", "was", "been", "being", "are", "were")[form]
    return inflect(base).forms[(0, 1, 2, 3, 4, 0, 2)[form]]


def _plain_pairs(long: str, short: str, part: str) -> Iterator[tuple[str, str]]:
    if part == "v":
        verb, *rest = short.split()
        for one, other in zip(inflect(long).forms, inflect(verb).forms, strict=True):
            yield one, " ".join([other, *rest])
        return
    yield long, short
    if part == "n":
        for many in other_number(long):
            for shorts in other_number(short.split()[-1]):
                yield many, " ".join([*short.split()[:-1], shorts])
