"""Commas, full stops, capitals and spaces."""

import re
from collections.abc import Iterator
from functools import lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.sentence import Sentence, capital
from aw_engine.text.edits.tables import rows, words
from aw_engine.text.words import lexicon

# Other names may be words of the document: commands, products in small letters.
ALWAYS = 9.0
# What may follow the stop of a sentence: footnotes and other marks, closing quotes and brackets.
_TRAILING = re.compile(r"(?:⟦\d+⟧|[\s'\"’”)\]*_])+$")
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
            if lower in words("after-splice") and at > 2:
                start, end = before.end, word.start + 1
                letter = word.text[0]
                if word.free:
                    yield sentence.change(start, end, f". {capital(letter)}", "splice")
                yield sentence.change(start, end, f"; {letter}", "splice")


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


@lru_cache(maxsize=1)
def _intro() -> frozenset[str]:
    return frozenset(row[0] for row in rows("intro"))


def capitals(sentence: Sentence) -> Iterator[Edit]:
    for word in sentence.words:
        letter = word.text[0]
        if word.first and word.free and letter.islower() and word.text[1:].islower():
            yield sentence.change(word.start, word.start + 1, letter.upper(), "capital")
        elif (word.text == "i" and word.free) or (word.text[:2] in ("i'", "i’") and word.free):
            yield sentence.change(word.start, word.start + 1, "I", "capital")
        elif word.free and letter.islower() and word.text.isalpha() and lexicon().name(word.text):
            extra = ALWAYS if word.text in words("always-capital") else 0.0
            yield sentence.change(word.start, word.start + 1, letter.upper(), "capital-name", extra)


def stops(sentence: Sentence) -> Iterator[Edit]:
    text = sentence.text
    stopped = _TRAILING.sub("", text).endswith(_STOPS)
    if not stopped and len(sentence.words) > 3 and sentence.words[-1].end == len(text):
        yield sentence.change(len(text), len(text), ".", "final-stop")
    for match in _WRONG_SPACE.finditer(text):
        held = any(not word.free and word.start < match.start() < word.end for word in sentence.words)
        if not held:
            by = ", " if match.group() == "," else " " if text[match.end()].isalnum() else ""
            yield sentence.change(match.start(), match.end(), by, "spacing")
