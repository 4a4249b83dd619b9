"""What the rubrics' README says about checks is what the gates do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from aw_engine.domain.rubric import Lift, Strictness
from aw_engine.evolution.writers.copyedit.groups import COPY_EDITS
from aw_engine.judging.gate import Gate
from aw_engine.judging.gates import GATES
from aw_engine.rubrics.template import template

README = Path(__file__).resolve().parents[3] / "rubrics" / "README.md"


def row(gate: Gate) -> str:
    """The line of the table of checks for this gate."""
    cells = (f"`{gate.name}`", gate.fault, *outcomes(gate), "yes" if gate.liftable else "no")
    return f"| {' | '.join(cells)} |"


def outcomes(gate: Gate) -> Iterator[str]:
    for strictness in get_args(Strictness):
        rule = gate.rules.get(strictness)
        limits = "–".join(f"{limit:g}" for limit in rule.limits) if rule else ""
        yield f"{rule.outcome}: {limits}" if rule and limits else rule.outcome if rule else "–"


def test_the_table_of_checks_is_as_the_gates_are() -> None:
    table = "\n".join(row(gate) for gate in GATES)
    assert table in README.read_text(encoding="utf-8"), f"the table should be\n{table}"


def test_what_can_be_lifted_is_listed_for_writers_of_rubrics() -> None:
    listed = ", ".join(f"`{name}`" for name in get_args(Lift))
    assert f"| `lift` | none | checks that are left out: {listed} |" in README.read_text(encoding="utf-8")
    comments = [line.partition("#")[2] for line in template("letters").splitlines()]
    assert " ".join(get_args(Lift)) in " ".join(" ".join(comments).split())


def test_what_the_built_in_model_can_do_is_listed() -> None:
    section = README.read_text(encoding="utf-8").partition("## The built-in model")[2]
    assert re.findall("`(.+?)`", section.partition("by their ids")[0]) == [*COPY_EDITS]
