"""Good prose made worse on purpose, each time in one way (Weaver's instruction backtranslation).

Each way takes a text and a random generator and gives the text worsened, or as it was where it finds nothing
to worsen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from aw_engine.text.edits import apply, kinds_of, propose
from aw_engine.text.sentences import sentences
from aw_training.judge.heavy_wording import heavy, nominalised
from aw_training.one_error import damage
from aw_training.padding import pad

Worsening = Callable[[str, Random], str]

_MENDING = kinds_of(("mend",))
_STYLING = kinds_of(("tighten", "plain", "vary"))
_JOINTS = (", and ", ", ", ", which means that ", " so ")
_OPENERS = (
    "However",
    "Moreover",
    "In addition",
    "Furthermore",
    "Indeed",
    "As a matter of fact",
    "Overall",
    "Ultimately",
)
_AGAIN = ("In other words, ", "That is, ", "To put it differently, ", "This means that ")
_ADVERBS = (
    "suddenly",
    "slowly",
    "quietly",
    "deeply",
    "truly",
    "incredibly",
    "utterly",
    "gently",
    "softly",
    "almost imperceptibly",
)
_ADJECTIVES = (
    "beautiful",
    "vast",
    "ancient",
    "delicate",
    "shimmering",
    "mysterious",
    "profound",
    "endless",
    "rich",
    "vibrant",
    "intricate",
)
_EXPLAINED = (
    "He felt a deep sense of unease.",
    "She could not help but feel a mixture of hope and fear.",
    "It was clear that nothing would ever be the same again.",
    "This showed how much everything had changed.",
    "There was something in the air that nobody could quite explain.",
    "It was a moment that would stay with them forever.",
    "The meaning of this was plain to everyone.",
    "He knew then that it mattered more than anything.",
)
_NOUN = re.compile(r"\b(the|a|his|her|their|its) (?=[a-z]{4,}\b)")
_VERB = re.compile(r"\b(?:he|she|they|I|we|it) (?=[a-z]{3,}(?:ed|s)\b)")
_NUMBER = re.compile(
    r"(?<= )(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty)(?= [a-z]+s\b)"
)
_LIST = re.compile(
    r"(?<= )(?:(?:the|a|an|his|her|its|their) )?[a-z]+(?: [a-z]+)?, (?:[a-z]+(?: [a-z]+){0,2}, )*"
    r"[a-z]+(?: [a-z]+)?,? (?:and|or) (?:(?:the|a|an|his|her|its|their) )?[a-z]+(?: [a-z]+)?(?=[.,;])"
)


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end].strip() for start, end in sentences(text)]


def errors(text: str, rng: Random, count: int) -> str:
    """Up to `count` errors, of more than fifty kinds."""
    parts = split(text)
    for _ in range(count):
        at = rng.randrange(len(parts))
        made = damage(parts[at], rng)
        if made is not None:
            parts[at] = made[1]
    return " ".join(parts)


def _false_mending(text: str, rng: Random) -> str:
    """Corrections that the copy-editor could make, where nothing was to be corrected."""
    return _edited(text, rng, _MENDING)


def _false_styling(text: str, rng: Random) -> str:
    """Matters of taste turned round at random."""
    return _edited(text, rng, _STYLING)


def _edited(text: str, rng: Random, kinds: frozenset[str]) -> str:
    parts = split(text)
    for _ in range(rng.choice((1, 2, 3))):
        at = rng.randrange(len(parts))
        if edits := propose(parts[at], kinds):
            parts[at] = apply(parts[at], [rng.choice(edits)])
    return " ".join(parts)


def _padded(text: str, rng: Random) -> str:
    return pad(text, rng.choice((1, 2, 3)), rng)


def _shuffled(text: str, rng: Random) -> str:
    """Sentences in another order."""
    parts = split(text)
    if len(parts) < 3:
        return text
    if rng.random() < 0.5:
        at = rng.randrange(len(parts) - 1)
        parts[at : at + 2] = parts[at + 1], parts[at]
    else:
        rng.shuffle(parts)
    return " ".join(parts)


def _run_on(text: str, rng: Random) -> str:
    """Two sentences run together."""
    parts = split(text)
    if len(parts) < 2:
        return text
    at = rng.randrange(len(parts) - 1)
    parts[at : at + 2] = [parts[at][:-1] + rng.choice(_JOINTS) + _lower(parts[at + 1])]
    return " ".join(parts)


def _repeated(text: str, rng: Random) -> str:
    """A sentence said twice."""
    parts = split(text)
    at = rng.randrange(len(parts))
    if len(parts[at].split()) < 5:
        return text
    parts.insert(at + 1, rng.choice(_AGAIN) + _lower(parts[at]))
    return " ".join(parts)


def _connected(text: str, rng: Random) -> str:
    """A connective where nothing is to be connected."""
    parts = split(text)
    at = rng.randrange(len(parts))
    parts[at] = f"{rng.choice(_OPENERS)}, {_lower(parts[at])}"
    return " ".join(parts)


def _gapped(text: str, rng: Random) -> str:
    """One to three words lost from the middle of a sentence: shorter, and worse."""
    parts = split(text)
    at = rng.randrange(len(parts))
    words = parts[at].split()
    if len(words) < 8:
        return text
    count = rng.choice((1, 1, 2, 3))
    start = rng.randrange(1, len(words) - count - 1)
    del words[start : start + count]
    parts[at] = " ".join(words)
    return " ".join(parts)


def _overwritten(text: str, rng: Random) -> str:
    """Stock adjectives and adverbs, and sentences that explain what was felt."""
    for _ in range(rng.choice((1, 2, 3))):
        text = rng.choice((_adjective, _adjective, _adverb, _explanation))(text, rng)
    return text


def _adjective(text: str, rng: Random) -> str:
    places = list(_NOUN.finditer(text))
    if not places:
        return text
    place, word = rng.choice(places), rng.choice(_ADJECTIVES)
    article = "an" if place[1] == "a" and word[0] in "aeiou" else place[1]
    return f"{text[: place.start()]}{article} {word} {text[place.end() :]}"


def _adverb(text: str, rng: Random) -> str:
    places = list(_VERB.finditer(text))
    if not places:
        return text
    at = rng.choice(places).end()
    return f"{text[:at]}{rng.choice(_ADVERBS)} {text[at:]}"


def _explanation(text: str, rng: Random) -> str:
    parts = split(text)
    parts.insert(rng.randrange(1, len(parts) + 1), rng.choice(_EXPLAINED))
    return " ".join(parts)


def _vague(text: str, rng: Random) -> str:
    """Numbers and lists replaced by words that could stand for anything."""
    for _ in range(rng.choice((1, 2, 2, 3))):
        text = rng.choice((_no_number, _no_list, _no_list))(text, rng)
    return text


def _no_number(text: str, rng: Random) -> str:
    return _replaced(_NUMBER, ("several", "a number of", "quite a few", "some"), text, rng)


def _no_list(text: str, rng: Random) -> str:
    vague = (
        "various things",
        "various aspects",
        "certain matters",
        "all sorts of things",
        "several elements",
    )
    return _replaced(_LIST, vague, text, rng)


def _replaced(pattern: re.Pattern[str], by: Sequence[str], text: str, rng: Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + rng.choice(by) + text[match.end() :]


def _lower(sentence: str) -> str:
    """The sentence with a small first letter, unless it begins with I."""
    return sentence if sentence.startswith(("I ", "I'", "I’")) else sentence[0].lower() + sentence[1:]


WORSENINGS: Final[Mapping[str, tuple[float, Worsening]]] = {
    "false mending": (0.12, _false_mending),
    "false styling": (0.08, _false_styling),
    "padding": (0.08, _padded),
    "heavy wording": (0.10, heavy),
    "nominalisation": (0.07, nominalised),
    "vagueness": (0.08, _vague),
    "order": (0.05, _shuffled),
    "run-on": (0.05, _run_on),
    "repetition": (0.03, _repeated),
    "connectives": (0.03, _connected),
    "gap": (0.08, _gapped),
    "over-writing": (0.08, _overwritten),
}
"""By name, the share of pairs that are made so, and how; the rest are `errors`."""
