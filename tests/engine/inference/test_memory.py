"""What stays in memory from one call to the next, and when it yields."""

from collections.abc import Iterator

import pytest

from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.memory import Memory
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.tuning import Tuning

CELLS, RESIDENTS = 256, 3
TASK: Tokens = tuple(range(40, 60))


def branch(at: int, length: int) -> Tokens:
    return (*TASK, *range(100 * at, 100 * at + length))


@pytest.fixture
def memory(model: NativeModel, log: Log) -> Iterator[Memory]:
    shape = ContextShape(CELLS, 32, 8, 32, RESIDENTS)
    context = Context(model, shape, Tuning(threads=1, batch=32), AbortFlag(), log)
    yield Memory(context)
    context.close()


def read(memory: Memory, resident: Tokens, prompts: list[Tokens]) -> int:
    """Tokens evaluated for one call."""
    kept = memory.begin(resident, memory.room(prompts, resident))
    spent = [0] * len(prompts)
    for _ in memory.read(prompts, [len(prompt) - 1 for prompt in prompts], spent):
        pass
    return kept + sum(spent)


def test_what_a_call_began_with_is_there_for_the_next(memory: Memory) -> None:
    first, second = branch(1, 30), branch(2, 30)
    assert read(memory, first, [(*first, 7), (*first, 8)]) == 50 + 2
    assert read(memory, second, [(*second, 7)]) == 30 + 1
    assert read(memory, first, [(*first, 9)]) == 1


def test_all_yield_when_one_more_has_no_place(memory: Memory) -> None:
    for at in range(RESIDENTS):
        read(memory, branch(at, 10), [(*branch(at, 10), 7)])
    one_more = branch(RESIDENTS, 10)
    assert read(memory, one_more, [(*one_more, 7)]) == 30 + 1
    assert memory.free == CELLS - 30


def test_all_yield_when_their_cells_are_needed(memory: Memory) -> None:
    read(memory, branch(1, 90), [(*branch(1, 90), 7)])
    long = (*branch(2, 90), *range(60))
    assert read(memory, branch(2, 90), [long]) == 110 + 60
    assert memory.free == CELLS - 110


def test_a_call_that_fits_beside_what_is_kept_leaves_it(memory: Memory) -> None:
    first, second = branch(1, 90), branch(2, 90)
    read(memory, first, [(*first, 7)])
    assert read(memory, second, [(*second, at) for at in range(20)]) == 90 + 20
    assert read(memory, first, [(*first, 8)]) == 1
