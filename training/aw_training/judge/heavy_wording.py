"""Plain wording made heavy: the tables by which the copy-editor lightens it, run backwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random

from aw_engine.text.edits.morphology import inflect, ing_form, verbs_of
from aw_engine.text.edits.tables import rows

_REVERSED = ("plain_words", "wordy", "redundancies", "hedges", "nominalisations")
_WORD = re.compile(r"\b[a-z]+\b")
_TO_VERB = re.compile(r"\b(?P<lead>to) (?P<verb>[a-z]{4,}) (?P<object>the|a|an|their|its|his|her|our|your) ")
_BY_VERBING = re.compile(
    r"\b(?P<lead>by|of|for|in|without|before|after) (?P<verb>[a-z]{2,}ing) (?P<object>the|a|an|their|its) "
)
_GOVERNING = frozenset(("of", "to", "in", "on", "for", "with", "about", "between"))
_STOPS = (".", ",", ";")


def heavy(text: str, rng: Random) -> str:
    """Long words for plain ones, nouns for verbs: the tables run backwards."""
    phrases, pattern = _reversed_tables()
    found = list(pattern.finditer(text))
    rng.shuffle(found)
    for match in sorted(found[: rng.choice((1, 2, 3, 4))], key=lambda each: -each.start()):
        text = text[: match.start()] + rng.choice(phrases[match[0]]) + text[match.end() :]
    return text


def nominalised(text: str, rng: Random) -> str:
    """Verbs made nouns: "decided to" into "made a decision to", "clearing the" into "the clearing of the"."""
    for _ in range(rng.choice((1, 1, 2))):
        text = rng.choice((_verb_to_phrase, _verb_to_phrase, _gerund))(text, rng)
    return text


def _verb_to_phrase(text: str, rng: Random) -> str:
    found = []
    for match in _WORD.finditer(text):
        for verb in verbs_of(match[0]):
            for rest, long_verb, long_rest in _phrases_for_verbs().get(verb.base, ()):
                if not text.startswith(f" {rest} " if rest else _STOPS, match.end()):
                    continue
                form = inflect(long_verb).forms[verb.forms.index(match[0])]
                end = match.end() + (len(rest) + 1 if rest else 0)
                found.append((match.start(), end, f"{form} {long_rest}"))
    if not found:
        return text
    start, end, phrase = rng.choice(found)
    return text[:start] + phrase + text[end:]


def _gerund(text: str, rng: Random) -> str:
    found = list(_TO_VERB.finditer(text)) + list(_BY_VERBING.finditer(text))
    usable = [
        match
        for match in found
        if any(
            match["verb"] == (verb.base if match["lead"] == "to" else verb.ing)
            for verb in verbs_of(match["verb"])
        )
    ]
    if not usable:
        return text
    match = rng.choice(usable)
    if match["lead"] == "to":
        made = f"for the {ing_form(match['verb'])} of {match['object']} "
    else:
        made = f"{match['lead']} the {match['verb']} of {match['object']} "
    return text[: match.start()] + made + text[match.end() :]


@cache
def _reversed_tables() -> tuple[Mapping[str, list[str]], re.Pattern[str]]:
    """Short wording -> the long ones that the tables shorten to it; a pattern that finds the short ones."""
    found: dict[str, list[str]] = {}
    for table in _REVERSED:
        for long, *short in rows(table):
            plain = short[:1] if table == "plain_words" else short
            for each in plain:
                if each and "~" not in each + long:
                    found.setdefault(each, []).append(long)
    longest_first = sorted(map(re.escape, found), key=len, reverse=True)
    return found, re.compile(rf"\b(?:{'|'.join(longest_first)})\b")


@cache
def _phrases_for_verbs() -> Mapping[str, list[tuple[str, str, str]]]:
    """A verb's base -> what must follow it, the verb that takes its place, and what follows that.

    From the rows of the tables that shorten a verb and a noun to a verb.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for table in ("nominalisations", "wordy"):
        for long, *short in rows(table):
            for each in short:
                if "~" in long and "~" in each:
                    verb, _, rest = each.partition("~")
                    long_verb, _, long_rest = long.partition("~")
                    governs = long_rest.rpartition(" ")[2] in _GOVERNING
                    if verb.isalpha() and long_verb.isalpha() and (rest or not governs):
                        found.setdefault(verb, []).append((rest.strip(), long_verb, long_rest.strip()))
    return found
