"""One local change to a sentence."""

from collections.abc import Iterable

from msgspec import Struct


class Edit(Struct, frozen=True, order=True):
    """Replace the code points `[start, end)` of a sentence by `replacement`.

    `prior` is the log prior (nats) of making the edit rather than keeping the text, for a sum of token
    log-likelihoods: by it an edit is worth making where the text gains more than `-prior` nats. Positive only
    where an insertion that is right makes the text less likely, as a full stop at its end does. A proposer
    gives what this place adds to the prior of the kind; what `propose` returns has both.
    """

    start: int
    end: int
    replacement: str
    kind: str
    prior: float


def apply(sentence: str, edits: Iterable[Edit]) -> str:
    """`sentence` with all of `edits` made.

    :raises ValueError: if two of them overlap, or touch where one only inserts.
    """
    parts: list[str] = []
    at = 0
    last: Edit | None = None
    for edit in sorted(edits):
        if last is not None and clash(last, edit):
            raise ValueError("these edits overlap")
        parts += [sentence[at : edit.start], edit.replacement]
        at = edit.end
        last = edit
    return "".join([*parts, sentence[at:]])


def clash(first: Edit, second: Edit) -> bool:
    """Whether two edits of one sentence cannot both be made."""
    if first.start == first.end or second.start == second.end:
        return first.start <= second.end and second.start <= first.end
    return first.start < second.end and second.start < first.end
