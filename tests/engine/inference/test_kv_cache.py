"""What stays in memory from one call to the next, and when it yields."""

from collections.abc import Iterator

import pytest

from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.tuning import Tuning

CELLS, RESIDENTS = 256, 3
TASK: Tokens = tuple(range(40, 60))


def branch(at: int, length: int) -> Tokens:
    return (*TASK, *range(100 * at, 100 * at + length))


@pytest.fixture
def cache(model: NativeModel, log: Log) -> Iterator[KVCache]:
    shape = ContextShape(CELLS, 32, 8, 32, RESIDENTS)
    context = Context(model, shape, Tuning(threads=1, batch=32), AbortFlag(), log)
    yield KVCache(context)
    context.close()


def read(cache: KVCache, resident: Tokens, prompts: list[Tokens]) -> int:
    """Tokens evaluated for one call."""
    kept = cache.begin(resident, cache.room(prompts, resident))
    spent = [0] * len(prompts)
    for _ in cache.read(prompts, [len(prompt) - 1 for prompt in prompts], spent):
        pass
    return kept + sum(spent)


def test_what_a_call_began_with_is_there_for_the_next(cache: KVCache) -> None:
    first, second = branch(1, 30), branch(2, 30)
    assert read(cache, first, [(*first, 7), (*first, 8)]) == 50 + 2
    assert read(cache, second, [(*second, 7)]) == 30 + 1
    assert read(cache, first, [(*first, 9)]) == 1


def test_all_yield_when_one_more_has_no_place(cache: KVCache) -> None:
    for at in range(RESIDENTS):
        read(cache, branch(at, 10), [(*branch(at, 10), 7)])
    one_more = branch(RESIDENTS, 10)
    assert read(cache, one_more, [(*one_more, 7)]) == 30 + 1
    assert cache.free == CELLS - 30


def test_all_yield_when_their_cells_are_needed(cache: KVCache) -> None:
    read(cache, branch(1, 90), [(*branch(1, 90), 7)])
    long = (*branch(2, 90), *range(60))
    assert read(cache, branch(2, 90), [long]) == 110 + 60
    assert cache.free == CELLS - 110


def test_a_call_that_fits_beside_what_is_kept_leaves_it(cache: KVCache) -> None:
    first, second = branch(1, 90), branch(2, 90)
    read(cache, first, [(*first, 7)])
    assert read(cache, second, [(*second, at) for at in range(20)]) == 90 + 20
    assert read(cache, first, [(*first, 8)]) == 1
