"""Verbs: agreement with the subject, tense, participles after auxiliaries, invented forms."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_BE_SETS = {
    "is": ("are", "was"),
    "are": ("is", "were"),
    "was": ("were", "is"),
    "were": ("was", "are"),
    "am": ("is", "are"),
    "be": ("is", "are", "been", "being"),
    "been": ("being", "be"),
    "being": ("been", "be"),
    "isn't": ("aren't",),
    "aren't": ("isn't",),
    "wasn't": ("weren't",),
    "weren't": ("wasn't",),
}
_HAVE_SETS = {
    "has": ("have", "had"),
    "have": ("has", "had"),
    "had": ("has", "have"),
    "hasn't": ("haven't",),
    "haven't": ("hasn't",),
}
_DO_SETS = {"does": ("do",), "do": ("does",), "doesn't": ("don't",), "don't": ("doesn't",), "did": ("do",)}


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if not word.free:
            continue
        lower = word.lower
        for table, kind in (
            (_BE_SETS, "agreement-be"),
            (_HAVE_SETS, "agreement-have"),
            (_DO_SETS, "agreement-do"),
        ):
            for other in table.get(lower, ()):
                yield sentence.replace(at, at + 1, other, kind)
        if lower in BE or lower in _HAVE_SETS or lower in _DO_SETS:
            continue
        yield from _verb_forms(sentence, at)


def _verb_forms(sentence: Sentence, at: int) -> Iterator[Edit]:
    lower, before = sentence.lower(at), sentence.before(at)
    bare, perfect = words("before-bare-verb"), words("before-participle")
    for verb in verbs_of(lower):
        others: dict[str, str] = {}
        if lower == verb.base and before not in bare:
            others[verb.third] = "agreement-verb"
        if lower == verb.third:
            others[verb.base] = "verb-base" if before in bare else "agreement-verb"
        if lower in (verb.past, verb.participle) and verb.past != verb.participle:
            others[verb.participle if lower == verb.past else verb.past] = "tense-form"
        if before in perfect and lower in (verb.base, verb.third):
            others[verb.participle] = "tense-form"
            others[verb.ing] = "verb-form"
        if before in bare and lower != verb.base:
            others[verb.base] = "verb-base"
        if lower in (verb.base, verb.third) and verb.past != lower:
            others.setdefault(verb.past, "tense-shift")
        if lower == verb.past and lower not in (verb.base, verb.third):
            others.setdefault(verb.third, "tense-shift")
            others.setdefault(verb.base, "verb-base" if before in bare else "tense-shift")
        if lower == verb.ing:
            others.setdefault(verb.base, "verb-form")
            if before in perfect:
                others.setdefault(verb.participle, "verb-form")
        elif before and before not in bare:
            others.setdefault(verb.ing, "verb-form")
        for form, kind in others.items():
            if form != lower:
                yield sentence.replace(at, at + 1, form, kind)
        return
