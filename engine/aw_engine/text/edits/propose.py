"""All edits that could be made to a sentence."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache

from aw_engine.text.edits.edit import Edit
from aw_engine.text.edits.kinds import KINDS, PROPOSERS, SLIPS, priors
from aw_engine.text.edits.sense import otherwise
from aw_engine.text.edits.sentence import Sentence, read
from aw_engine.text.edits.sound import article_for
from aw_engine.text.edits.swaps import bare_negations

# What these mend was another word by mistake: no for know, nobody for anybody, it for is it.
_MAY_CHANGE_SENSE = SLIPS | {
    "confusable",
    "double-negation",
    "usage",
    "pronoun-case",
    "missing-word",
    "clause-link",
    "opener",
}


def propose(
    sentence: str, kinds: Iterable[str] = tuple(KINDS), own: AbstractSet[str] = frozenset()
) -> tuple[Edit, ...]:
    """Edits of `kinds` for `sentence`, sorted by place, each changing it, no two with the same outcome.

    Words in `own` (lower-cased) are the document's own vocabulary. Marks, numbers, names, capitals, code-like
    words and the inside of quotations are left alone.
    """
    wanted = kinds if isinstance(kinds, frozenset) else frozenset(kinds)
    return tuple(edit for edit in _all(sentence, frozenset(own)) if edit.kind in wanted)


@lru_cache(maxsize=256)
def _all(text: str, own: frozenset[str]) -> tuple[Edit, ...]:
    sentence = read(text, own)
    found: dict[str, Edit] = {}
    for proposer in PROPOSERS:
        for raw in proposer(sentence):
            edit = _with_article(sentence, _weighed(raw))
            outcome = text[: edit.start] + edit.replacement + text[edit.end :]
            if outcome == text or not outcome.strip() or outcome in found:
                continue
            if not _intrudes(sentence, edit) and not _unsays(sentence, edit):
                found[outcome] = edit
    return tuple(sorted(found.values()))


def _weighed(edit: Edit) -> Edit:
    """The edit with its kind's log prior, to which its proposer's is added."""
    return Edit(edit.start, edit.end, edit.replacement, edit.kind, priors()[edit.kind] + edit.prior)


def _intrudes(sentence: Sentence, edit: Edit) -> bool:
    """Whether the edit inserts between two words that are both to be left alone, as in a quotation."""
    if edit.start != edit.end:
        return False
    after = next((at for at, word in enumerate(sentence.words) if word.start >= edit.start), None)
    if not after:
        return False
    return not sentence.words[after - 1].free and not sentence.words[after].free


def _unsays(sentence: Sentence, edit: Edit) -> bool:
    """Whether the edit takes a negation away, or makes the sentence say another thing and mends no slip."""
    old = sentence.text[edit.start : edit.end].lower()
    if any(word in old.split() for word in bare_negations()):  # wouldnt, dont
        return not edit.replacement.replace("’", "'").endswith(("n't", "not", "n't have"))
    return edit.kind not in _MAY_CHANGE_SENSE and otherwise(old, edit.replacement)


def _with_article(sentence: Sentence, edit: Edit) -> Edit:
    """The edit, grown over the `a` or `an` before it where the new word wants the other one."""
    text = sentence.text
    for word in sentence.words:
        if word.end in (edit.start, edit.start - 1) and word.free and word.lower in ("a", "an"):
            kept = text[word.end : edit.start]
            new = (kept + edit.replacement + text[edit.end :]).split()
            old = text[word.end :].split()
            if new and old and article_for(old[0]) == word.lower != article_for(new[0]):
                right = article_for(new[0])
                right = right.capitalize() if word.text[0].isupper() else right
                return Edit(word.start, edit.end, right + kept + edit.replacement, edit.kind, edit.prior)
    return edit
