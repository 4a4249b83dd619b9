"""What the command line asks of `evolve`: as it was given, and as it is meant."""

from typing import Literal

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.domain.plan import NORMAL, QUICK, THOROUGH, Budget, Plan, RatingName
from aw_engine.domain.rubric import Strictness
from aw_engine.text.declared_language import primary

PlanName = Literal["quick", "normal", "thorough"]
PLANS: dict[PlanName, Plan] = {"quick": QUICK, "normal": NORMAL, "thorough": THOROUGH}


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments and options of `evolve` as click has read them, under click's names for them."""

    file: str
    paragraph: int | None
    lines: tuple[int, int] | None
    split: bool
    rubric: str | None
    instruction: str | None
    gates: Strictness | None
    plan_name: PlanName
    n: int | None
    generations: int | None
    budget: float | None
    seed: int
    rating: RatingName
    model: str
    judge_model: str | None
    hosts: tuple[str, ...]
    offline: bool
    markup: Format | None
    language: str | None
    everything: bool
    diff: bool
    in_place: bool
    backup: str
    report: str | None
    as_json: bool
    as_events: bool
    fail_if_none: bool
    quiet: bool


class EvolveOptions(Struct, frozen=True):
    """`format`, `language` and `rubric` are None where they are to be found out.

    `backup` is the suffix of the old file if the best is to be put in place, else None. `judge_model` is None
    where none was named; `report` is the file for the HTML report, if one is wanted. `hosts` are other
    computers to whose model servers the text may be sent.
    """

    file: str
    paragraph: int | None
    lines: tuple[int, int] | None
    split: bool
    rubric: str | None
    plan: Plan
    model: str
    format: Format | None
    language: str | None
    everything: bool
    diff: bool
    backup: str | None
    as_json: bool
    as_events: bool
    fail_if_none: bool
    quiet: bool
    judge_model: str | None = None
    report: str | None = None
    hosts: tuple[str, ...] = ()


def evolve_options(given: Given) -> EvolveOptions:
    """The options with those that were left out taken from the plan that was named."""
    base = PLANS[given.plan_name]
    plan = Plan(
        n=given.n or base.n,
        generations=given.generations or base.generations,
        children=base.children,
        keep=min(base.keep, given.n or base.n),
        seed=given.seed,
        budget=Budget(seconds=given.budget),
        rating=given.rating,
        gates=given.gates,
        instruction=given.instruction,
    )
    return EvolveOptions(
        file=given.file,
        paragraph=given.paragraph,
        lines=given.lines,
        split=given.split,
        rubric=given.rubric,
        plan=plan,
        model=given.model,
        format=given.markup,
        language=None if given.language is None else primary(given.language),
        everything=given.everything,
        diff=given.diff,
        backup=given.backup if given.in_place else None,
        as_json=given.as_json,
        as_events=given.as_events,
        fail_if_none=given.fail_if_none,
        quiet=given.quiet,
        judge_model=given.judge_model,
        report=given.report,
        hosts=given.hosts,
    )
