"""What is counted as near, and that a real run is followed from its first look to its end."""

from collections.abc import Callable
from types import ModuleType

from aw_engine.domain.plan import QUICK
from aw_engine.evolution import effort
from aw_engine.inference.supervisor import WorkerBackend


def test_within_a_quarter_of_what_was_said_counts_as_near(program: Callable[[str], ModuleType]) -> None:
    line, outcomes = program("estimate").line, [(3.0, 4.0), (4.0, 4.0), (5.0, 4.0), (5.2, 4.0)]
    assert line("tokens", outcomes) == "| tokens | 3 of 4 | 75% |  | 1.12 |"
    assert line("seconds", [*outcomes, (0.2, 0.6)], 0.5) == "| seconds | 3 of 5 | 60% | 80% | 1.00 |"


async def test_a_run_is_followed_and_the_product_left_as_it_was(
    program: Callable[[str], ModuleType], backend: WorkerBackend
) -> None:
    rehearsed = effort.rehearsed
    text = "In order too be quick, the otter basically swam across teh river, and it were very cold that day."
    course = await program("estimate").follow(text, QUICK, backend)
    assert effort.rehearsed is rehearsed
    assert min(course.before, course.rehearsed, course.used, course.foreseen, course.seconds) > 0
    assert course.rankings
