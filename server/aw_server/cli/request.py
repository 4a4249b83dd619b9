"""What the command line asks of `evolve`, decoded."""

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.domain.plan import Plan


class EvolveOptions(Struct, frozen=True):
    """`format`, `language` and `rubric` are None where they are to be found out.

    `backup` is the suffix of the old file if the best is to be put in place, else None. `judge_model` is None
    where the model that writes compares, too; `report` is the file for the HTML report, if one is wanted.
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
