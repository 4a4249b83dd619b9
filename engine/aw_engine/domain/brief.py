"""What one run is asked to do."""

from typing import Final

from msgspec import Struct

from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.rubric import Rubric

BUILTIN: Final = "builtin"
"""The reference of the model that comes with the program."""

SMOLLM2: Final = "smollm2"
"""The reference of the small chat model in the package that holds the trained judge's weights too."""

TRAINED: Final = "trained"
"""The reference of the judge that was trained for this program; its weights are a package of their own."""


class Models(Struct, frozen=True):
    """References of the models that write and judge.

    An empty `judge` means the trained one, or where its weights are not installed, the model that writes.
    """

    writer: str = BUILTIN
    judge: str = ""


class Brief(Struct, frozen=True):
    """The passage, what "better" means, how much work may be done, and by which models.

    `start` are texts (prose, as `Passage.text`) that join the first generation, gated like any other.
    """

    passage: Passage
    rubric: Rubric
    plan: Plan = Plan()
    start: tuple[str, ...] = ()
    models: Models = Models()
