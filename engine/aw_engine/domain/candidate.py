"""The rewrites of a run, with the writer's own text among them."""

from typing import Literal

from msgspec import Struct

ORIGINAL = "original"
Niche = Literal["light", "medium", "bold"]
FlagKind = Literal["number", "name", "quote", "negation", "length", "linkText", "meaning"]


class Flag(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Something in a rewrite that the writer should look at; flagged rewrites rank below the others."""

    kind: FlagKind
    before: str | None = None
    after: str | None = None


class Lineage(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where a candidate comes from: its operator, its parents' ids, and its generation (1 = the first).

    `steered` says what the writer has done with it since.
    """

    operator: str
    parents: tuple[str, ...]
    generation: int
    steered: tuple[Literal["pinned", "picked"], ...] = ()


class Candidate(Struct, frozen=True, rename="camel"):
    """A rewrite that passed the gates, or the original (`id == ORIGINAL`, generation 0).

    `text` is prose as in `Passage.text`, protected spans in place. `words` counts its words; `changed` is
    the share of words that differ from the original, 0..1; `faithfulness` is the meaning score f, 0..1.
    """

    id: str
    text: str
    lineage: Lineage
    words: int
    changed: float = 0.0
    niche: Niche = "light"
    flags: tuple[Flag, ...] = ()
    faithfulness: float = 1.0
