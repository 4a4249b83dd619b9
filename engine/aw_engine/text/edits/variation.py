"""The same said differently: contractions, connectives, clauses in another order, sentences split."""

from collections.abc import Iterator
from functools import lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import finite, other_number
from aw_engine.text.edits.sentence import Sentence, capital
from aw_engine.text.edits.spelling import matches
from aw_engine.text.edits.tables import rows, words

_CLAUSE = frozenset(
    (
        "if",
        "when",
        "because",
        "although",
        "though",
        "while",
        "since",
        "after",
        "before",
        "unless",
        "once",
        "whenever",
    )
)

_CONJUNCTIONS = _CLAUSE | {"whereas", "until"}
_ADVERBS = frozenset(
    ("however", "therefore", "so", "thus", "moreover", "furthermore", "besides", "but")
)  # of these only what opens a clause joins it to another
_HOLDS = frozenset(("even", "not", "at", "all", "more", "than", "only", "as", "just", "ever", "what", "long"))
_NOMINATIVE = frozenset(("i", "he", "she", "we", "they"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, entry, right in matches(sentence, "connectives"):
        if _swappable(sentence, at, len(entry)):
            yield sentence.replace(at, at + len(entry), right, "connective")
    yield from _contractions(sentence)
    yield from _that(sentence)
    yield from _splits(sentence)
    yield from _joins(sentence)
    yield from _clause_order(sentence)


def _swappable(sentence: Sentence, at: int, length: int) -> bool:
    """Whether the word stands where its connective can: most are other parts of speech elsewhere."""
    word, before, after = sentence.lower(at), sentence.before(at), sentence.near(at + length)
    if length == 1 and word in ("about", "around"):
        return after.isdigit() or after in words("before-plural")
    if word in ("start", "begin", "show"):
        return before in words("before-bare-verb")
    if word == "whole":
        return bool(other_number(after))
    if word in _ADVERBS or (word, sentence.lower(at + 1)) == ("in", "addition"):
        opens = sentence.words[at].first or sentence.gap(at) in (", ", "; ")
        return opens and (sentence.gap(at + length) == ", " or _clause(sentence, at + length))
    if word in _CONJUNCTIONS or (word, length) == ("even", 2):
        held = before in _HOLDS or before in words("determiners")
        return not held and _clause(sentence, at + length)
    return True


def _clause(sentence: Sentence, at: int) -> bool:
    """Whether a subject and its verb begin at word `at`."""
    start = sentence.near(at)
    if start in _NOMINATIVE:
        return True
    if not start or start in words("before-article"):
        return False
    for verb in range(at + 1, at + 4):
        lower = sentence.near(verb)
        if finite(lower):
            return True
        if not lower or any(lower in words(name) for name in ("before-article", "determiners", "subjects")):
            return False
    return False


@lru_cache(maxsize=1)
def _contraction_tables() -> tuple[dict[tuple[str, ...], str], dict[str, str]]:
    shorten: dict[tuple[str, ...], str] = {}
    expand: dict[str, str] = {}
    for short, long in rows("contractions"):
        shorten[tuple(long.lower().split())] = short
        expand[short] = long
    return shorten, expand


def _contractions(sentence: Sentence) -> Iterator[Edit]:
    shorten, expand = _contraction_tables()
    for at, word in enumerate(sentence.words):
        if word.free and word.lower in expand:
            yield sentence.replace(at, at + 1, expand[word.lower], "expand")
        for length in (1, 2):
            short = shorten.get(tuple(other.lower for other in sentence.words[at : at + length]))
            if short is not None and sentence.close(at, at + length):
                short = capital(short) if word.text[0].isupper() else short
                yield sentence.replace(at, at + length, short, "contract")


def _that(sentence: Sentence) -> Iterator[Edit]:
    for at in range(1, len(sentence.words)):
        before, lower = sentence.before(at), sentence.lower(at)
        if (
            before in words("that-after")
            and lower == "that"
            and sentence.near(at + 1) in words("subjects")
            and sentence.words[at].free
        ):
            gone = sentence.remove(at, at + 1, "that-drop")
            if gone is not None:
                yield gone
        elif (
            before in words("that-after")
            and lower in words("subjects")
            and lower != "that"
            and sentence.words[at].free
            and _clause(sentence, at)
        ):
            yield sentence.insert(at, "that", "that-insert")


def _splits(sentence: Sentence) -> Iterator[Edit]:
    """A sentence cut at a conjunction or semicolon before a new subject."""
    every = sentence.words
    for at in range(3, len(every) - 3):
        word, gap = every[at], sentence.gap(at)
        if (
            gap == ", "
            and word.lower in ("and", "but", "so")
            and word.free
            and sentence.near(at + 1) in words("subjects")
        ):
            following = every[at + 1]
            if word.lower == "and" and following.free:
                letter = following.text[0].upper()
                yield sentence.change(every[at - 1].end, following.start + 1, f". {letter}", "split")
                yield sentence.change(every[at - 1].end, following.start, "; ", "semicolon")
            elif word.lower != "and":
                yield sentence.change(every[at - 1].end, word.end, f". {capital(word.lower)}", "split")
        if gap == "; " and word.free and sentence.text.count("; ") == 1 and _has_verb(sentence, at):
            yield sentence.change(every[at - 1].end, word.start + 1, f". {word.text[0].upper()}", "split")


def _has_verb(sentence: Sentence, at: int) -> bool:
    """Whether what begins at word `at` has a verb before its first comma, and may stand alone."""
    if sentence.lower(at) in _NOMINATIVE:
        return True
    for place in range(at + 1, len(sentence.words)):
        lower = sentence.near(place)
        if not lower:
            return False
        if finite(lower):
            return True
    return False


def _joins(sentence: Sentence) -> Iterator[Edit]:
    """Two sentences, the second with a plain subject, made one."""
    for at in range(2, len(sentence.words)):
        word, before = sentence.words[at], sentence.words[at - 1]
        if sentence.gap(at) == ". " and word.first and word.free and word.lower in words("subjects"):
            first = word.text[0] if word.lower == "i" else word.text[0].lower()
            for between in (", and ", "; "):
                yield sentence.change(before.end, word.start + 1, between + first, "join")


def _clause_order(sentence: Sentence) -> Iterator[Edit]:
    """If it rains, we stay. / We stay if it rains."""
    every, text = sentence.words, sentence.text
    if (
        not every
        or every[0].lower not in _CLAUSE
        or every[0].start != 0
        or not text.endswith(".")
        or text.count(",") != 1
    ):
        return
    cut = next((at for at in range(2, len(every)) if sentence.gap(at) == ", "), None)
    if (
        cut is None
        or len(every) - cut < 3
        or not every[0].free
        or not every[cut].free
        or every[-1].end != len(text) - 1
    ):
        return
    clause = text[: every[cut - 1].end]
    main = text[every[cut].start : every[-1].end]
    turned = f"{capital(main)} {clause[0].lower()}{clause[1:]}"
    yield sentence.change(0, len(text) - 1, turned, "clause-order")
