"""Which ways of writing a run uses, in which share, for the first generation and for children.

Shares follow the methods: a first generation spread over full rewrites, copy-edits and single weaknesses
(expert edits, Chakrabarty et al. 2025), later 60 % targeted edits, 25 % fresh rewrites, 15 % crossover
(ShinkaEvolve's proportions). A dialect that cannot follow instructions copy-edits instead.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct

from aw_engine.domain.rubric import Operator, Rubric
from aw_engine.evolution.edit_styles import EVEN, EditStyle, deal
from aw_engine.text.edits.kinds import Group

TARGETED, FRESH, CROSS = "targeted-edit", "fresh-rewrite", "crossover"
EARLIER, MIX = "earlier", "mix"  # given, not written: texts of an earlier run, and the writer's own mixture
CHILD_SHARES: Mapping[str, float] = {TARGETED: 0.60, FRESH: 0.25, CROSS: 0.15}

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


class Draft(Struct, frozen=True):
    """A rewrite to be written: by which operator, from which parents (ids; empty = the original).

    `groups` are the kinds of local edit for a copy-editing model, empty for one that follows instructions;
    `edit_style` is how it goes about those that are a matter of taste.
    """

    slot: int
    generation: int
    operator: str
    instruction: str
    parents: tuple[str, ...] = ()
    temperature: float = 0.8
    style: str = ""
    theme: str = ""
    groups: tuple[Group, ...] = ()
    edit_style: EditStyle = EVEN


_Key = TypeVar("_Key")


def apportion(shares: Mapping[_Key, float], seats: int) -> dict[_Key, int]:
    """Whole numbers in proportion to the shares, summing to `seats` (largest remainder, first key wins)."""
    total = sum(shares.values())
    exact = {key: share * seats / total for key, share in shares.items()}
    given = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: given[key] - exact[key])
    for key in by_remainder[: seats - sum(given.values())]:
        given[key] += 1
    return given


def first_generation(
    rubric: Rubric, n: int, rng: Random, *, instructions: bool, instruction: str | None
) -> tuple[Draft, ...]:
    """`n` drafts from the original, spread over the rubric's operators by their slots.

    With `instructions` false only operators in `COPY_EDITS` are used. A free `instruction` of the writer's
    replaces the operators: all drafts follow it, in different styles and themes where the rubric has some.
    """
    if instruction is not None:
        drawn = [Operator(id="instruction", instruction=instruction)] * n
    else:
        able = {op.id: op for op in rubric.operators if instructions or op.id in COPY_EDITS}
        seats = apportion({key: op.slots for key, op in able.items()}, n)
        drawn = [able[key] for key, count in seats.items() for _ in range(count)]
    styles, themes = _cycle(rubric.styles, n, rng), _cycle(rubric.themes, n, rng)
    ways = deal([() if instructions else COPY_EDITS[operator.id] for operator in drawn], rng)
    drafts, seen = [], dict[str, int]()
    for slot, operator in enumerate(drawn):
        again = seen[operator.id] = seen.get(operator.id, -1) + 1
        drafts.append(
            Draft(
                slot=slot,
                generation=1,
                operator=operator.id,
                instruction=operator.instruction,
                temperature=_temperature(operator, again, instructions),
                style=styles[slot],
                theme=themes[slot],
                groups=() if instructions else COPY_EDITS[operator.id],
                edit_style=EVEN if instructions or _greedy(operator, again) else ways[slot],
            )
        )
    return tuple(drafts)


def earlier(slot: int) -> Draft:
    """The draft that a text of an earlier run, which joins the first generation, is taken for."""
    return Draft(slot=slot, generation=1, operator=EARLIER, instruction="")


def child_kinds(generation: int, children: int, generations: int) -> list[str]:
    """Kinds of the children of one later generation; shares hold over the whole run, not in each part."""
    total = apportion(CHILD_SHARES, children * (generations - 1))
    pool = [kind for kind, count in total.items() for _ in range(count)]
    spread = [pool[index :: generations - 1] for index in range(generations - 1)]
    return spread[generation - 2]


def copy_edit_groups(basis: str) -> tuple[Group, ...]:
    """Kinds of local edit that serve a criterion of this basis."""
    return _PLAIN if basis == "economy" else _ALL


def _temperature(operator: Operator, again: int, instructions: bool) -> float:
    """A writer keeps its own. A copy-edit is greedy where it mends or tightens for the first time: these two
    are what the model is surest of. All others are drawn, or they would say the same."""
    if instructions:
        return operator.temperature
    return 0.0 if _greedy(operator, again) else min(1.5, 0.9 + 0.3 * again)


def _greedy(operator: Operator, again: int) -> bool:
    return operator.id in ("copy-edit", "tighter") and again == 0


def _cycle(texts: Sequence[str], n: int, rng: Random) -> list[str]:
    """`n` texts, each as often as the others, in random order; empty strings if there are none."""
    if not texts:
        return [""] * n
    order = rng.sample(list(texts), len(texts))
    return [order[index % len(order)] for index in range(n)]
