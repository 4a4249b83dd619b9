"""Articles: missing, needless, the wrong one, and `a` or `an` by sound."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.sound import article_for
from aw_engine.text.edits.tables import words
from aw_engine.text.words import lexicon

_SUPERLATIVES = frozenset(("best", "worst", "most", "first", "last"))
_NO_SUPERLATIVE = frozenset(
    ("honest", "modest", "interest", "request", "test", "rest", "forest", "latest", "most")
)
_LONGEST_ABBREVIATION = 4
_PREPOSED = frozenset(("in", "on", "for", "with", "of", "at", "is", "was", "to", "into", "about", "like"))


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        lower, after = word.lower, sentence.near(at + 1)
        if word.free and lower in ("a", "an", "the") and after and (word.text != "A" or word.first):
            following = sentence.words[at + 1].text
            sounded = article_for(following)
            if lower != "the" and lower != sounded and following[0].isalpha() and not _spelt(following):
                kind = "article-sound" if _sounds_known(following) else "article-sound-rare"
                yield sentence.replace(at, at + 1, sounded, kind)
            yield sentence.replace(at, at + 1, sounded if lower == "the" else "the", "article-swap")
            dropped = sentence.remove(at, at + 1, "article-drop")
            if dropped is not None:
                yield dropped
        elif _wants_article(sentence, at):
            yield sentence.insert(at, "the", "article-insert")
            if not (lower.endswith("s") and other_number(lower) and not lower.endswith("ss")):
                yield sentence.insert(at, article_for(word.text), "article-insert")


def of_nouns(sentence: Sentence) -> Iterator[Edit]:
    """An article for nouns that never go without one: is teacher, is best player, bought new car."""
    for at, word in enumerate(sentence.words):
        lower, before = sentence.lower(at), sentence.before(at)
        if not word.free or not before:
            continue
        profession = lower in words("professions") and (before in BE or before in ("become", "became"))
        if profession and sentence.near(at + 1) != "of" and _phrase_ends(sentence, at):
            yield sentence.insert(at, article_for(word.text), "article-noun", 1.0)
        highest = (lower in _SUPERLATIVES or lower.endswith("est")) and lower not in _NO_SUPERLATIVE
        if highest and before in BE and other_number(sentence.near(at + 1)):
            yield sentence.insert(at, "the", "article-noun", -1.0)
        if lower in words("countable") and _phrase_ends(sentence, at):
            start = _phrase_start(sentence, at)
            if start is not None:
                extra = 0.0 if start < at else -2.0
                yield sentence.insert(start, article_for(sentence.words[start].text), "article-noun", extra)
                yield sentence.insert(start, "the", "article-noun", extra)


def _phrase_ends(sentence: Sentence, at: int) -> bool:
    after = sentence.near(at + 1)
    return not after or after in words("no-article")


def _phrase_start(sentence: Sentence, at: int) -> int | None:
    """Where the phrase of the noun at `at` begins, an adjective before it allowed; None if it has an article.

    The phrase follows a verb or `in`, `on`, `for`, `with`, `of`, `have`: by car, as leader and kind of book
    have none.
    """
    start = at
    before = sentence.before(at)
    if before in words("short-adjectives") or before.endswith(("ful", "ous", "ive", "able")):
        start = at - 1
        if sentence.before(start) in ("very", "really"):
            start -= 1
    before = sentence.before(start)
    if not before or not sentence.words[start].free or before in words("determiners"):
        return None
    if start < at and before in _PREPOSED:
        return start
    verb = any(verb.base in words("takes-object") and before != verb.ing for verb in verbs_of(before))
    subject = sentence.before(start - 1)
    said = subject in words("before-bare-verb") or subject in words("subjects") or bool(other_number(subject))
    return start if verb and said and subject not in words("determiners") - {"all"} else None


def _sounds_known(word: str) -> bool:
    """Whether nobody doubts which article goes with the word: a common one, in small letters."""
    plain = word.isalpha() and word.islower() and len(word) > 2
    if word in ("hour", "hours", "hourly", "honest", "honestly", "honour", "honor", "heir"):
        return True
    return plain and lexicon().frequency(word) > 0 and not word.startswith(("h", "u", "eu", "one"))


def _spelt(word: str) -> bool:
    """Whether it may be an abbreviation that is said letter by letter: a uaf, an sst."""
    return word.islower() and len(word) <= _LONGEST_ABBREVIATION and not lexicon().known(word)


def _wants_article(sentence: Sentence, at: int) -> bool:
    """Whether a noun phrase without a determiner may begin at word `at`."""
    word = sentence.words[at]
    lower, before = word.lower, sentence.before(at)
    if not lower.isalpha() or lower in words("no-article") or lower in BE or not (word.first or before):
        return False
    if not word.free and not (word.text.startswith("⟦") or word.text[0].isupper()):
        return False
    if word.text[0].isupper() and not word.first:
        return False
    if word.first:
        return (bool(other_number(lower)) and not verbs_of(lower)) or (
            lexicon().frequency(lower) > 0 and lower.isalpha()
        )
    if before in words("determiners") or before.endswith("'s") or sentence.words[at - 1].text.isdigit():
        return False
    if before in words("before-article"):
        return True
    return bool(verbs_of(before)) and not lower.endswith(("ly", "ing", "ed"))
