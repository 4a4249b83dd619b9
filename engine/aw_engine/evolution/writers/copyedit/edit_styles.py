"""Styles for rewrites by copy-editing, so that no two slots of a generation give the same text.

What must be mended is mended by all of them. What is a matter of taste each does in its own way: it leans to
some kinds of edit, and passes over some edits that others make.
"""

from collections.abc import Mapping, Sequence
from random import Random

from msgspec import Struct

from aw_engine.text.edits.kinds import KINDS, Group


class EditStyle(Struct, frozen=True):
    """`leaning`: nats by which edits of a kind are more welcome than their likelihood makes them;
    `overlooks`: share of the edits of taste that are not considered, 0..1."""

    leaning: Mapping[str, float] = {}
    overlooks: float = 0.0


# By how much (nats) a phrase may be less likely for the sake of a style, and still be good English. What
# cannot break a sentence may go further than what can.
_SAFE, _FREE = 4.0, 2.5


def _leaning(kinds: str) -> Mapping[str, float]:
    return {kind: _SAFE if KINDS[kind].safe else _FREE for kind in kinds.split()}


EVEN = EditStyle()
"""By likelihood alone."""

EDIT_STYLES: Mapping[str, EditStyle] = {
    "thorough": EditStyle(
        _leaning("filler opener wordy redundancy nominalisation hedge there-is plain-word connective")
    ),
    "spoken": EditStyle(_leaning("contract that-drop plain-word"), 0.2),
    "flowing": EditStyle(_leaning("join connective clause-order that-insert"), 0.3),
    "short sentences": EditStyle(_leaning("split plain-word"), 0.3),
    "brief": EditStyle(_leaning("filler opener wordy redundancy hedge there-is that-drop"), 0.2),
    "formal": EditStyle(_leaning("expand that-insert semicolon connective"), 0.4),
    "plain": EditStyle(_leaning("plain-word nominalisation wordy"), 0.4),
}


def deal(slots: Sequence[Sequence[Group]], rng: Random) -> list[EditStyle]:
    """A style for each slot, given by the groups of edit that it may make.

    All differ as long as there are enough that mean something to those groups.
    """
    left: list[str] = []
    dealt = []
    for groups in slots:
        if not any(_speaks(EDIT_STYLES[name], groups) for name in left):
            left = rng.sample(list(EDIT_STYLES), len(EDIT_STYLES))
        name = next((name for name in left if _speaks(EDIT_STYLES[name], groups)), left[0])
        left.remove(name)
        dealt.append(EDIT_STYLES[name])
    return dealt


def _speaks(edit_style: EditStyle, groups: Sequence[Group]) -> bool:
    return any(KINDS[kind].group in groups for kind in edit_style.leaning)
