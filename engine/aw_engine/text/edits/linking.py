"""Clauses that are joined twice or by a word that joins none: although … but, because of it was."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, finite, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.tables import words

_SUBJECTS = frozenset(("i", "he", "she", "it", "we", "they", "you", "there", "this", "people", "everyone"))
_PRONOUNS = frozenset(("i", "he", "she", "it", "we", "they", "you"))
_POINTING = frozenset(("the", "my", "your", "his", "her", "our", "their"))
_TWICE = {"although": "but", "though": "but", "because": "so"}
_ASKED = frozenset(("where", "why", "when", "how", "what", "who", "which"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    yield from _joined_twice(sentence)
    for at, word in enumerate(sentence.words):
        if word.free:
            yield from _no_clause(sentence, at)
            yield from _indirect_question(sentence, at)
    yield from _subjectless(sentence)


def _joined_twice(sentence: Sentence) -> Iterator[Edit]:
    """Although it rained, but we went."""
    start = 1 if (sentence.lower(0), sentence.near(1)) == ("even", "though") else 0
    if not sentence.words or not sentence.words[0].first:
        return
    second = _TWICE.get(sentence.lower(start))
    if second is None:
        return
    for at in range(start + 3, len(sentence.words) - 2):
        opens = sentence.near(at + 1) in words("subjects") | _SUBJECTS and sentence.words[at].free
        if sentence.lower(at) == second and sentence.gap(at) in (" ", ", ") and opens:
            start, end = sentence.words[at - 1].end, sentence.words[at + 1].start
            yield sentence.change(start, end, ", ", "clause-link")
        if "," in sentence.gap(at):
            return


def _no_clause(sentence: Sentence, at: int) -> Iterator[Edit]:
    """`because of` or `despite` before a clause, and `because` before none."""
    lower, subject = sentence.lower(at), sentence.near(at + 1)
    if (sentence.before(at), lower) == ("because", "of") and _clause(sentence, at + 1):
        gone = sentence.remove(at, at + 1, "clause-link")
        if gone is not None:
            yield gone
    if lower == "despite" and subject == "of":
        gone = sentence.remove(at + 1, at + 2, "clause-link")
        if gone is not None:
            yield gone
    if lower == "despite" and _clause(sentence, at + 1):
        yield sentence.replace(at, at + 1, "although", "clause-link")
    if lower == "than" and sentence.gap(at) == ", " and _clause(sentence, at + 1):
        yield sentence.replace(at, at + 1, "then", "clause-link")


def _clause(sentence: Sentence, at: int) -> bool:
    """Whether a pronoun and its verb begin at word `at`."""
    subject, verb = sentence.near(at), sentence.near(at + 1)
    if subject not in _SUBJECTS or not verb:
        return False
    return finite(verb)


def _indirect_question(sentence: Sentence, at: int) -> Iterator[Edit]:
    """I don't know where is the station: where the station is."""
    verb, subject = sentence.near(at + 1), sentence.near(at + 2)
    if sentence.lower(at) not in _ASKED or not _told(sentence, at) or sentence.text.rstrip().endswith("?"):
        return
    if sentence.near(at + 3) in ("matter", "point", "problem"):  # tell me what is the matter
        return
    pronoun = subject in _PRONOUNS
    end = at + 3 if pronoun else at + 4
    if not sentence.close(at, end):
        return
    if verb in ("do", "does", "did") and pronoun:
        for asked in verbs_of(sentence.near(end))[:1]:
            if sentence.lower(end) == asked.base:
                told = {"do": asked.base, "does": asked.third}.get(verb, asked.past)
                yield sentence.replace(
                    at + 1, end + 1, f"{sentence.words[at + 2].text} {told}", "clause-link", -0.5
                )
    # Where a longer phrase ends, only the end of the clause tells.
    whole = subject in _POINTING and not sentence.near(end) and sentence.lower(at) != "who"
    if verb in BE and (pronoun or whole):
        told = " ".join(word.text for word in sentence.words[at + 2 : end])
        yield sentence.replace(at + 1, end, f"{told} {verb}", "clause-link", -0.5)


def _told(sentence: Sentence, at: int) -> bool:
    """Whether a verb of knowing or asking stands one or two words before word `at`."""
    before = (sentence.before(at), sentence.before(at - 1) if sentence.before(at) else "")
    return any(verb.base in words("asking-verbs") for word in before for verb in verbs_of(word))


def _subjectless(sentence: Sentence) -> Iterator[Edit]:
    """Is important to sleep: it is important to sleep."""
    first = sentence.words[0] if sentence.words else None
    if first is None or not first.free or not first.first or not sentence.text.rstrip().endswith("."):
        return
    if first.lower in ("is", "was") and sentence.near(1) and sentence.near(1) not in words("determiners"):
        yield sentence.insert(0, "it", "clause-link")
