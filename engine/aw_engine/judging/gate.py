"""What a gate is: everything that is said of one check which a rewrite must pass."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from aw_engine.domain.candidate import Flag, FlagKind
from aw_engine.domain.passage import Passage
from aw_engine.domain.rubric import Strictness
from aw_engine.judging.meaning import Meaning, meaning
from aw_engine.text import facts


class Case(Struct, frozen=True, dict=True):
    """A rewrite that is to be checked against its original (both prose, protected spans in place).

    `length` is the range of the length ratio that the rubric asks for, if any, and `room` (0..1) its lower
    end as a share of the usual one.
    """

    original: Passage
    rewrite: str
    length: tuple[float, float] | None = None
    room: float = 1.0

    @cached_property
    def facts(self) -> tuple[Flag, ...]:
        """What the rewrite changed of numbers, names, quotations and negation."""
        around = f"{self.original.before} {self.original.after}"
        return facts.compare(self.original.text, self.rewrite, around, self.original.language)

    @cached_property
    def meaning(self) -> Meaning:
        """What the two texts have in common."""
        return meaning(self.original.text, self.rewrite)


Check: TypeAlias = Callable[..., bool | tuple[Flag, ...]]
"""Given a case and a rule's limits: whether the rewrite fails, or what in it does."""


class Rule(Struct, frozen=True):
    """What becomes of a rewrite that fails a gate, and the limits that its check is given."""

    outcome: Literal["refused", "flagged"]
    limits: tuple[float, ...] = ()


def refuse(*limits: float) -> Rule:
    """The rule that a rewrite beyond these limits may not compete."""
    return Rule("refused", limits)


def flag(*limits: float) -> Rule:
    """The rule that the writer should look at what lies beyond these limits."""
    return Rule("flagged", limits)


ALWAYS: Final[Mapping[Strictness, Rule]] = {"strict": refuse(), "normal": refuse(), "relaxed": refuse()}


class Gate(Struct, frozen=True):
    """A check with its name, its words, and its rule by strictness; without a rule it is left out there.

    `fault` says what a rewrite did that failed ("changed a number"), `warning` what would happen if a
    text that the writer has put together were taken ("a number would change"). `flag` is the kind of its
    flags and `noun` the writer's word for it, where that is another. A rubric may leave out a gate that
    is `liftable`, and with it those that are `lifted_with` it. A `harmless` one refuses what is merely
    not worth showing. `check` is None where the other rewrites of the run decide. One that is
    `only_english` refuses nothing in other languages, where it only flags.
    """

    name: str
    check: Check | None
    rules: Mapping[Strictness, Rule]
    fault: str
    warning: str = "it reads wrong"
    flag: FlagKind | None = None
    noun: str = ""
    liftable: bool = False
    lifted_with: str = ""
    harmless: bool = False
    only_english: bool = False

    @property
    def eases(self) -> bool:
        """Whether relaxed gates let more pass here than strict ones."""
        return self.rules.get("strict") != self.rules.get("relaxed")
