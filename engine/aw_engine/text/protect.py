"""Protected spans out and in again: numbered marks in their place for a model that is to keep them."""

import re
from collections import Counter
from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Mark, Masked, Passage, Span
from aw_engine.errors import PassageError

# The model that ships has a control token for each of the first 32 marks of the first alphabet.
MOST_MARKS = 32
_ALPHABETS = ("⟦⟧", "⟪⟫", "⦃⦄", "⟬⟭", "⦗⦘")


class MarkFault(Struct, frozen=True):
    """Why a masked rewrite cannot be unmasked, and which marks are concerned."""

    reason: Literal["lost", "doubled", "unknown", "reordered"]
    marks: tuple[str, ...]


def mask(passage: Passage, most: int | None = MOST_MARKS) -> Masked:
    """The passage with a numbered mark for each protected span; spans that touch share one.

    Marks are `⟦1⟧`, `⟦2⟧`, …; of another alphabet where the text has such brackets itself. Above `most`,
    neighbours with no letter or digit between them share one too.

    :raises PassageError: `tooLong` if there are still more than `most`; `onlyMarkup` if the text uses up
        every alphabet.
    """
    brackets = next((b for b in _ALPHABETS if b[0] not in passage.text and b[1] not in passage.text), None)
    if brackets is None:
        raise PassageError("onlyMarkup", "The text uses every placeholder bracket; remove ⟦ or ⟪ from it.")
    groups = _merged(passage, across_gaps=False)
    if most is not None and len(groups) > most:
        groups = _merged(passage, across_gaps=True)
        if len(groups) > most:
            raise PassageError(
                "tooLong", f"{len(groups)} pieces of markup in one passage; the limit is {most}. Select less."
            )
    parts, marks, at = [], [], 0
    for number, span in enumerate(groups, 1):
        mark = f"{brackets[0]}{number}{brackets[1]}"
        parts += [passage.text[at : span.start], mark]
        marks.append(Mark(mark, passage.text[span.start : span.end], span.kind))
        at = span.end
    return Masked("".join((*parts, passage.text[at:])), tuple(marks))


def _merged(passage: Passage, *, across_gaps: bool) -> list[Span]:
    merged: list[Span] = []
    for span in passage.spans:
        last = merged[-1] if merged else None
        gap = passage.text[last.end : span.start] if last else ""
        if last and (not gap or (across_gaps and not any(map(str.isalnum, gap)))):
            # The order of citations is checked, so a group with one counts as one.
            kind = "citation" if "citation" in (last.kind, span.kind) else last.kind
            merged[-1] = Span(last.start, span.end, kind)
        else:
            merged.append(span)
    return merged


def remask(masked: Masked, text: str) -> str | None:
    """`text`, which has the protected spans, with marks in their place; None where it lacks one of them.

    They are looked for in the passage's order, and where they do not stand in that one, the longest first.
    """
    places = _in_order(masked, text) or _anywhere(masked, text)
    if places is None:
        return None
    parts, at = list[str](), 0
    for place, mark in sorted(zip(places, masked.marks, strict=True), key=lambda pair: pair[0]):
        parts += [text[at:place], mark.mark]
        at = place + len(mark.original)
    return "".join((*parts, text[at:]))


def _in_order(masked: Masked, text: str) -> list[int] | None:
    places, at = list[int](), 0
    for mark in masked.marks:
        place = text.find(mark.original, at)
        if place < 0:
            return None
        places.append(place)
        at = place + len(mark.original)
    return places


def _anywhere(masked: Masked, text: str) -> list[int] | None:
    places = [-1] * len(masked.marks)
    taken = [False] * len(text)
    for number in sorted(range(len(places)), key=lambda number: -len(masked.marks[number].original)):
        sought = masked.marks[number].original
        place = text.find(sought)
        while place >= 0 and any(taken[place : place + len(sought)]):
            place = text.find(sought, place + 1)
        if place < 0:
            return None
        places[number] = place
        taken[place : place + len(sought)] = [True] * len(sought)
    return places


def unmask(masked: Masked, rewrite: str) -> str | MarkFault:
    """The rewrite with every mark replaced by what it stands for, or why that cannot be.

    Each mark must be there once, those of citations in their order, and no other mark beside them.
    """
    if not masked.marks:
        return rewrite
    left, right = masked.marks[0].mark[0], masked.marks[0].mark[-1]
    pattern = re.compile(f"{left}[0-9]+{right}")
    order = pattern.findall(rewrite)
    found = Counter(order)
    originals = {mark.mark: mark.original for mark in masked.marks}
    if lost := tuple(mark for mark in originals if mark not in found):
        return MarkFault("lost", lost)
    if doubled := tuple(mark for mark in originals if found[mark] > 1):
        return MarkFault("doubled", doubled)
    if len(found) > len(originals) or rewrite.count(left) + rewrite.count(right) != 2 * len(order):
        return MarkFault("unknown", tuple(mark for mark in found if mark not in originals))
    citations = [mark.mark for mark in masked.marks if mark.kind == "citation"]
    if [mark for mark in order if mark in citations] != citations:
        return MarkFault("reordered", tuple(citations))
    return pattern.sub(lambda match: originals[match.group()], rewrite)
