"""What can be kept of a rewrite that a gate has refused: the sentences that are not to blame."""

from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.judging.gates import unblemished
from aw_engine.text.diff import SentenceDiff, apply, compare
from aw_engine.text.formats.reader import inline, labels_of


def salvaged(brief: Brief, rewrite: str) -> str | None:
    """The brief's passage with those sentences of `rewrite` that pass without a flag against their own
    counterparts; None if there are none, or they do not pass so together.

    Sentences that the rewrite adds or leaves out are not taken over: alone they have no counterpart by which
    to tell.
    """
    original = brief.passage
    parts = compare(original.text, rewrite)
    labels = labels_of(original.text, original.spans, original.format)

    def sound(part: SentenceDiff) -> bool:
        before = part.before.strip()
        spans = inline(before, original.format, labels).spans
        return unblemished(brief, replace(original, text=before, spans=spans), part.after.strip())

    kept = {part.index for part in parts if part.kind == "changed" and sound(part)}
    text = apply(original.text, parts, kept)
    return text if kept and unblemished(brief, original, text) else None
