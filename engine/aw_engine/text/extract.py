"""From a place in a document to the passage that the model sees, and the frame that leads back."""

import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache

from msgspec import Struct

from aw_engine.domain.passage import ENGLISH, Format, Passage, Span
from aw_engine.errors import PassageError
from aw_engine.text.block_content import BlockContent, snapped
from aw_engine.text.formats.block import Block
from aw_engine.text.formats.reader import inline, parse
from aw_engine.text.frame import Cut, Folded, Frame, Joint
from aw_engine.text.layout import Layout, columns, is_wide, layout, line_start
from aw_engine.text.paragraphs import NOTHING, ONLY_MARKUP, blocks_at, place, refusal

FEWEST_WORDS = 4
CONTEXT = 600
# Neighbours read for context: enough to fill it, few enough to stay cheap.
_NEIGHBOURS = 4
_STANDS_FOR_WORDS = ("code", "math", "url", "email", "citation", "command", "template")
# Line ends with the blanks around them; tabs and other controls; separators that are not line ends here.
_UNCLEAN = re.compile("[ \t]*\n[ \t]*|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BLANKS = "\t\x0b\x0c\x85\u2028\u2029"
_WORD = re.compile(r"[^\W_][\w'’.-]*")
_LETTER_RUN = re.compile(r"[a-z]{2,}")


class Extract(Struct, frozen=True):
    """A passage and its frame; `frame.start` and `frame.end` are the snapped range."""

    passage: Passage
    frame: Frame


class _Cleaned(Struct, frozen=True):
    text: str
    cuts: tuple[Cut, ...]
    joints: tuple[tuple[int, int], ...]
    folded: tuple[Folded, ...]


def extract(document: str, start: int, end: int, format: Format, language: str = ENGLISH) -> Extract:
    """The passage at `[start, end)`, which lies in one paragraph; snapped as `select` does.

    Its text is one line of prose: hard wraps joined, prefixes and indent gone, control characters out.
    `before` and `after` are up to 600 characters of the neighbouring prose.

    :raises PassageError: `empty`, `tooShort` (under four words), `onlyMarkup`, `tooLong`, `unencodable`;
        `ambiguous` if the range touches several paragraphs.
    """
    parsed = parse(document, format)
    near = blocks_at(document, start, end, parsed.blocks)
    if not near:
        raise refusal(document, start, end)
    if len(near) > 1:
        raise PassageError(
            "ambiguous", f"{len(near)} paragraphs are selected; evolve them one by one, or select one."
        )
    block = near[0]
    source = BlockContent.of(document, block)
    content = source.content
    whole = (0, len(content))
    touched = whole if start == end else snapped(source, format, parsed.labels, start, end)
    if touched is None:
        raise PassageError("empty", NOTHING)
    read = inline(content, format, parsed.labels)
    a, b = touched
    cleaned = _clean(content, a, b, read.spans)
    spans = inline(cleaned.text, format, parsed.labels).spans
    expected = [span for span in read.spans if a <= span.start and span.end <= b]
    if len(spans) != len(expected) and (a, b) != whole:
        # Away from its surroundings the piece reads differently (a title that looks like a list, say).
        a, b = whole
        cleaned = _clean(content, a, b, read.spans)
        spans = inline(cleaned.text, format, parsed.labels).spans
    _refuse_if_short(cleaned.text, spans)
    passage = Passage(
        text=cleaned.text,
        spans=spans,
        language=language,
        before=_before(document, format, block, content[:a]),
        after=_after(document, format, block, content[b:]),
        format=format,
        repeated=tuple(sorted(_repeated(document).intersection(_letter_runs(cleaned.text)))),
        title=block.kind == "title",
    )
    return Extract(passage, _frame(document, format, source, a, b, cleaned))


@lru_cache(maxsize=4)
def _repeated(document: str) -> frozenset[str]:
    """The words of the document that it has more than once; the last few documents are remembered."""
    return frozenset(word for word, times in Counter(_letter_runs(document)).items() if times > 1)


def _letter_runs(text: str) -> list[str]:
    return _LETTER_RUN.findall(text.lower())


def _clean(content: str, a: int, b: int, spans: tuple[Span, ...]) -> _Cleaned:
    inside = [span for span in spans if a <= span.start and span.end <= b]
    parts: list[str] = []
    size = 0
    cuts, joints = [], []
    at = a
    current = 0
    for match in _UNCLEAN.finditer(content, a, b):
        while current < len(inside) and inside[current].end <= match.start():
            current += 1
        span = inside[current] if current < len(inside) and inside[current].start < match.end() else None
        raw = match.group()
        if span and (_keeps_lines(content, span) or "\n" not in raw):
            continue
        parts.append(content[at : match.start()])
        size += match.start() - at
        at = match.end()
        if "\n" in raw:
            clean = "" if is_wide(content[match.start() - 1]) and is_wide(content[at : at + 1]) else " "
            if not span:
                joints.append((size, match.start()))
        else:
            clean = " " if raw in _BLANKS else ""
            cuts.append(Cut(size, clean, raw))
        parts.append(clean)
        size += len(clean)
    parts.append(content[at:b])
    raws = [content[span.start : span.end] for span in inside if not _keeps_lines(content, span)]
    folded = tuple(Folded(_unfolded(raw), raw) for raw in raws if "\n" in raw)
    return _Cleaned("".join(parts), tuple(cuts), tuple(joints), folded)


def _keeps_lines(content: str, span: Span) -> bool:
    """Whether the span's line ends are part of the passage: a hard break, a formula on lines of its own."""
    return span.kind == "break" or content[span.start] == "\n"


def _unfolded(span: str) -> str:
    return _UNCLEAN.sub(lambda m: " " if "\n" in m.group() else m.group(), span)


def _frame(document: str, format: Format, source: BlockContent, a: int, b: int, cleaned: _Cleaned) -> Frame:
    block = source.block
    start, end = source.document_range(a, b)
    prefix = _prefix(document, block)
    joints = []
    for at, content_at in cleaned.joints:
        line = bisect_right(source.starts, content_at) - 1
        line_begin = block.lines[line][0]
        line_end = line_begin + content_at - source.starts[line]
        width = columns(document[line_start(document, line_begin) : line_end])
        joints.append(Joint(at, line_end - start, block.lines[line + 1][0] - start, width))
    return Frame(
        start=start,
        end=end,
        original=document[start:end],
        text=cleaned.text,
        format=format,
        layout=_layout(document, format, source, b),
        column=columns(document[line_start(document, start) : start]),
        prefix=prefix,
        newline=_newline(document, block),
        labels=parse(document, format).labels,
        joints=tuple(joints),
        cuts=cleaned.cuts,
        folded=cleaned.folded,
    )


def _layout(document: str, format: Format, source: BlockContent, b: int) -> Layout:
    """How the passage's lines are broken. Of one that the paragraph goes on after, breaks stay where they
    are: filled anew by itself, it would leave a ragged line in the middle."""
    found = layout(document, source.block, format)
    goes_on = b < len(source.content.rstrip())
    return Layout("lines", found.width) if goes_on and found.style == "wrapped" else found


def _prefix(document: str, block: Block) -> str:
    """What a further line begins with: the second line's prefix, else the first's with its marker blank."""
    if len(block.lines) > 1:
        second = block.lines[1][0]
        return document[line_start(document, second) : second]
    first = document[line_start(document, block.start) : block.start].removeprefix("\ufeff")
    return "".join(c if c in "> \t" else " " for c in first)


def _newline(document: str, block: Block) -> str:
    """The line end used in the block, else after it, else first in the document."""
    for begin in (block.lines[0][1], block.end, 0):
        match = re.compile(r"\r\n|\n|\r").search(document, begin)
        if match:
            return match.group()
    return "\n"


def _refuse_if_short(text: str, spans: tuple[Span, ...]) -> None:
    prose = _without(text, spans, ())
    words = sum(sum(map(is_wide, word)) or 1 for word in _WORD.findall(prose))
    if not words and text.strip():
        raise PassageError("onlyMarkup", ONLY_MARKUP)
    if words < FEWEST_WORDS:
        raise PassageError("tooShort", NOTHING)


def _without(text: str, spans: tuple[Span, ...], keep: tuple[str, ...]) -> str:
    parts, at = [], 0
    for span in spans:
        parts.append(text[at : span.start])
        if span.kind in keep:
            parts.append(text[span.start : span.end])
        elif span.kind not in ("emphasis", "link"):
            parts.append(" ")
        at = span.end
    return "".join((*parts, text[at:]))


def _before(document: str, format: Format, block: Block, same: str) -> str:
    blocks = parse(document, format).blocks
    here = place(block, blocks)
    pieces = [_tidy(same, format)]
    for other in reversed(blocks[max(0, here - _NEIGHBOURS) : here]):
        if sum(map(len, pieces)) > CONTEXT:
            break
        pieces.append(_neighbour(document, other, format, -CONTEXT))
    text = " ".join(piece for piece in reversed(pieces) if piece)
    return text if len(text) <= CONTEXT else text[-CONTEXT:].partition(" ")[2]


def _after(document: str, format: Format, block: Block, same: str) -> str:
    blocks = parse(document, format).blocks
    here = place(block, blocks)
    pieces = [_tidy(same, format)]
    for other in blocks[here + 1 : here + 1 + _NEIGHBOURS]:
        if sum(map(len, pieces)) > CONTEXT:
            break
        pieces.append(_neighbour(document, other, format, CONTEXT))
    text = " ".join(piece for piece in pieces if piece)
    return text if len(text) <= CONTEXT else text[:CONTEXT].rpartition(" ")[0]


def _neighbour(document: str, block: Block, format: Format, limit: int) -> str:
    """A neighbouring block's text; of a long one the `limit` characters at its near end (twice over)."""
    content = "\n".join(document[s:e] for s, e in (block.lines[:40] if limit > 0 else block.lines[-40:]))
    return _tidy(content[: 2 * limit] if limit > 0 else content[2 * limit :], format)


def _tidy(content: str, format: Format) -> str:
    """Context as running prose: the markup that only dresses words is gone, what stands for words stays."""
    content = content.encode("utf-8", "replace").decode("utf-8")
    text = _UNCLEAN.sub(" ", content)
    spans = inline(text, format).spans
    return " ".join(_without(text, spans, _STANDS_FOR_WORDS).split())
