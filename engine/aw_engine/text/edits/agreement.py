"""Verbs at odds with a subject that cannot be mistaken: everybody have, my brother like."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import is_plural, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_SINGULAR = {"are": "is", "were": "was", "have": "has", "do": "does", "don't": "doesn't", "aren't": "isn't"}
_SINGULAR |= {"weren't": "wasn't", "haven't": "hasn't"}
_PLURAL = {one: many for many, one in _SINGULAR.items()}
_PEOPLE = frozenset(("people", "children", "men", "women"))
_ONE = frozenset(("he", "she", "it"))
_MANY = frozenset(("we", "they"))
_OPENERS = frozenset(
    ("because", "but", "so", "when", "although", "while", "where", "think", "believe", "know")
)
_POSSESSIVES = frozenset(("my", "his", "her", "our", "their", "your", "this"))
_ADVERBS = frozenset(("always", "often", "usually", "also", "never", "sometimes", "really", "still"))
_AMOUNTS = frozenset(("a", "lots", "much", "many", "plenty"))
_UNREAL = frozenset(("were", "weren't"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        if not word.free or not at or not sentence.near(at):
            continue
        subject = at - 2 if sentence.lower(at - 1) in _ADVERBS and sentence.near(at - 1) else at - 1
        singular = _singular_subject(sentence, subject)
        right = _other(word.lower, to_singular=True) if singular else None
        unreal = word.lower in _UNREAL and not sentence.words[subject].first  # if he were
        if right is not None and not unreal:
            yield sentence.replace(at, at + 1, right, "agreement-sure")
        right = _other(word.lower, to_singular=False) if _plural_subject(sentence, subject) else None
        if right is not None:
            yield sentence.replace(at, at + 1, right, "agreement-sure")
        if subject == at - 1:
            yield from _there(sentence, at)


def _other(verb: str, *, to_singular: bool) -> str | None:
    """The verb in the other number; None if it has it already or is no verb of the present."""
    table = _SINGULAR if to_singular else _PLURAL
    if verb in table:
        return table[verb]
    for one in verbs_of(verb)[:1]:
        form, other = (one.base, one.third) if to_singular else (one.third, one.base)
        sure = one.base in words("only-verbs") or one.base in words("mostly-verbs")
        if verb == form and verb != one.past and sure:
            return other
    return None


def _opens(sentence: Sentence, at: int) -> bool:
    """Whether a clause may begin at word `at`."""
    if sentence.words[at].first or sentence.gap(at) == ", ":
        return not _asked(sentence)
    return sentence.before(at) in _OPENERS


def _asked(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith("?")


def _singular_subject(sentence: Sentence, at: int) -> bool:
    """Whether a subject for one ends at word `at`, at the head of its clause."""
    if at < 0 or not sentence.words[at].free:
        return False
    lower = sentence.lower(at)
    if lower in _ONE | words("everyone"):
        return _opens(sentence, at) and sentence.lower(at + 1) != "like"  # something like that
    if lower in ("who", "which") or (lower == "that" and sentence.before(at) in words("countable")):
        return _one_antecedent(sentence, at)
    if lower == "one" and sentence.before(at) in ("no", "every"):
        return _opens(sentence, at - 1)
    if lower in words("many-as-one") or lower in words("short-adjectives"):  # the team, the rich
        return False
    if lower in words("uncountable") and sentence.before(at) == "the":
        return _opens(sentence, at - 1)
    if lower.endswith("s") or is_plural(lower) or not other_number(lower) or not sentence.near(at):
        return False
    if verbs_of(lower) and lower not in words("countable"):
        return False
    return sentence.before(at) in _POSSESSIVES | {"the", "every", "each"} and _opens(sentence, at - 1)


def _one_antecedent(sentence: Sentence, at: int) -> bool:
    """Whether `who` or `which` at word `at` can only mean one: a small company which produce."""
    noun = sentence.before(at)
    if not other_number(noun) or noun in words("many-as-one"):
        return False
    near = [other.lower for other in sentence.words[max(0, at - 7) : at]]
    alone = not any(is_plural(other) or other in _PEOPLE | {"and", "those"} for other in near)
    heads = ("a", "an", "every", "the") if sentence.lower(at) in ("who", "that") else ("a", "an", "every")
    return alone and any(
        sentence.near(at - 1) and sentence.lower(place) in heads for place in (at - 2, at - 3)
    )


def _plural_subject(sentence: Sentence, at: int) -> bool:
    """Whether a subject for several ends at word `at`, at the head of its clause."""
    if at < 0 or not sentence.words[at].free:
        return False
    lower, before = sentence.lower(at), sentence.before(at)
    if lower in _MANY:
        return _opens(sentence, at)
    if lower == "who":  # children who watches
        one_of = any(other.lower in ("one", "only") for other in sentence.words[:at])
        return not one_of and bool(before) and is_plural(before) and not verbs_of(before)
    if lower in _PEOPLE or (is_plural(lower) and not verbs_of(lower)):
        return (
            _opens(sentence, at)
            if not before
            else before in words("before-several") and _opens(sentence, at - 1)
        )
    if before == "and" and lower in ("i", "he", "she"):
        noun = sentence.before(at - 1)
        start = at - 3 if sentence.before(at - 2) in _POSSESSIVES else at - 2
        return bool(other_number(noun)) and start >= 0 and sentence.words[start].first
    return False


def _there(sentence: Sentence, at: int) -> Iterator[Edit]:
    """There are a lot of pollution, there was a lot of people."""
    lower = sentence.lower(at)
    amount = at + 2 if sentence.near(at + 1) in ("too", "so") else at + 1
    if sentence.lower(at - 1) != "there" or sentence.near(amount) not in _AMOUNTS:
        return
    of = next((place for place in range(amount, amount + 3) if sentence.near(place) == "of"), amount)
    noun = sentence.near(of + 1)
    if lower in ("are", "were") and noun in words("uncountable"):
        yield sentence.replace(at, at + 1, _SINGULAR[lower], "agreement-sure")
    thing = not verbs_of(noun) or noun[:-1] in words("countable")
    several = bool(noun) and (noun in _PEOPLE or (is_plural(noun) and thing))
    lots = sentence.lower(of) == "of" and sentence.before(of) in ("lot", "lots", "plenty", "number")
    if lower in ("is", "was") and several and lots:
        yield sentence.replace(at, at + 1, _PLURAL[lower], "agreement-sure")
