"""Forms of English verbs and nouns: irregular ones by table, regular ones by rule and word list."""

from functools import lru_cache

from msgspec import Struct

from aw_engine.text.edits.tables import rows, words
from aw_engine.text.words import lexicon

_VOWELS = "aeiou"
# A regular verb's -ing form is at most 2^5 times rarer than its base: "time" is a noun despite "timing".
_RARER = 6


class Verb(Struct, frozen=True):
    """The five forms: go, goes, went, gone, going."""

    base: str
    third: str
    past: str
    participle: str
    ing: str

    @property
    def forms(self) -> tuple[str, str, str, str, str]:
        return self.base, self.third, self.past, self.participle, self.ing


BE = ("be", "am", "is", "are", "was", "were", "been", "being")
HAVE = Verb("have", "has", "had", "had", "having")
DO = Verb("do", "does", "did", "done", "doing")


@lru_cache(maxsize=1)
def _irregular() -> dict[str, tuple[Verb, ...]]:
    verbs = [HAVE, DO, *(_verb(base, past, participle) for base, past, participle in rows("irregular_verbs"))]
    index: dict[str, tuple[Verb, ...]] = {}
    for verb in verbs:
        for form in dict.fromkeys(verb.forms):
            index[form] = (*index.get(form, ()), verb)
    return index


def _verb(base: str, past: str, participle: str) -> Verb:
    return Verb(base, third_person(base), past, participle, ing_form(base))


@lru_cache(maxsize=20_000)
def verbs_of(word: str) -> tuple[Verb, ...]:
    """The verbs that `word` (lower-cased) may be a form of; empty for other words."""
    if word in words("not-verbs") or not word.isalpha():
        return ()
    if word in _irregular():
        return _irregular()[word]
    found = (
        regular(base) for base in _bases(word) if base not in _irregular() and base not in words("not-verbs")
    )
    return tuple(verb for verb in found if word in verb.forms and _is_verb(verb))


def regular(base: str) -> Verb:
    """The regular verb of this base form."""
    if base.endswith("e"):
        past = base + "d"
    elif base.endswith("y") and base[-2:-1] not in _VOWELS:
        past = base[:-1] + "ied"
    else:
        past = _doubled(base) + "ed"
    return Verb(base, third_person(base), past, past, ing_form(base))


def inflect(base: str) -> Verb:
    """The verb of this base form, irregular if the table has it."""
    return next((verb for verb in _irregular().get(base, ()) if verb.base == base), None) or regular(base)


def third_person(base: str) -> str:
    """base + s, as spelling wants it; also the plural of a noun."""
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")) and not base.endswith("oo"):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def ing_form(base: str) -> str:
    """base + ing, as spelling wants it."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1] + "ing"
    return _doubled(base) + "ing"


def _doubled(base: str) -> str:
    """The base with its last letter doubled where the word list says so (stop: stopped; visit: visited)."""
    if len(base) > 2 and base[-1] not in "aeiouwxyh" and base[-2] in _VOWELS and base[-3] not in _VOWELS:
        known = lexicon().frequency
        if known(base + base[-1] + "ing") > known(base + "ing"):
            return base + base[-1]
    return base


def _bases(word: str) -> tuple[str, ...]:
    bases = [word]
    if word.endswith("ies"):
        bases.append(word[:-3] + "y")
    if word.endswith("es"):
        bases.append(word[:-2])
    if word.endswith("s"):
        bases.append(word[:-1])
    for ending in ("ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            bases += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                bases.append(stem[:-1])
            if stem.endswith("i"):
                bases.append(stem[:-1] + "y")
            if stem.endswith("y"):
                bases.append(stem[:-1] + "ie")
    return tuple(dict.fromkeys(bases))


def _is_verb(verb: Verb) -> bool:
    frequency = lexicon().frequency
    base, ing, past = frequency(verb.base), frequency(verb.ing), frequency(verb.past)
    if not verb.base.endswith("e") and frequency(verb.base + "e") > base:
        return False  # "caring" belongs to "care", not to "car"
    return len(verb.base) > 1 and base > 0 and ing > 0 and past > 0 and max(ing, past) >= base - _RARER


@lru_cache(maxsize=1)
def _irregular_nouns() -> tuple[dict[str, str], dict[str, str]]:
    table = rows("irregular_nouns")
    return {one: many for many, one in table}, {row[0]: row[1] for row in table}


def is_plural(word: str) -> bool:
    """Whether `word` (lower-cased) is the plural of a noun: cities, children, people."""
    plurals, singulars = _irregular_nouns()
    if word in plurals or word in singulars:
        return word in singulars
    return (
        word.endswith("s")
        and not word.endswith(("ss", "us", "sis", "xis", "ics"))
        and bool(other_number(word))
    )


@lru_cache(maxsize=20_000)
def other_number(word: str) -> tuple[str, ...]:
    """The plural of a singular noun, or the singular of a plural; empty where `word` is no countable noun."""
    if word in words("not-nouns") or len(word) < 3 or not word.isalpha() or lexicon().name(word):
        return ()
    plurals, singulars = _irregular_nouns()
    if word in plurals or word in singulars:
        return tuple(form for form in (plurals.get(word), singulars.get(word)) if form is not None)
    frequency = lexicon().frequency
    if word.endswith("s") and not word.endswith("ss"):
        stems = (
            word[:-3] + "y" if word.endswith("ies") else "",
            word[:-2] if word.endswith("es") else "",
            word[:-1],
        )
        return tuple(stem for stem in stems if stem and frequency(stem) and third_person(stem) == word)[:1]
    plural = third_person(word)
    if word.endswith(("ly", "ing", "ed", "ous", "ful", "ive", "able", "ible")):
        return (plural,) if frequency(plural) >= frequency(word) - 4 > 0 else ()
    return (plural,) if frequency(plural) >= max(1, frequency(word) - _RARER) else ()


def finite(word: str) -> bool:
    """Whether its form makes the word the verb of a clause: is, can, goes, went; go may be bare."""
    return word in words("finite") or any(word in (verb.third, verb.past) for verb in verbs_of(word))
