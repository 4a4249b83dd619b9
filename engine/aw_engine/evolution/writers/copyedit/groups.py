"""Which groups of local edits stand for what a rubric asks in words."""

from collections.abc import Mapping

from aw_engine.text.edits.kinds import Group

_MEND: tuple[Group, ...] = ("mend",)
_TIGHTEN: tuple[Group, ...] = ("mend", "tighten")
_PLAIN: tuple[Group, ...] = ("mend", "tighten", "plain")
_ALL: tuple[Group, ...] = ("mend", "tighten", "plain", "vary")

# What a rubric's operator becomes for a model that can only copy-edit. An operator that is not here
# (such as lack-of-specificity, which must add words of its own) cannot be done by copy-editing.
COPY_EDITS: Mapping[str, tuple[Group, ...]] = {
    "copy-edit": _MEND,
    "tighter": _TIGHTEN,
    "plain-language": _PLAIN,
    "full-rewrite": _ALL,
    "cliche": _PLAIN,
    "unnecessary-exposition": _TIGHTEN,
    "purple-prose": _TIGHTEN,
    "awkward-wording": _ALL,
    "poor-sentence-structure": ("mend", "vary"),
    "tense-inconsistency": _MEND,
    "punctuation": _MEND,
    "spelling": _MEND,
}

# Log-prior strength of keeping the text, in nats: how reluctantly a copy-edit changes anything.
CAUTION: Mapping[Group, float] = {"mend": 0.0, "tighten": 0.0, "plain": 0.0, "vary": 0.5}


def groups_for(basis: str) -> tuple[Group, ...]:
    """Groups of local edits that serve a criterion of this basis."""
    return _PLAIN if basis == "economy" else _ALL
