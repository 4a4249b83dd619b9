"""Whether a rewrite kept the passage's protected text: it is read again by the same parser and compared."""

import re
from collections import Counter
from typing import Literal

from msgspec import Struct

from aw_engine.domain.candidate import Flag
from aw_engine.domain.passage import Passage, Span
from aw_engine.text.formats.block import Construct, Inline
from aw_engine.text.formats.reader import inline, labels_of, reader, stays_one_paragraph
from aw_engine.text.sentences import sentences

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# How much better another sentence must match before a citation counts as moved.
_CLEARLY_BETTER = 0.25


class Violation(Struct, frozen=True):
    """One thing that a rewrite did to protected text; `span` is the text concerned, where there is one.

    lost, new: the multiset of spans differs; order: citations in another order; moved: a citation in
    another sentence; nesting: pairs of markup broken or nested otherwise; markup: characters of markup that
    the prose did not have; lines: it no longer is one paragraph of prose.
    """

    reason: Literal["lost", "new", "order", "moved", "nesting", "markup", "lines"]
    span: str = ""


def verify(passage: Passage, rewrite: str) -> tuple[Violation, ...]:
    """What the rewrite (prose as in `Passage.text`) did to protected text; empty if it may be used.

    Spans must come back byte for byte; citations also in their order and in the sentence that is their
    own's counterpart; in LaTeX, pairs also nest as they did.
    """
    labels = labels_of(passage.text, passage.spans, passage.format)
    original = inline(passage.text, passage.format, labels)
    new = inline(rewrite, passage.format, labels)
    if original.spans != passage.spans:
        # Spans by another hand than the parser's (words pinned by the writer): compare them as strings.
        original, new = Inline(passage.spans), Inline(_literal(passage, rewrite))
    found = [*_spans(passage, original, rewrite, new), *_shape(passage, original, rewrite, new)]
    if not found:
        found = [*_pairs(passage, original, rewrite, new), *_citations(passage, original, rewrite, new)]
    return tuple(found)


def link_flags(passage: Passage, rewrite: str) -> tuple[Flag, ...]:
    """A flag for each link whose text changed, for rewrites that `verify` has passed."""
    labels = labels_of(passage.text, passage.spans, passage.format)
    before = _link_texts(passage.text, inline(passage.text, passage.format, labels))
    after = _link_texts(rewrite, inline(rewrite, passage.format, labels))
    lost = list((Counter(before) - Counter(after)).elements())
    gained = list((Counter(after) - Counter(before)).elements())
    flags = []
    for target, text in lost:
        new = next((pair for pair in gained if pair[0] == target), None)
        if new:
            gained.remove(new)
        flags.append(Flag("linkText", before=text, after=new[1] if new else None))
    return tuple(flags)


def _link_texts(text: str, read: Inline) -> list[tuple[str, str]]:
    return [
        (text[pair.inner_end : pair.end], text[pair.inner_start : pair.inner_end])
        for pair in read.constructs
        if pair.kind == "link"
    ]


def _literal(passage: Passage, rewrite: str) -> tuple[Span, ...]:
    """The passage's spans as they occur in the rewrite, in any order."""
    found: list[Span] = []
    taken: dict[str, int] = {}
    for span in passage.spans:
        text = passage.text[span.start : span.end]
        at = rewrite.find(text, taken.get(text, 0))
        if at >= 0:
            taken[text] = at + len(text)
            found.append(Span(at, at + len(text), span.kind))
    return tuple(sorted(found, key=lambda span: span.start))


def _texts(text: str, read: Inline) -> Counter[tuple[str, str]]:
    return Counter((text[span.start : span.end], span.kind) for span in read.spans)


def _spans(passage: Passage, original: Inline, rewrite: str, new: Inline) -> list[Violation]:
    before, after = _texts(passage.text, original), _texts(rewrite, new)
    return [
        *(Violation("lost", text) for text, _ in (before - after).elements()),
        *(Violation("new", text) for text, _ in (after - before).elements()),
    ]


def _shape(passage: Passage, original: Inline, rewrite: str, new: Inline) -> list[Violation]:
    found = []
    before, after = _prose(passage.text, original), _prose(rewrite, new)
    was_one = stays_one_paragraph(passage.text.split("\n"), passage.format)
    is_one = stays_one_paragraph(rewrite.split("\n"), passage.format)
    if "\n" in after or "\r" in after or (was_one and not is_one):
        found.append(Violation("lines"))
    for char in reader(passage.format).marks:
        if after.count(char) > before.count(char):
            found.append(Violation("markup", char))
    return found


def _prose(text: str, read: Inline) -> str:
    parts, at = [], 0
    for span in read.spans:
        parts.append(text[at : span.start])
        at = span.end
    return "".join((*parts, text[at:]))


def _pairs(passage: Passage, original: Inline, rewrite: str, new: Inline) -> list[Violation]:
    nested = reader(passage.format).nested
    before = Counter(_signatures(passage.text, original.constructs, nested))
    after = Counter(_signatures(rewrite, new.constructs, nested))
    return [Violation("nesting", opener) for opener, _, _ in ((before - after) + (after - before)).elements()]


def _signatures(text: str, constructs: tuple[Construct, ...], nested: bool) -> list[tuple[str, str, str]]:
    """Opener, closer, and (if nested) the openers around each construct."""
    signatures = []
    around: list[Construct] = []
    for construct in constructs:
        while around and around[-1].end <= construct.start:
            around.pop()
        parents = "".join(text[c.start : c.inner_start] for c in around) if nested else ""
        opener, closer = (
            text[construct.start : construct.inner_start],
            text[construct.inner_end : construct.end],
        )
        signatures.append((opener, closer, parents))
        around.append(construct)
    return signatures


def _citations(passage: Passage, original: Inline, rewrite: str, new: Inline) -> list[Violation]:
    cited = [span for span in original.spans if span.kind == "citation"]
    again = [span for span in new.spans if span.kind == "citation"]
    names = [passage.text[span.start : span.end] for span in cited]
    if names != [rewrite[span.start : span.end] for span in again]:
        return [Violation("order")]
    old_words = _sentence_words(passage.text, original)
    new_words = _sentence_words(rewrite, new)
    found = []
    for name, span, moved in zip(names, cited, again, strict=True):
        own = next(words for start, end, words in old_words if start <= span.start < end)
        here = next(words for start, end, words in new_words if start <= moved.start < end)
        best = max(_overlap(own, words) for _, _, words in new_words)
        if best > _overlap(own, here) + _CLEARLY_BETTER:
            found.append(Violation("moved", name))
    return found


def _sentence_words(text: str, read: Inline) -> list[tuple[int, int, frozenset[str]]]:
    return [
        (start, end, frozenset(word.lower() for word in _WORD.findall(text[start:end])))
        for start, end in sentences(text, read.spans)
    ]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words as a share of the shorter sentence's, so that split and joined sentences match too."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
