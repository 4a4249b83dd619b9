"""Every word of a document's prose replaced by another of its length, as a writer's model could do."""

import re

from aw_engine.domain.passage import Format, Passage
from aw_engine.errors import PassageError
from aw_engine.text.extract import extract
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.reflow import restore
from aw_engine.text.verify import verify

_WORD = re.compile(r"[^\W\d_]+")


def reworded(document: str, format: Format) -> str:
    """The document with each letter of each prose word as `x`; the rest must be the same characters.

    A paragraph whose rewrite would not pass is left as it is, as the program leaves it.
    """
    parts, at = [], 0
    for paragraph in paragraphs(document, format):
        try:
            taken = extract(document, paragraph.start, paragraph.end, format)
        except PassageError:
            continue
        rewrite = veiled(taken.passage)
        if verify(taken.passage, rewrite):
            continue
        assert restore(taken.frame, taken.passage.text) == taken.frame.original
        parts += [document[at : taken.frame.start], restore(taken.frame, rewrite)]
        at = taken.frame.end
    return "".join((*parts, document[at:]))


def veiled(passage: Passage) -> str:
    """The passage with each letter outside its spans as `x`."""
    parts, at = [], 0
    for span in passage.spans:
        parts += [_x(passage.text[at : span.start]), passage.text[span.start : span.end]]
        at = span.end
    return "".join((*parts, _x(passage.text[at:])))


def _x(text: str) -> str:
    return _WORD.sub(lambda match: "x" * len(match.group()), text)
