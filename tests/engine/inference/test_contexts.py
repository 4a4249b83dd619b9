"""Several contexts of one model that read beside each other."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from aw_engine.errors import BackendError
from aw_engine.inference import tuning
from aw_engine.inference.contexts import Contexts
from aw_engine.inference.llama import Abort, Aborted, Log, Model, Shape
from aw_engine.inference.reading import Scorable

PROSE = (
    "The committee met on the second Thursday of every month, and most of its members came by train. Nobody "
    "could say afterwards who had first proposed to move the archive to the old mill. There was a plan, a "
    "budget and a drawing, but no one had thought of the river in the spring."
)
SHAPE = Shape(1024, 128, 40, 128)


def texts(model: Model, count: int) -> list[Scorable]:
    """Variants of some beginnings, as a copy-edit asks for them."""
    rng = random.Random(3)
    tokens = model.tokenise(PROSE.encode())
    found = []
    for _ in range(count):
        start = rng.randrange(4) * 12
        before = (3, *tokens[:start])
        text = tokens[start : start + rng.randrange(8, 30)]
        text[rng.randrange(len(text))] = rng.choice(tokens)
        found.append(Scorable(before, tuple(text)))
    return found


@pytest.fixture
def contexts(model: Model, log: Log, abort: Abort) -> Iterator[Contexts]:
    contexts = Contexts(model, replace(tuning.default(1), contexts=4), abort, log)
    yield contexts
    contexts.close()


def test_a_small_model_has_a_context_for_each_processor_and_one_thread_in_each() -> None:
    assert [tuning.default(1, processors).contexts for processors in (1, 2, 3, 4, 8)] == [1, 2, 2, 4, 4]
    assert {tuning.default(1, processors).threads for processors in (1, 2, 8)} == {1}
    large = tuning.default(500_000_000, 4)
    assert (large.threads, large.contexts) == (4, 1)


def test_several_contexts_find_what_one_finds(model: Model, log: Log, contexts: Contexts) -> None:
    asked = texts(model, 200)
    alone = Contexts(model, replace(tuning.default(1), contexts=1), Abort(), log)
    one, several = alone.score(asked, SHAPE), contexts.score(asked, SHAPE)
    alone.close()
    assert several.logprobs == one.logprobs
    assert sum(one.costs) <= sum(several.costs) < 1.5 * sum(one.costs)


def test_a_large_call_is_parted_and_a_small_one_is_not(
    model: Model, contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = []

    def submit(self: ThreadPoolExecutor, *arguments: object) -> object:
        submitted.append(arguments)
        return real(self, *arguments)  # type: ignore[arg-type]

    real = ThreadPoolExecutor.submit
    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit)
    contexts.score(texts(model, 200), SHAPE)
    assert len(submitted) == 3
    contexts.score(texts(model, 3), SHAPE)
    assert len(submitted) == 3


def test_an_abort_ends_all_contexts_and_the_next_call_is_right(
    model: Model, abort: Abort, contexts: Contexts
) -> None:
    asked = texts(model, 400)
    right = contexts.score(asked, SHAPE).logprobs
    timer = threading.Timer(0.02, lambda: setattr(abort, "is_set", True))
    timer.start()
    with pytest.raises(Aborted):
        _ = [contexts.score(asked, SHAPE) for _ in range(50)]
    timer.join()
    abort.is_set = False
    assert contexts.score(asked, SHAPE).logprobs == right


def test_a_failure_in_another_context_is_told_and_leaves_them_usable(
    model: Model, contexts: Contexts
) -> None:
    asked = texts(model, 200)
    right = contexts.score(asked, SHAPE).logprobs
    last = max(asked, key=lambda text: text.before + text.text)
    with pytest.raises(BackendError):
        contexts.score([*asked, Scorable((*last.before, *last.text), ())], SHAPE)
    assert contexts.score(asked, SHAPE).logprobs == right


def test_contexts_grow_to_longer_texts(model: Model, contexts: Contexts) -> None:
    asked = texts(model, 200)
    right = contexts.score(asked, SHAPE).logprobs
    assert contexts.score(asked, Shape(2048, 128, 40, 128)).logprobs == right
    with contexts.first(SHAPE) as memory:
        assert memory.context.shape.cells == 2048
