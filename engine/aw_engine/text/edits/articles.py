"""Articles: missing, needless, the wrong one, and `a` or `an` by sound."""

from collections.abc import Iterator

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.morphology import BE, other_number, verbs_of
from aw_engine.text.edits.sentence import Sentence
from aw_engine.text.edits.sound import article_for
from aw_engine.text.edits.tables import words
from aw_engine.text.words import lexicon


def propose(sentence: Sentence) -> Iterator[Edit]:
    for at, word in enumerate(sentence.words):
        lower, after = word.lower, sentence.near(at + 1)
        if word.free and lower in ("a", "an", "the") and after and (word.text != "A" or word.first):
            following = sentence.words[at + 1].text
            sounded = article_for(following)
            if lower != "the" and lower != sounded and following[0].isalpha():
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


def _sounds_known(word: str) -> bool:
    """Whether nobody doubts which article goes with the word: a common one, in small letters."""
    plain = word.isalpha() and word.islower() and len(word) > 2
    return plain and lexicon().frequency(word) > 0 and not word.startswith(("h", "u", "eu", "one"))


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
