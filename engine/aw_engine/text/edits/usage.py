"""Turns of phrase that learners carry over from other languages: in the other hand, said me, was borned."""

from collections.abc import Iterator

from aw_engine.text.edits.counting import ends_phrase
from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import inflect, verbs_of
from aw_engine.text.edits.padding import found
from aw_engine.text.edits.prepositions import looks_ahead
from aw_engine.text.edits.sentence import Sentence, capital
from aw_engine.text.edits.tables import words

_NOMINATIVE = {"me": "I", "him": "he", "her": "she", "us": "we", "them": "they"}
_ALSO_NOUNS = frozenset(("answer", "answers"))
_OPINIONS = frozenset(("on", "to", "for", "at", "from", "by"))
_DAYTIMES = frozenset(
    ("morning", "mornings", "afternoon", "afternoons", "evening", "evenings", "night", "nights")
)
_BEFORE_NOUNS = _DAYTIMES | {"summer", "winter", "spring", "autumn", "home", "good"}
_OPENING = frozenset((("in", "the", "same", "time"), ("in", "the", "first", "time")))
_BEFORE_NET = frozenset(("on", "in", "of", "from", "through"))
_TELLS = frozenset(("i", "you", "he", "she", "we", "they", "who"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, length, right in found(sentence, "usage"):
        if right.startswith("i "):
            right = f"I{right[1:]}"
        if _whole(sentence, at, at + length) and _verb(sentence, at):
            yield sentence.replace(at, at + length, right, "usage")
    for at, word in enumerate(sentence.words):
        if word.free:
            yield from _reporting(sentence, at)
            yield from _date(sentence, at)
            yield from _age(sentence, at)
            yield from _made_or_done(sentence, at)
            yield from _me_and(sentence, at)
            yield from _and_i(sentence, at)
        yield from _by_what_follows(sentence, at)


def _whole(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the turn ends where its words do: at the summer, not at the summer camps.

    Some turns are right but at the beginning: she asked for my opinion, twice the work in the same time.
    """
    turn = tuple(sentence.lower(at) for at in range(start, end))
    after = sentence.near(end)
    if after in ("out", "away") or looks_ahead(sentence, end - 1):
        return False
    if turn[-1] in _BEFORE_NOUNS:
        return not after or (after in words("no-article") and after != "will")
    elsewhere = (turn[0] in _OPINIONS and turn[1:] == ("my", "opinion")) or turn[:2] == ("the", "most")
    if (elsewhere or turn in _OPENING) and not sentence.words[start].first:
        return False
    return turn[-1] in words("no-article") or ends_phrase(sentence, end - 1) or after.endswith("ly")


def _verb(sentence: Sentence, at: int) -> bool:
    """Whether the word is no noun here: to answer, not the answer; he will, not the will."""
    lower = sentence.lower(at)
    if lower == "will":
        return sentence.before(at) not in words("determiners")
    return lower not in _ALSO_NOUNS or sentence.before(at) in words("surely-verb-after")


def _reporting(sentence: Sentence, at: int) -> Iterator[Edit]:
    """Told that: said that; suggested me to go: suggested that I go."""
    lower, after = sentence.lower(at), sentence.near(at + 1)
    clause = after == "that" and sentence.near(at + 2) in words("subjects")  # told that story
    if lower == "told" and clause and sentence.before(at) in _TELLS:
        yield sentence.replace(at, at + 1, "said", "usage")
    if after in _NOMINATIVE and sentence.near(at + 2) == "to":
        base = sentence.near(at + 3)
        suggests = any(verb.base in ("suggest", "recommend", "propose") for verb in verbs_of(lower))
        if suggests and inflect(base).base == base and verbs_of(base):
            yield sentence.replace(at + 1, at + 3, f"that {_NOMINATIVE[after]}", "usage", 2.0)


def _made_or_done(sentence: Sentence, at: int) -> Iterator[Edit]:
    """Did a big mistake: made; made my homework: did."""
    verb = next((one for one in verbs_of(sentence.lower(at)) if one.base in ("do", "make")), None)
    if verb is None:
        return
    things = words("made") if verb.base == "do" else words("done")
    for place in range(at + 1, at + 4):
        word = sentence.near(place)
        if word in things and place > at + 1:
            right = inflect("make" if verb.base == "do" else "do")
            form = right.forms[verb.forms.index(sentence.lower(at))]
            yield sentence.replace(at, at + 1, form, "usage")
        if not word or word in words("no-article") - words("determiners") - {"some"} or word in things:
            return


def _me_and(sentence: Sentence, at: int) -> Iterator[Edit]:
    """Me and Sarah is going: Sarah and I are going."""
    before = sentence.before(at)
    opens = not before.isalpha() or before in ("because", "so", "when", "that", "but")
    if sentence.lower(at) != "me" or sentence.near(at + 1) != "and" or not opens:
        return
    end = at + 3 + (sentence.near(at + 2) in words("determiners"))
    verb = sentence.near(end)
    past = any(verb == one.past for one in verbs_of(verb))
    if sentence.near(end - 1) and (past or verb in words("finite")):
        other = " ".join(word.text for word in sentence.words[at + 2 : end])
        other = capital(other) if sentence.words[at].first else other
        verb = {"is": "are", "am": "are", "was": "were", "has": "have", "does": "do"}.get(verb, verb)
        start, stop = sentence.words[at].start, sentence.words[end].end
        yield sentence.change(start, stop, f"{other} and I {verb}", "usage", 3.0)


def _and_i(sentence: Sentence, at: int) -> Iterator[Edit]:
    """She gave it to my brother and I: to my brother and me."""
    after = sentence.near(at + 1)
    ends = not after or after in ("in", "on", "at", "for", "yesterday", "last")
    if sentence.words[at].text != "I" or sentence.before(at) != "and" or not ends:
        return
    for place in (at - 3, at - 4):
        governed = sentence.lower(place) in ("to", "for", "with", "between", "from")
        if governed and all(sentence.near(other) for other in range(place + 1, at)):
            word = sentence.words[at]
            yield sentence.change(word.start, word.end, "me", "usage")
            return


def _age(sentence: Sentence, at: int) -> Iterator[Edit]:
    """He has ten years old: he is ten years old."""
    subject = sentence.before(at)
    are = "am" if subject == "i" else "is" if subject in ("he", "she", "it") else "are"
    right = {"has": "is", "have": are, "had": "was"}
    old = sentence.near(at + 2) in ("year", "years") and sentence.near(at + 3) == "old"
    if sentence.lower(at) in right and old:
        yield sentence.replace(at, at + 1, right[sentence.lower(at)], "usage")


def _by_what_follows(sentence: Sentence, at: int) -> Iterator[Edit]:
    """In the nature (not: of), the Internet (not: access), every day (not: life)."""
    word, after = sentence.words[at], sentence.near(at + 1)
    ends = not after or after in words("no-article")
    in_the = (sentence.lower(at - 2), sentence.lower(at - 1)) == ("in", "the")
    if word.lower == "nature" and in_the and after != "of" and ends and sentence.close(at - 2, at + 1):
        yield sentence.replace(at - 1, at + 1, "nature", "usage")
    if word.lower == "everyday" and word.free and ends:
        yield sentence.replace(at, at + 1, "every day", "usage")
    net = word.lower == "internet" and (word.first or sentence.before(at) in _BEFORE_NET)
    if net and (ends or any(after in (verb.third, verb.past) for verb in verbs_of(after))):
        yield sentence.insert(at, "the", "usage")


def _date(sentence: Sentence, at: int) -> Iterator[Edit]:
    """In Monday, at 1998, on July."""
    lower, after = sentence.lower(at), sentence.near(at + 1)
    # Not: at Monday Motors, at 1900 hours.
    ends = not sentence.near(at + 2) or sentence.near(at + 2) in words("no-article") | _DAYTIMES
    if lower in ("in", "at") and after.removesuffix("s") in words("weekdays") and ends:
        yield sentence.replace(at, at + 1, "on", "usage", -1.0 if sentence.near(at + 2) else 0.0)
    year = after.isdigit() and len(after) == 4 and after[:2] in ("18", "19", "20") and ends
    month = after in words("months") and not sentence.near(at + 2).isdigit()
    if (year and lower in ("at", "on")) or (month and lower == "at"):
        yield sentence.replace(at, at + 1, "in", "usage", -1.0)
