"""Forms of verbs that the words which govern them rule out: must to go, have went, is depend."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, Verb, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_CANNOT = frozenset(["can't", "couldn't", "won't", "wouldn't", "shouldn't", "mustn't", "cannot"])
_DO_NOT = frozenset(("don't", "doesn't", "didn't"))
_DO = frozenset(("do", "does", "did"))
_SUBJECTS = frozenset(("i", "you", "he", "she", "it", "we", "they"))
_OBJECTS = frozenset(("me", "you", "him", "her", "us", "them"))
_ASKING = frozenset(("what", "where", "when", "why", "how", "who", "which"))
# Clauses in which a bare verb may follow "be": all I do is ask.
_BARE_AFTER_BE = frozenset(("what", "all", "do", "does", "did", "done", "thing", "things", "to", "is", "was"))
_CONTRACTED = {"i'm": "I", "you're": "you", "we're": "we", "they're": "they"}
_DOES = {"am": "do", "are": "do", "is": "does", "was": "did", "were": "did"}
_FINITE_BE = frozenset(("is", "are", "was", "were", "been"))
_CLAUSE_OPENERS = frozenset(("and", "but", "because", "so", "that", "when", "if"))
_ALSO_ADJECTIVES = frozenset(("broke", "rose", "lay", "fell", "saw", "bore", "spoke", "wound", "shot"))
_ALL = frozenset(("all", "everything", "what", "best", "much"))
_WANTS_ING = frozenset(("enjoy", "avoid", "dislike", "finish"))
_ENDS = frozenset(("enjoy", "avoid", "finish", "stop", "quit"))
_WANTS_BASE = frozenset(
    ["want", "hope", "decide", "plan", "refuse", "promise", "learn", "manage", "need", "try", "wish"]
)
_BEFORE_ING = frozenset(["without", "of", "by", "about", "in", "from", "at", "for", "after", "before"])
# Names of commands and of things as often as verbs, after a preposition.
_AS_NOUNS = frozenset(
    ("get", "go", "make", "build", "leave", "join", "study", "travel", "wear", "write", "read")
)


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if word.free and at:
            yield from _after_auxiliary(sentence, at)
            yield from _after_be(sentence, at)
            yield from _infinitive(sentence, at)
            yield from _after_preposition(sentence, at)
            yield from _participle_alone(sentence, at)


def _participle_alone(sentence: Sentence, at: int) -> Iterator[Edit]:
    """A participle where the past belongs, and the other way round: I seen it, it was sang."""
    lower, before = sentence.lower(at), sentence.before(at)
    verb = next(iter(verbs_of(lower)), None)
    if verb is None or verb.past == verb.participle or verb.participle == verb.base:
        return
    opens = at > 0 and (sentence.words[at - 1].first or sentence.before(at - 1) in _CLAUSE_OPENERS)
    if lower == verb.participle and before in _SUBJECTS - {"you", "it"} and opens:
        yield sentence.replace(at, at + 1, verb.past, "verb-pattern")
    after = sentence.near(at + 1)
    passive = before in _FINITE_BE and (not after or after in ("by", "in", "at", "on", "to"))
    if lower == verb.past and passive and lower not in _ALSO_ADJECTIVES:
        yield sentence.replace(at, at + 1, verb.participle, "verb-pattern")


def _auxiliary(sentence: Sentence, at: int) -> int | None:
    """The place of the word that governs the verb at `at`, adverbs passed over; None where none is near."""
    back = at - 1
    while back >= 0 and sentence.near(back + 1):
        adverb = sentence.lower(back).endswith("ly")
        if sentence.lower(back) not in words("between-verbs") and not adverb:
            return back
        back -= 1
    return None


def _after_auxiliary(sentence: Sentence, at: int) -> Iterator[Edit]:
    lower, back = sentence.lower(at), _auxiliary(sentence, at)
    if back is None:
        return
    if not sentence.words[back].free:
        return  # May
    aux, verb = sentence.lower(back), next(iter(verbs_of(lower)), None)
    noun = sentence.before(back) in words("determiners")  # the will, a can
    governs = aux in _CANNOT | _DO_NOT or (aux in words("modals") and not noun)
    striving = any(
        sentence.lower(other) in _ALL for other in range(max(0, back - 4), back)
    )  # all he can to win
    beside = back == at - 1 or (back == at - 2 and sentence.before(at) == "not")
    if lower == "to" and beside and governs and not striving:
        base = sentence.near(at + 1)
        gone = sentence.remove(at, at + 1, "verb-pattern")
        if gone is not None and (base == "be" or any(one.base == base for one in verbs_of(base))):
            yield gone
    if governs and lower in _FINITE_BE and not _asked(sentence, at, back):
        yield sentence.replace(at, at + 1, "be", "verb-pattern", -1.0)
    if aux == "to" and back == at - 1 and sentence.before(back) in words("wanting"):
        if lower in _FINITE_BE:
            yield sentence.replace(at, at + 1, "be", "verb-pattern")
        elif verb is not None and lower != verb.base and lower in (verb.third, verb.past):
            yield sentence.replace(at, at + 1, verb.base, "verb-pattern", -1.0)
    if verb is None:
        return
    asked = _asked(sentence, at, back)
    negated = aux in _DO and back < at - 1
    if asked or negated or governs:
        if lower != verb.base and lower in (verb.third, verb.past, verb.ing):
            inverted = lower == verb.third and aux in words("modals")  # could engineers
            yield sentence.replace(at, at + 1, verb.base, "verb-pattern", -2.0 if inverted else 0.0)
    elif aux in words("have-forms") and not _modal(sentence, back):
        bare = lower == verb.base and lower in words("only-verbs") and lower not in _AS_NOUNS
        unfinished = bare or lower == verb.past
        if unfinished and lower != verb.participle:
            yield sentence.replace(at, at + 1, verb.participle, "verb-pattern")


def _asked(sentence: Sentence, at: int, back: int) -> bool:
    """Whether a question stands before the verb: did you saw."""
    auxiliary = back - 1
    if sentence.lower(back) not in _SUBJECTS or back != at - 1 or not sentence.near(back):
        return False
    opens = sentence.words[auxiliary].first or sentence.before(auxiliary) in _ASKING
    return opens and sentence.lower(auxiliary) in _DO | _DO_NOT


def _modal(sentence: Sentence, at: int) -> bool:
    return sentence.before(at) in ("had", "better")


def _after_be(sentence: Sentence, at: int) -> Iterator[Edit]:
    """A finite or bare verb after `be`: is depend, am agree, was happened."""
    lower, back = sentence.lower(at), _auxiliary(sentence, at)
    verb = next(iter(verbs_of(lower)), None)
    if back is None or verb is None:
        return
    lives = lower == "live" and sentence.lower(back) in ("am", "i'm") and sentence.near(at + 1)
    if verb.base not in words("only-verbs") and not lives:
        return
    be, pronoun = sentence.lower(back), ""
    if be in _CONTRACTED:
        be, pronoun = "am" if be == "i'm" else "are", _CONTRACTED[be]
    idle = verb.base in words("no-passive")
    if be not in BE or (not idle and any(sentence.lower(other) in _BARE_AFTER_BE for other in range(back))):
        return
    bare = lower in (verb.base, verb.third)
    active = idle and lower in (verb.past, verb.participle)
    if lower == verb.participle and not active:
        return
    if bare:
        for form in (verb.participle, verb.ing):
            yield sentence.replace(at, at + 1, form, "verb-pattern")
    if (bare or active) and be not in ("be", "been", "being"):
        yield sentence.replace(
            back, at + 1, _without_be(sentence, back, at, be, pronoun, verb), "verb-pattern"
        )
    if active and be == "been":
        yield sentence.replace(back, at + 1, verb.participle, "verb-pattern")


def _without_be(sentence: Sentence, back: int, at: int, be: str, pronoun: str, verb: Verb) -> str:
    """The words from `be` to the verb, the verb finite in its stead."""
    between = [sentence.lower(other) for other in range(back + 1, at)]
    if between == ["not"] and pronoun:
        said = ["don't", verb.base]
    elif "not" in between:
        said = [_DOES[be], *between, verb.base]
    else:
        finite = {"am": verb.base, "are": verb.base, "is": verb.third}.get(be, verb.past)
        said = [*between, finite]
    return " ".join([pronoun, *said] if pronoun else said)


def _infinitive(sentence: Sentence, at: int) -> Iterator[Edit]:
    """Where `to` at `at` and the verb after it do not go with what stands before them."""
    if sentence.lower(at) != "to" or not sentence.near(at):
        return
    lower, before = sentence.near(at + 1), sentence.lower(at - 1)
    verb = next(iter(verbs_of(lower)), None)
    if verb is None:
        return
    governs = {one.base for one in verbs_of(before)}
    noun = sentence.before(at - 1) in words("determiners")
    if lower == verb.base and lower != verb.ing:
        proposed = "suggest" in governs and sentence.before(at - 1) in _SUBJECTS
        if (governs & _WANTS_ING or proposed) and not noun and lower != "be":
            yield sentence.replace(at, at + 2, verb.ing, "verb-pattern")
        if before == "thinking":
            yield sentence.replace(at, at + 2, f"of {verb.ing}", "verb-pattern")
        if _habit(sentence, at):
            yield sentence.replace(at + 1, at + 2, verb.ing, "verb-pattern")
        causes = {one.base for one in verbs_of(sentence.before(at - 1))}
        if before in _OBJECTS and causes & {"make", "let"}:
            gone = sentence.remove(at, at + 1, "verb-pattern")
            if gone is not None:
                yield gone
    elif lower == verb.ing:
        if governs & _WANTS_BASE:
            yield sentence.replace(at + 1, at + 2, verb.base, "verb-pattern")
        if before == "thinking":
            yield sentence.replace(at, at + 1, "of", "verb-pattern")
        if governs & _ENDS:
            gone = sentence.remove(at, at + 1, "verb-pattern")
            if gone is not None:
                yield gone


def _habit(sentence: Sentence, at: int) -> bool:
    """Whether a habit or a hope ends with `to` at `at`: look forward to, he is used to."""
    two = (sentence.before(at - 1), sentence.lower(at - 1))
    if two[1] == "forward":
        return any(verb.base == "look" for verb in verbs_of(two[0]))
    if two[1] == "used":
        someone = sentence.before(at - 2) in ("i", "he", "she", "we")
        return two[0] in ("get", "getting", "got", "am", "i'm") or (two[0] in BE and someone)
    return False


def _after_preposition(sentence: Sentence, at: int) -> Iterator[Edit]:
    """A bare verb after a preposition: without know, for improve."""
    lower, before = sentence.lower(at), sentence.before(at)
    instead = sentence.before(at - 1) == "instead"
    if sentence.before(at - 1) in ("kind", "sort"):
        return
    if before not in _BEFORE_ING or lower not in words("only-verbs") or (lower in _AS_NOUNS and not instead):
        return
    for verb in verbs_of(lower)[:1]:
        if lower == verb.base:
            yield sentence.replace(at, at + 1, verb.ing, "verb-pattern", -2.0)
            if before == "for":
                yield sentence.replace(at - 1, at + 1, f"to {lower}", "verb-pattern", -2.0)
