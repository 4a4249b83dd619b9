"""In which language a passage is taken to be: by what was said of it, what its document says, its looks."""

from functools import lru_cache

from msgspec.structs import replace

from aw_engine.domain.passage import ENGLISH, Format, Passage
from aw_engine.text import language
from aw_engine.text.declared_language import declared
from aw_engine.text.formats.reader import parse

_LOOKED_AT = 20_000  # characters of a document's prose, evenly from all of it
_NO_WORDING = ("code", "math", "url", "email", "citation", "command", "template", "image", "html")


def with_language(passage: Passage, document: str, start: int, named: str | None) -> Passage:
    """The passage, which begins at `start` in its document, with the language that it is taken to be in.

    That is `named` by the writer, or declared by the document, or what most of its prose is plainly in, or
    English; and another one only where the passage itself leaves no doubt.
    """
    text = _wording(passage)
    expected = named or declared(document, passage.format, start)
    if expected is None:
        expected = _of_prose(document, passage.format)
        if expected != ENGLISH and language.leans_to_english(text, expected):
            expected = ENGLISH
    return replace(passage, language=language.of_passage(text, expected))


def foreign_in_english(passage: Passage) -> tuple[str, ...]:
    """The languages of those parts of an English passage that are in others: its sentences, its quotations.

    None where all of it reads as another language: who calls it English all the same has said so.
    """
    if passage.language != ENGLISH or language.of_passage(_wording(passage), ENGLISH) != ENGLISH:
        return ()
    return tuple(found for _, _, found in language.foreign_ranges(passage.text))


def _wording(passage: Passage) -> str:
    parts, at = list[str](), 0
    for span in passage.spans:
        parts.append(passage.text[at : span.start])
        if span.kind in _NO_WORDING:
            parts.append(" ")
        at = span.end
    return "".join((*parts, passage.text[at:]))


@lru_cache(maxsize=4)
def _of_prose(document: str, format: Format) -> str:
    blocks = parse(document, format).blocks
    if len(blocks) < 2:
        return ENGLISH  # its only passage is judged by itself
    size = sum(block.end - block.start for block in blocks)
    step = max(1, size // _LOOKED_AT)
    text = "\n\n".join(document[block.start : block.end][:_LOOKED_AT] for block in blocks[::step])
    return language.other_than((ENGLISH,), text) or ENGLISH
