"""What "better" means: criteria to judge by, operators to write by, how strict the gates are.

A rubric is a TOML file that holds only data; `aw_engine.rubrics.load` reads it.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Strictness = Literal["strict", "normal", "relaxed"]
Lift = Literal["length", "changed", "slop", "number", "name", "quote", "negation", "meaning"]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """One comparative question with its weight (weights are normalised) and the edit that serves it.

    `edit` is the instruction of the targeted edit. `reference` asks the question with the original shown.
    `basis` is what a model that judges by likelihood reads instead: the likelihood per token (`fluency`), or
    that of the whole text (`economy`). `quality` is what the trained judge scores instead: whether a text is
    correct and clear (`clear`), or whether it is well made and alive (`craft`).
    """

    id: Key
    question: Text
    edit: Text
    weight: Annotated[float, Meta(gt=0, le=100)] = 1.0
    label: str = ""
    reference: bool = False
    basis: Literal["fluency", "economy"] = "fluency"
    quality: Literal["clear", "craft"] = "clear"


class Operator(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to write a rewrite of the original: an instruction and how often it is drawn.

    `slots` is how many members of the first generation of eight it gets (largest remainder elsewhere).
    """

    id: Key
    instruction: Text
    slots: Annotated[float, Meta(gt=0, le=64)] = 1.0
    temperature: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.7


class Rubric(Struct, frozen=True, forbid_unknown_fields=True):
    """A decoded rubric. `length` is the range of words(rewrite)/words(original) that it asks for, if any.

    `styles` and `themes` vary the first generation (each rewrite is given one of each, at random).
    """

    id: Key
    title: Text
    description: Text
    goal: Text
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1, max_length=12)]
    operators: Annotated[tuple[Operator, ...], Meta(min_length=1, max_length=32)]
    audience: str = "a general reader"
    gates: Strictness = "normal"
    length: tuple[Annotated[float, Meta(gt=0)], Annotated[float, Meta(gt=0)]] | None = None
    lift: tuple[Lift, ...] = ()
    styles: tuple[Text, ...] = ()
    themes: tuple[Text, ...] = ()
