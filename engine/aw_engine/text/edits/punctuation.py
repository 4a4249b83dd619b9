"""Commas, full stops, capitals and spaces."""

import re
from collections.abc import Iterator
from functools import lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, finite, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence, capital
from aw_engine.text.edits.tables import rows, words
from aw_engine.text.words import lexicon

# Other names may be words of the document: commands, products in small letters.
ALWAYS = 9.0
_BETWEEN = -4.0  # nats by which a stop between two sentences is less sure than one at the end
_TWO_CLAUSES = 5.5  # nats by which a comma between two whole clauses is worse than one between who knows what
_PRONOUNS = frozenset(("i", "he", "she", "it", "we", "they", "this"))
_SAYING = frozenset(("said", "says", "thought", "thinks", "asked", "cried", "replied"))
# What may follow the stop of a sentence: footnotes and other marks, closing quotes and brackets.
_TRAILING = re.compile(r"(?:⟦\d+⟧|[\s'\"’”)\]*_])+$")
_LABEL = re.compile(r"[^\s:]+(?:\s[^\s:]+){0,2}:\s")  # To: , Photo: , Music by:
_STOPS = (".", "!", "?", "…", ":", ";")
_WRONG_SPACE = re.compile(r"(?<=\w) +(?=[,;:.!?](?:\s|$))|(?<=[a-z]),(?=[a-z])|(?<=\S)  +(?=\S)")


def commas(sentence: Sentence) -> Iterator[Edit]:
    for at in range(1, len(sentence.words)):
        word, before = sentence.words[at], sentence.words[at - 1]
        gap, lower = sentence.gap(at), word.lower
        if gap == " " and _ends_free(sentence, at):
            place = before.end
            if lower in words("before-comma") and at > 1:
                yield sentence.change(place, place, ",", "comma-conjunction")
            elif _after_intro(sentence, at):
                yield sentence.change(place, place, ",", "comma-intro")
        elif gap == ", " and _ends_free(sentence, at):
            yield sentence.change(before.end, before.end + 1, "", "comma-drop")
            figure = (lower, sentence.near(at + 1)) == (
                sentence.lower(0),
                sentence.lower(1),
            )  # it was …, it was
            if lower in words("after-splice") and at > 2 and not figure:
                start, end = before.end, word.start + 1
                letter = word.text[0]
                extra = _TWO_CLAUSES if _two_clauses(sentence, at) else 0.0
                if word.free:
                    yield sentence.change(start, end, f". {capital(letter)}", "splice", extra)
                yield sentence.change(start, end, f"; {letter}", "splice", extra)


def _two_clauses(sentence: Sentence, at: int) -> bool:
    """Whether the sentence is two clauses, each with a pronoun and its verb, and a comma between them."""
    every = sentence.words
    if (
        sentence.text.count(",") != 1
        or not every[0].first
        or any(mark in sentence.text for mark in '“”"?;:—')
    ):
        return False
    joined = any(word.lower in words("joining") for word in every)
    return not joined and all(_pronoun_and_verb(sentence, start) for start in (0, at))


def _pronoun_and_verb(sentence: Sentence, at: int) -> bool:
    verb = sentence.near(at + 1)
    return sentence.lower(at) in _PRONOUNS and finite(verb) and verb not in _SAYING


def _ends_free(sentence: Sentence, at: int) -> bool:
    """Whether the gap before word `at` is outside a quotation: neither neighbour is held by one."""
    return (sentence.words[at].free or sentence.words[at - 1].free) and "⟦" not in sentence.gap(at)


def _after_intro(sentence: Sentence, at: int) -> bool:
    """Whether an introductory word or clause, begun with the sentence, may end before word `at`."""
    start = next((back for back in range(at - 1, -1, -1) if sentence.words[back].first), -1)
    if start < 0 or any("," in sentence.gap(back) for back in range(start + 1, at)):
        return False
    opening = " ".join(word.lower for word in sentence.words[start:at])
    if opening in _intro():
        return True
    return (
        sentence.lower(start) in words("subordinators")
        and 2 <= at - start <= 14
        and sentence.lower(at) in words("after-splice")
    )


def openers(sentence: Sentence) -> Iterator[Edit]:
    """Commas after what opens a sentence and belongs to all of it, and none before a clause with `that`."""
    for at in range(1, len(sentence.words)):
        place = sentence.words[at - 1].end
        if sentence.gap(at) == " " and _ends_free(sentence, at):
            start = next((back for back in range(at - 1, -1, -1) if sentence.words[back].first), at)
            opening = " ".join(word.lower for word in sentence.words[start:at])
            if opening in _openers() and _begins(sentence, at):
                yield sentence.change(place, place, ",", "comma-opener")
        elif sentence.gap(at) == ", " and sentence.lower(at) == "that" and _ends_free(sentence, at):
            says = sentence.lower(at - 1) in words("that-after")
            if says and sentence.text.count(",") == 1 and sentence.near(at + 1) in words("subjects"):
                yield sentence.change(place, place + 1, "", "comma-opener")


def _begins(sentence: Sentence, at: int) -> bool:
    """Whether the clause itself may begin at word `at`, whatever its opener was: no "however hard"."""
    lower = sentence.lower(at)
    starts = any(lower in words(name) for name in ("subjects", "determiners", "before-plural"))
    return starts or bool(other_number(lower))


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    return frozenset(row[0] for row in rows("intro") if row[1:] == ("always",))


@lru_cache(maxsize=1)
def _intro() -> frozenset[str]:
    return frozenset(row[0] for row in rows("intro"))


def capitals(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        letter = word.text[0]
        if word.first and word.free and letter.islower() and word.text[1:].islower():
            yield sentence.change(word.start, word.start + 1, letter.upper(), "capital")
        elif (word.text == "i" and word.free) or (word.text[:2] in ("i'", "i’") and word.free):
            yield sentence.change(word.start, word.start + 1, "I", "capital", _himself(sentence, at))
        elif word.free and letter.islower() and word.text.isalpha() and lexicon().name(word.text):
            extra = ALWAYS if word.text in words("always-capital") else 0.0
            yield sentence.change(word.start, word.start + 1, letter.upper(), "capital-name", extra)


def _himself(sentence: Sentence, at: int) -> float:
    """What speaks for it (nats) that a small `i` is the writer, not a letter: a verb of the first person."""
    after = sentence.near(at + 1)
    modal = after in words("before-bare-verb") or after in BE or after in ("have", "had")
    verb = any(after in (verb.base, verb.past) for verb in verbs_of(after))
    return ALWAYS if modal or verb or sentence.words[at].text != "i" else 0.0


def _whole(sentence: Sentence) -> bool:
    """Whether the words are a sentence, not a label, a heading, a greeting or a list of things.

    One has a subject and, not far from its beginning, a finite verb that can be nothing else.
    """
    if len(sentence.words) < 4 or not sentence.words[0].text[0].isupper() or _LABEL.match(sentence.text):
        return False
    for at in range(1, min(10, len(sentence.words) - 1)):
        verb = sentence.lower(at)
        if sentence.lower(at - 1) in _PRONOUNS | {"you", "they"} and verbs_of(verb):
            return True
        if verb in words("finite") - {"do", "can", "will", "might", "must"} and sentence.near(at):
            return sentence.lower(0) not in ("how", "what", "why", "where", "when", "who", "which")
        if verb in ("can", "will", "might", "must", "do") and verbs_of(sentence.near(at + 1)):
            return True
        only = any(
            one.base in words("only-verbs") and verb in (one.third, one.past) for one in verbs_of(verb)
        )
        if only and sentence.near(at) and not verb.endswith("ed"):
            return True
    return False


def _stops_between(sentence: Sentence) -> Iterator[Edit]:
    """Full stops left out between two sentences, where a word that only opens one has its capital."""
    for at in range(3, len(sentence.words) - 2):
        word, before = sentence.words[at], sentence.words[at - 1]
        opens = word.text != "I" and word.text.istitle() and word.lower in words("openers")
        if opens and sentence.gap(at) == " " and before.free and before.text.islower():
            kept = before.lower in words("no-article") and before.lower not in words("ends")
            if not kept and sentence.words[at + 1].text.islower():
                yield sentence.change(before.end, before.end, ".", "final-stop", _BETWEEN)


def stops(sentence: Sentence) -> Iterator[Edit]:
    text = sentence.text
    stopped = _TRAILING.sub("", text).endswith(_STOPS)
    if not stopped and sentence.words and sentence.words[-1].end == len(text) and _whole(sentence):
        yield sentence.change(len(text), len(text), ".", "final-stop")
    yield from _stops_between(sentence)
    for match in _WRONG_SPACE.finditer(text):
        held = any(not word.free and word.start < match.start() < word.end for word in sentence.words)
        if not held:
            by = ", " if match.group() == "," else " " if text[match.end()].isalnum() else ""
            yield sentence.change(match.start(), match.end(), by, "spacing")
