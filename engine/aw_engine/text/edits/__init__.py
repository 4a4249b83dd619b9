"""Local edits that a careful reader might make to an English sentence, for a model to choose among."""

from aw_engine.text.edits.edit import Edit, apply
from aw_engine.text.edits.kinds import GROUPS, KINDS, SHARPNESS, SLIPS, SURE, Group, Kind, kinds_of
from aw_engine.text.edits.propose import propose
from aw_engine.text.edits.spelling import own_words

__all__ = [
    "GROUPS",
    "KINDS",
    "SHARPNESS",
    "SLIPS",
    "SURE",
    "Edit",
    "Group",
    "Kind",
    "apply",
    "kinds_of",
    "own_words",
    "propose",
]
