"""Verbs: agreement with the subject, tense, participles after auxiliaries, invented forms."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, other_number, verbs_of
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
    bare = before in words("before-bare-verb")
    perfect = before in words("before-participle")
    for verb in verbs_of(lower)[:1]:
        others: dict[str, str] = {}
        if bare and lower != verb.base:
            others[verb.base] = "verb-base"
        if lower == verb.base and not bare:
            others[verb.third] = _agreement(sentence, at, plural=True)
        if lower == verb.third:
            others.setdefault(verb.base, _agreement(sentence, at, plural=False))
        if lower in (verb.past, verb.participle) and verb.past != verb.participle:
            others[verb.participle if lower == verb.past else verb.past] = "tense-form"
        if perfect and lower in (verb.base, verb.third):
            others |= {verb.participle: "tense-form", verb.ing: "verb-form"}
        if perfect and lower == verb.ing:
            others[verb.participle] = "verb-form"
        if lower in (verb.base, verb.third):
            others.setdefault(verb.past, "tense-shift")
        elif lower == verb.past:
            others.setdefault(verb.third, "tense-shift")
            others.setdefault(verb.base, "tense-shift")
        elif lower == verb.ing:
            others.setdefault(verb.base, "verb-form")
        if lower != verb.ing and before and not bare:
            others.setdefault(verb.ing, "verb-form")
        for form, kind in others.items():
            if form != lower:
                yield sentence.replace(at, at + 1, form, kind)


def _agreement(sentence: Sentence, at: int, *, plural: bool) -> str:
    """The kind of a change of number: what stands before may make the verb (plural or not) plainly wrong."""
    subject, earlier = sentence.before(at), sentence.before(at - 1) if at else ""
    singular = ("he", "she", "it") if plural else ("i", "you", "we", "they")
    if subject in singular and earlier not in words("before-object"):
        return "agreement-subject"
    begins = at > 0 and sentence.words[at - 1].first
    if other_number(subject) and (begins or earlier in words("determiners")):
        many = subject.endswith("s") and not subject.endswith("ss")
        if many is not plural:
            return "agreement-noun"
    return "agreement-verb"
