"""Putting a rewrite where the passage stood: prefixes, wraps, line ends, and what cleaning took out."""

import re
from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from aw_engine.domain.passage import Span
from aw_engine.text.formats.reader import inline, stays_one_paragraph
from aw_engine.text.frame import Cut, Frame
from aw_engine.text.layout import Layout, columns, is_wide
from aw_engine.text.matching import matching_blocks, opcodes
from aw_engine.text.sentences import sentences

_GAP = re.compile(" +")
_USUAL_WIDTH = 80
_COMMENT = re.compile(r"(?:(?<!\\)%| //).*")


def restore(frame: Frame, rewrite: str) -> str:
    """The document's text for the frame's range when the passage reads `rewrite`.

    Unchanged text gives the original byte for byte. Otherwise lines are broken as the original's were:
    not at all, at its width, after sentences, or between the same words; never inside a protected span, nor
    where the next line would begin a list, heading or quote. Where lines so broken would be read as several
    paragraphs (plain text has none of several lines if one is very long), they are filled instead. Lines
    before the first change stay as they are.
    """
    if rewrite == frame.text:
        return frame.original
    rewrite = rewrite.strip(" ")
    if frame.cuts:
        rewrite = _with_cuts(frame, rewrite)
    spans = _spans(frame, rewrite)
    if frame.layout.style == "line":
        lines = [rewrite]
        kept = ""
    else:
        kept, begun = _kept(frame, rewrite)
        rest = rewrite[begun:]
        rest_spans = tuple(Span(s.start - begun, s.end - begun, s.kind) for s in spans if s.start >= begun)
        column = 0 if not kept else columns(frame.prefix)
        if frame.layout.style == "sentences":
            lines = _by_sentence(frame, rest, rest_spans)
        elif frame.layout.style == "lines":
            lines = _between_the_same_words(frame, rewrite, spans, begun)
        else:
            lines = _filled(frame, rest, rest_spans, column)
        whole = "\n".join(["x", *lines] if kept else lines)
        if frame.layout.style != "wrapped" and not _one_paragraph(frame, whole):
            lines = _filled(_to_be_filled(frame), rest, rest_spans, column)
    folded = [(fold.text, fold.raw) for fold in frame.folded]
    text = "\n".join(lines)
    at = 0
    for joined, raw in folded:
        found = text.find(joined, at)
        if found >= 0:
            text = text[:found] + raw + text[found + len(joined) :]
            at = found + len(raw)
    return kept + text.replace("\n", frame.newline + frame.prefix)


def _spans(frame: Frame, rewrite: str) -> tuple[Span, ...]:
    return inline(rewrite, frame.format, frame.labels).spans


def _kept(frame: Frame, rewrite: str) -> tuple[str, int]:
    """The original's text up to the start of the last line before any change, and how far that reaches in
    the rewrite. A line is kept only if the next word would not have fitted on it."""
    for joint in reversed(frame.joints):
        begun = joint.at + 1
        if frame.text[joint.at : begun] != " " or rewrite[:begun] != frame.text[:begun]:
            continue
        if is_wide(rewrite[joint.at - 1]) and is_wide(rewrite[begun : begun + 1]):
            continue
        word = rewrite[begun:].split(" ", 1)[0]
        same = word == frame.text[begun:].split(" ", 1)[0]
        fits = joint.column + 1 + columns(word) <= frame.layout.width
        if word and (frame.layout.style in ("sentences", "lines") or same or not fits):
            return frame.original[: joint.start], begun
    return "", 0


def _pieces(text: str, spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    """Ranges between the spaces at which a line may break."""
    pieces, begun = [], 0
    current = 0
    for gap in _GAP.finditer(text):
        while current < len(spans) and spans[current].end <= gap.start():
            current += 1
        if current < len(spans) and spans[current].start < gap.end():
            continue
        if current < len(spans) and spans[current].start == gap.end() and spans[current].kind == "break":
            continue  # what ends its line, such as a comment, stays behind the words it stands behind
        if text[begun : gap.start()].endswith("\\") or text[begun : gap.start()] == "+":
            continue  # at the end of a line these would force it to end there
        if gap.start() > begun:
            pieces.append((begun, gap.start()))
        begun = gap.end()
    if begun < len(text):
        pieces.append((begun, len(text)))
    return pieces


def _filled(frame: Frame, text: str, spans: tuple[Span, ...], column: int) -> list[str]:
    pieces = _pieces(text, spans)
    # Between ideographs a line end would be read as nothing, not as a space.
    glued = {
        i
        for i, (start, _) in enumerate(pieces)
        if i and is_wide(text[start]) and is_wide(text[pieces[i - 1][1] - 1])
    }
    while True:
        starts = _break(frame, text, pieces, glued, column or frame.column)
        ends = [pieces[next_start - 1][1] for next_start in starts[1:]] + [len(text.rstrip(" "))]
        lines = [text[pieces[i][0] : end] for i, end in zip(starts, ends, strict=True)] if pieces else [text]
        wrong = [i for i, line in zip(starts[1:], lines[1:], strict=False) if not _may_begin(frame, line)]
        if not wrong and len(starts) > 1 and not _one_paragraph(frame, "\n".join(lines)):
            wrong = starts[1:] if _one_paragraph(frame, text) else []
        if not wrong:
            return lines
        glued.update(wrong)


def _one_paragraph(frame: Frame, text: str) -> bool:
    return stays_one_paragraph(text.split("\n"), frame.format)


def _to_be_filled(frame: Frame) -> Frame:
    widest = max((joint.column for joint in frame.joints), default=0)
    return msgspec.structs.replace(frame, layout=Layout("wrapped", max(widest, _USUAL_WIDTH)))


def _break(frame: Frame, text: str, pieces: list[tuple[int, int]], glued: set[int], column: int) -> list[int]:
    """Indices of the pieces that begin a line, filled greedily; `glued` ones never do."""
    starts = [0] if pieces else []
    width = frame.layout.width
    indent = columns(frame.prefix)
    for i, (start, end) in enumerate(pieces):
        piece = text[start:end]
        gap = start - pieces[i - 1][1] if i else 0
        reach = column + gap + columns(_shown(piece))
        # A glued piece has to stay with the one before it, so that one must have room for both.
        if i and i not in glued and reach + _glued_after(text, pieces, glued, i) > width:
            starts.append(i)
            column = indent
            gap = 0
        if "\n" in piece:
            column, gap = indent, 0
        column += gap + columns(piece.rpartition("\n")[2])
    return starts


def _shown(piece: str) -> str:
    """The part of a piece that stands on its first line, without the comment that may end that."""
    line, newline, _ = piece.partition("\n")
    return _COMMENT.sub("", line).rstrip() if newline else line


def _glued_after(text: str, pieces: list[tuple[int, int]], glued: set[int], i: int) -> int:
    last = i
    while last + 1 in glued and last + 1 < len(pieces):
        last += 1
    return columns(text[pieces[i][1] : pieces[last][1]])


def _may_begin(frame: Frame, line: str) -> bool:
    """Whether a further line may read so: it neither starts a block by itself nor ends the one before it."""
    lines = line.split("\n")
    return stays_one_paragraph(lines, frame.format) and stays_one_paragraph(["x", *lines], frame.format)


def _by_sentence(frame: Frame, text: str, spans: tuple[Span, ...]) -> list[str]:
    """A line per sentence; one that the original broke further, at a clause, keeps its breaks."""
    known: dict[str, list[int]] = {}
    for start, end in sentences(frame.text, _spans(frame, frame.text)):
        inner = [joint.at - start for joint in frame.joints if start < joint.at < end - 1]
        known[frame.text[start:end].strip()] = inner
    lines: list[str] = []
    for start, end in sentences(text, spans):
        sentence = text[start:end].strip(" ")
        at = 0
        for stop in known.get(sentence, ()):
            lines.append(sentence[at:stop])
            at = stop + 1
        lines.append(sentence[at:])
    return _merged(frame, lines)


def _between_the_same_words(frame: Frame, text: str, spans: tuple[Span, ...], begun: int) -> list[str]:
    """The lines of `text[begun:]`, broken where the original's words before or after a break now stand."""
    old, new = _pieces(frame.text, _spans(frame, frame.text)), _pieces(text, spans)
    words = [frame.text[start:end] for start, end in old], [text[start:end] for start, end in new]
    changes = opcodes(*words)
    place = {start: word for word, (start, _) in enumerate(old)}
    moved = {_moved(place[joint.at + 1], changes) for joint in frame.joints if joint.at + 1 in place}
    # Between ideographs a line end would be read as nothing, not as a space.
    fit = [
        new[word][0]
        for word in sorted(moved)
        if 0 < word < len(new) and not (is_wide(text[new[word - 1][1] - 1]) and is_wide(text[new[word][0]]))
    ]
    starts = [begun, *(start for start in fit if start > begun)]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    return _merged(frame, [text[start:end].rstrip(" ") for start, end in zip(starts, ends, strict=True)])


def _moved(word: int, changes: Sequence[tuple[str, int, int, int, int]]) -> int:
    """Which of the new words the line now begins with that began with the old `word`."""
    for kind, a, b, c, _ in changes:
        if kind == "equal" and a <= word < b:
            return c + word - a
    for kind, _, b, _, d in changes:
        if kind == "equal" and b == word:
            return d
    return next((c + (word - a) * (d - c) // (b - a) for _, a, b, c, d in changes if a <= word < b), 0)


def _merged(frame: Frame, lines: list[str]) -> list[str]:
    """The lines, each that would begin a block of its own joined to the one before it."""
    merged: list[str] = []
    for line in lines:
        if merged and (merged[-1].endswith("\n") or not _may_begin(frame, line)):
            merged[-1] += line if merged[-1].endswith("\n") else " " + line
        else:
            merged.append(line)
    return merged


def _with_cuts(frame: Frame, rewrite: str) -> str:
    """The rewrite with tabs and control characters back where the text around them is unchanged.

    Those before everything always come back: without them what follows might read as a list or a quote.
    """
    first = [cut for cut in frame.cuts if cut.at == 0 and not cut.clean]
    places: list[tuple[int, Cut]] = [(0, cut) for cut in first]
    blocks = [block for block in matching_blocks(frame.text, rewrite) if block[2] > 1]
    for cut in frame.cuts[len(first) :]:
        found = bisect_right(blocks, cut.at, key=lambda block: block[0]) - 1
        if found >= 0:
            a, b, size = blocks[found]
            if cut.at + len(cut.clean) <= a + size:
                places.append((b + cut.at - a, cut))
    parts, at = [], 0
    for place, cut in sorted(places, key=lambda pair: pair[0]):
        if place >= at:
            parts += [rewrite[at:place], cut.raw]
            at = place + len(cut.clean)
    return "".join((*parts, rewrite[at:]))
