"""Which part of a document is meant, and what is printed of it in the end."""

import re

from msgspec import Struct

from aw_engine.domain.passage import ENGLISH, Format
from aw_engine.errors import PassageError, SettingsError
from aw_engine.text.extract import Extract, extract
from aw_engine.text.language import identify
from aw_engine.text.paragraphs import Paragraph, first_words, paragraphs, select
from aw_server.cli.source import SourceFile

_LINE_END = re.compile(r"\r\n|\n|\r")


class Piece(Struct, frozen=True):
    """One passage to evolve; `number` is its paragraph's, from 1."""

    number: int
    extract: Extract


class Selection(Struct, frozen=True):
    """The pieces in order, the code points `[start, end)` that are printed in the end, and why paragraphs
    were left out."""

    pieces: tuple[Piece, ...]
    start: int
    end: int
    left_out: tuple[str, ...] = ()


def choose(
    source: SourceFile,
    format: Format,
    *,
    lines: tuple[int, int] | None,
    paragraph: int | None,
    split: bool,
    language: str | None,
) -> Selection:
    """What `--lines`, `--paragraph` and `--split` mean in this document; without them its only paragraph.

    :raises SettingsError: if there are no such lines or no such paragraph.
    :raises PassageError: if nothing there can be evolved; `ambiguous` with a list of paragraphs if there are
        several and none is chosen.
    """
    document = source.text
    start, end = 0, len(document)
    if lines is not None:
        start, end = _line_range(source, *lines)
        found = select(document, start, end, format)
    else:
        found = paragraphs(document, format)
        if not found:
            raise PassageError(
                "onlyMarkup",
                f"{source.name} has no paragraph of prose, only headings, code or such; name another file.",
            )
    if paragraph is not None:
        if paragraph > len(found):
            has = "1 paragraph" if len(found) == 1 else f"{len(found):,} paragraphs"
            raise SettingsError(
                f"{source.name} has {has}, and no paragraph {paragraph:,}; choose another one."
            )
        found = (found[paragraph - 1],)
    if len(found) > 1 and not split:
        raise PassageError("ambiguous", _several(source, found, format, within_lines=lines is not None))
    if not split:
        piece = _piece(document, found[0], format, language)
        frame = piece.extract.frame
        return Selection((piece,), frame.start, _with_line_end(document, frame.end))
    pieces: list[Piece] = []
    left_out: list[str] = []
    for each in found:
        try:
            pieces.append(_piece(document, each, format, language))
        except PassageError as error:
            left_out.append(f"Paragraph {each.number} is left out: {error}")
    if not pieces:
        _piece(document, found[0], format, language)  # one paragraph's reason stands for all
    if lines is not None:
        start, end = pieces[0].extract.frame.start, _with_line_end(document, pieces[-1].extract.frame.end)
    return Selection(tuple(pieces), start, end, tuple(left_out))


def put_back(document: str, texts: list[tuple[int, int, str]], start: int, end: int) -> str:
    """`document[start:end]` with texts put in: `(start, end, text)`, places in the document, disjoint."""
    parts: list[str] = []
    at = start
    for piece_start, piece_end, text in sorted(texts):
        parts += (document[at:piece_start], text)
        at = piece_end
    return "".join((*parts, document[at:end]))


def _piece(document: str, paragraph: Paragraph, format: Format, language: str | None) -> Piece:
    found = language or identify(document[paragraph.start : paragraph.end]) or ENGLISH
    return Piece(paragraph.number, extract(document, paragraph.start, paragraph.end, format, found))


def _line_range(source: SourceFile, first: int, last: int) -> tuple[int, int]:
    ends = [match.end() for match in _LINE_END.finditer(source.text)]
    starts = [0, *ends] if not ends or ends[-1] < len(source.text) else [0, *ends[:-1]]
    if first > len(starts):
        has = "1 line" if len(starts) == 1 else f"{len(starts):,} lines"
        raise SettingsError(f"{source.name} has {has}, and no line {first:,}; choose others.")
    return starts[first - 1], starts[last] if last < len(starts) else len(source.text)


def _with_line_end(document: str, end: int) -> int:
    match = _LINE_END.match(document, end)
    return match.end() if match else end


def _several(source: SourceFile, found: tuple[Paragraph, ...], format: Format, *, within_lines: bool) -> str:
    width = len(str(found[-1].number))
    lines = (f"\n  {each.number:>{width}}  {first_words(source.text, each, format)}" for each in found)
    listed = "".join(lines)
    there = "These lines touch" if within_lines else f"{source.name} has"
    return f"{there} {len(found):,} paragraphs; choose one with --paragraph N, or all with --split.{listed}"
