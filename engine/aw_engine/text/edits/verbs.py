"""Verbs: agreement with the subject, tense, participles after auxiliaries, invented forms."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.subjects import of_several, plural_subject
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
# Another tense, not another number: what a writer has rarely mistaken.
_SHIFTS = {
    **{
        (one, other): -3.0
        for one in ("has", "have", "had")
        for other in ("has", "have", "had")
        if "had" in (one, other)
    },
    **dict.fromkeys((("is", "was"), ("was", "is"), ("are", "were"), ("were", "are")), -2.0),
    **{("be", other): -2.0 for other in ("is", "are")},
}
# Singular form -> plural form.
_PLURAL_OF = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "isn't": "aren't",
    "wasn't": "weren't",
    "hasn't": "haven't",
    "doesn't": "don't",
}
_ONE = frozenset(("he", "she", "it"))
_MANY = frozenset(("i", "you", "we", "they"))
_UNREAL = frozenset(("if", "though", "as", "wish", "wishes", "wished", "unless", "that", "suppose", "only"))
_SEVERAL = frozenset(
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "many", "several", "few", "both")
)
_ONE_OF = frozenset(("one", "each", "either", "neither"))
_COLLECTIVE = frozenset(
    (
        "team",
        "council",
        "committee",
        "government",
        "family",
        "staff",
        "crew",
        "public",
        "band",
        "jury",
        "board",
    )
)
_HEADS = frozenset(
    ("the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their", "some")
)
_CLAUSES = frozenset(
    (
        "but",
        "because",
        "that",
        "if",
        "when",
        "while",
        "so",
        "although",
        "since",
        "where",
        "though",
        "until",
        "unless",
    )
)


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
                if _right_number(sentence, at, lower, other):
                    continue
                extra = _SHIFTS.get((lower, other), 0.0)
                yield sentence.replace(at, at + 1, other, _sure_kind(sentence, at, other) or kind, extra)
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
        held = words("determiners") & {before, sentence.before(at - 1)}
        noun = other_number(lower) and held  # the third rung
        if lower in (verb.past, verb.participle) and verb.past != verb.participle and not noun:
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
        elif lower == verb.ing and not verbs_of(before):  # sat wasting time
            others.setdefault(verb.base, "verb-form")
        if lower != verb.ing and before and not bare and not (lower == verb.past and verbs_of(before)):
            others.setdefault(verb.ing, "verb-form")
        for form, kind in others.items():
            if form != lower:
                yield sentence.replace(at, at + 1, form, kind)


def _right_number(sentence: Sentence, at: int, verb: str, other: str) -> bool:
    """Whether only the number changes, and the verb has its subject's, or that may be either: the team."""
    number = _PLURAL_OF.get(verb) == other or _PLURAL_OF.get(other) == verb
    before = sentence.before(at)
    if number and plural_subject(sentence, at) is of_several(verb):
        return True
    return number and (before in _COLLECTIVE or before in words("many-as-one") or before in words("groups"))


def _sure_kind(sentence: Sentence, at: int, other: str) -> str | None:
    """The kind of a change of number where the words around leave no doubt that it is wrong as it is."""
    lower = sentence.lower(at)
    if _PLURAL_OF.get(lower) == other:
        plural = False
    elif _PLURAL_OF.get(other) == lower:
        plural = True
    else:
        return None
    if not plural and sentence.before(at) == "there" and _counts_several(sentence, at + 1):
        return "agreement-there"
    if _pronoun_disagrees(sentence, at, plural=plural):
        return "agreement-subject"
    disagrees = _head_disagrees(sentence, at, plural=plural) or _part_disagrees(sentence, at, plural=plural)
    return "agreement-head" if disagrees else None


def _counts_several(sentence: Sentence, at: int) -> bool:
    """Whether more than one thing is counted at word `at`, an adverb between allowed."""
    if sentence.near(at) in ("now", "also", "still", "only", "already", "often", "usually"):
        at += 1
    word = sentence.near(at)
    return word in _SEVERAL or (word.isdigit() and word not in ("0", "1"))


def _pronoun_disagrees(sentence: Sentence, at: int, *, plural: bool) -> bool:
    """Whether the pronoun before an auxiliary is its subject, of the other number (it don't, they was)."""
    subject, earlier = sentence.before(at), sentence.before(at - 1) if at else ""
    lower = sentence.lower(at)
    if subject not in (_ONE if plural else _MANY) or earlier in ("and", "or", "nor"):
        return False
    if subject == "i" and lower in (*BE, "isn't", "wasn't"):
        return False  # I was
    if plural and lower in ("were", "weren't") and earlier in _UNREAL:
        return False
    if subject in ("it", "you") and earlier not in ("", *_CLAUSES, "which", "what"):
        return False  # those who use it don't
    return earlier not in words("before-object") and earlier not in words("before-bare-verb")


def _head_disagrees(sentence: Sentence, at: int, *, plural: bool) -> bool:
    """Whether the subject is a determiner and a noun at the head of a clause, of the other number.

    Nothing stands before them that could be the true subject ("one of the answers was").
    """
    noun, determiner = sentence.before(at), sentence.before(at - 1) if at else ""
    if not noun or determiner not in _HEADS:
        return False
    opener = sentence.before(at - 2) if at >= 2 else ""
    if noun in _COLLECTIVE and plural:
        return False  # the team are
    many = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    clause = sentence.words[at - 2].first or opener in _CLAUSES or (many and opener == "and")
    return clause and bool(other_number(noun)) and many is not plural


def _part_disagrees(sentence: Sentence, at: int, *, plural: bool) -> bool:
    """Whether the subject is one or several of some at the head of a clause ("two of its cables has")."""
    if at < 4 or sentence.before(at - 2) != "of" or sentence.before(at - 1) not in _HEADS:
        return False
    if not other_number(sentence.before(at)):
        return False
    several, opener = sentence.before(at - 3), sentence.before(at - 4)
    wrong = several in _ONE_OF if plural else several in _SEVERAL
    return wrong and (sentence.words[at - 4].first or opener in _CLAUSES or opener in ("and", "or"))


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
