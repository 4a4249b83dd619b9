"""Which part of a document is meant, and what is printed of it in the end."""

import re

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.passage import ENGLISH, Format
from aw_engine.errors import PassageError, SettingsError
from aw_engine.text.extract import Extract, extract
from aw_engine.text.paragraphs import Paragraph, first_words, paragraphs, select
from aw_engine.text.passage_language import with_language
from aw_server import messages
from aw_server.cli.source import SourceFile

_LINE_END = re.compile(r"\r\n|\n|\r")
_NOTHING_TO_DO = ("empty", "tooShort", "onlyMarkup")


class Piece(Struct, frozen=True):
    """One passage to evolve; `number` is its paragraph's, from 1."""

    number: int
    extract: Extract


class Skipped(Struct, frozen=True):
    """A paragraph of prose that stays as it is, and the protocol's word and a sentence for why.

    `paragraph` and `line`, on which it begins, count from 1.
    """

    paragraph: int
    line: int
    reason: str
    message: str

    def __str__(self) -> str:
        return f"Paragraph {self.paragraph} (line {self.line}) is skipped: {self.message}"


class Selection(Struct, frozen=True):
    """The pieces in order, the code points `[start, end)` that are printed in the end, the paragraphs that
    are skipped, and sentences about those `left_out`, in which there is nothing to do."""

    pieces: tuple[Piece, ...]
    start: int
    end: int
    left_out: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def choose(
    source: SourceFile,
    format: Format,
    *,
    lines: tuple[int, int] | None,
    paragraph: int | None,
    split: bool,
    language: str | None,
    english_only: bool = False,
) -> Selection:
    """What `--lines`, `--paragraph` and `--split` mean in this document; without them its only paragraph.

    `language` is what the writer calls the text's: no paragraph that was chosen by itself is doubted then.
    Where it must be English (`english_only`), another paragraph is refused, or skipped among several.

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
        piece = _piece(document, found[0], format, language, alone=True)
        if english_only and piece.extract.passage.language != ENGLISH:
            raise _foreign(piece, "If it is English, say --language en")
        frame = piece.extract.frame
        return Selection((piece,), frame.start, _with_line_end(document, frame.end))
    pieces: list[Piece] = []
    left_out: list[str] = []
    skipped: list[Skipped] = []
    refused: list[PassageError] = []
    for each in found:
        try:
            piece = _piece(document, each, format, language, alone=False)
            if english_only and piece.extract.passage.language != ENGLISH:
                raise _foreign(piece, f"If it is English, say --paragraph {each.number} --language en")
            pieces.append(piece)
        except PassageError as error:
            refused.append(error)
            if error.reason in _NOTHING_TO_DO:
                left_out.append(f"Paragraph {each.number} is left out: {error}")
            else:
                skipped.append(_skipped(document, each.number, each.start, error.reason, str(error)))
    if not pieces:
        raise refused[0]  # one paragraph's reason stands for all
    if lines is not None:
        start, end = found[0].start, _with_line_end(document, found[-1].end)
    return Selection(tuple(pieces), start, end, tuple(left_out), tuple(skipped))


def skip(source: SourceFile, piece: Piece, reason: str, message: str) -> Skipped:
    """What is said of a piece whose run came to nothing."""
    return _skipped(source.text, piece.number, piece.extract.frame.start, reason, message)


def put_back(document: str, texts: list[tuple[int, int, str]], start: int, end: int) -> str:
    """`document[start:end]` with texts put in: `(start, end, text)`, places in the document, disjoint."""
    parts: list[str] = []
    at = start
    for piece_start, piece_end, text in sorted(texts):
        parts += (document[at:piece_start], text)
        at = piece_end
    return "".join((*parts, document[at:end]))


def _skipped(document: str, number: int, start: int, reason: str, message: str) -> Skipped:
    line = 1 + sum(1 for _ in _LINE_END.finditer(document, 0, start))
    return Skipped(number, line, reason, message)


def _foreign(piece: Piece, remedy: str) -> PassageError:
    language = piece.extract.passage.language
    return PassageError("unsupportedLanguage", messages.english_only(language, remedy))


def _piece(
    document: str, paragraph: Paragraph, format: Format, language: str | None, *, alone: bool
) -> Piece:
    found = extract(document, paragraph.start, paragraph.end, format, language or ENGLISH)
    if language is None or not alone:
        passage = with_language(found.passage, document, found.frame.start, language)
        found = replace(found, passage=passage)
    return Piece(paragraph.number, found)


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
