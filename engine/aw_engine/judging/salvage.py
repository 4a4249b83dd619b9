"""What can be kept of a rewrite that a gate has refused: the sentences that are not to blame."""

from collections.abc import Callable

from msgspec.structs import replace

from aw_engine.domain.passage import Passage
from aw_engine.text.diff import SentenceDiff, apply, compare
from aw_engine.text.formats.reader import inline, labels_of


def salvaged(original: Passage, rewrite: str, passes: Callable[[Passage, str], bool]) -> str | None:
    """The original with those sentences of `rewrite` that pass against their own counterparts; None if there
    are none, or they do not pass together.

    `passes` says of a passage and a text whether the text may compete with it. Sentences that the rewrite
    adds or leaves out are not taken over: alone they have no counterpart by which to tell.
    """
    parts = compare(original.text, rewrite)
    labels = labels_of(original.text, original.spans, original.format)

    def sound(part: SentenceDiff) -> bool:
        before = part.before.strip()
        spans = inline(before, original.format, labels).spans
        return passes(replace(original, text=before, spans=spans), part.after.strip())

    kept = {part.index for part in parts if part.kind == "changed" and sound(part)}
    text = apply(original.text, parts, kept)
    return text if kept and passes(original, text) else None
