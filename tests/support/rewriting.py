"""Rewriting every prose word of a document, to see what else changes."""

import re
from collections.abc import Callable

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.extract import Extract, extract
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.reflow import restore
from aw_engine.text.verify import verify

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def extracts(document: str, format: Format = "markdown") -> list[Extract]:
    """The document's passages in order, those that are long enough."""
    found = []
    for paragraph in paragraphs(document, format):
        try:
            found.append(extract(document, paragraph.start, paragraph.end, format))
        except PassageError as refused:
            if refused.reason not in ("tooShort", "onlyMarkup"):
                raise
    return found


def marked(document: str, format: Format = "markdown") -> list[str]:
    """The passages' texts with `⟦…⟧` around each protected span."""
    texts = []
    for found in extracts(document, format):
        text, parts, at = found.passage.text, [], 0
        for span in found.passage.spans:
            parts += [text[at : span.start], "⟦", text[span.start : span.end], "⟧"]
            at = span.end
        texts.append("".join((*parts, text[at:])))
    return texts


def prose(document: str, format: Format = "markdown") -> list[str]:
    """The passages' texts without their protected spans."""
    return [re.sub(r"⟦[^⟦⟧]*⟧", "", text) for text in marked(document, format)]


def reworded(document: str, change: Callable[[str], str], format: Format = "markdown") -> str:
    """The document with every prose word changed, each passage put back as the program puts it back."""
    for found in reversed(extracts(document, format)):
        text, parts, at = found.passage.text, [], 0
        for span in found.passage.spans:
            parts += [_changed(text[at : span.start], change), text[span.start : span.end]]
            at = span.end
        rewrite = "".join((*parts, _changed(text[at:], change)))
        # Where all words differ, no sentence is known again by its words.
        violations = [v for v in verify(found.passage, rewrite) if v.reason != "moved"]
        assert not violations, (text, rewrite, violations)
        frame = found.frame
        assert restore(frame, text) == frame.original
        document = document[: frame.start] + restore(frame, rewrite) + document[frame.end :]
    return document


def _changed(text: str, change: Callable[[str], str]) -> str:
    return _WORD.sub(lambda match: change(match.group()), text)
