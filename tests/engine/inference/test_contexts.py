"""Several contexts of one model that work beside each other."""

import random
import threading
from collections.abc import Iterator, Sequence

import pytest
from msgspec.structs import replace

from aw_engine.errors import BackendError
from aw_engine.inference import tuning
from aw_engine.inference.backend import Sampling
from aw_engine.inference.contexts import Branch, Contexts
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_context import Context
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.reading import Scorable, ScoredTexts, score_texts
from aw_engine.inference.scheduler import DecodeRequest

PROSE = (
    "The committee met on the second Thursday of every month, and most of its members came by train. Nobody "
    "could say afterwards who had first proposed to move the archive to the old mill. There was a plan, a "
    "budget and a drawing, but no one had thought of the river in the spring."
)
LIMIT = 2048


def texts(model: NativeModel, count: int) -> list[Scorable]:
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


def opened(model: NativeModel, log: Log, abort: AbortFlag, count: int) -> Contexts:
    return Contexts(model, replace(tuning.default(1), contexts=count), LIMIT, abort, log)


@pytest.fixture
def contexts(model: NativeModel, log: Log, abort: AbortFlag) -> Iterator[Contexts]:
    contexts = opened(model, log, abort, 4)
    yield contexts
    contexts.close()


@pytest.fixture
def alone(model: NativeModel, log: Log) -> Iterator[Contexts]:
    alone = opened(model, log, AbortFlag(), 1)
    yield alone
    alone.close()


def branches(model: NativeModel, count: int) -> list[Branch]:
    """Questions about one text each, which all begin with the same task."""
    rng = random.Random(5)
    tokens = tuple(model.tokenise(PROSE.encode()))
    found = []
    for _ in range(count):
        start = rng.randrange(20)
        opening = (3, *tokens[:20], *tokens[start : start + 20])
        prompts = [(*opening, *tokens[at : at + 6]) for at in rng.sample(range(30), 3)]
        found.append(Branch(opening, prompts, [[[5], [77, 8]]] * len(prompts)))
    return found


def jobs(model: NativeModel, count: int) -> list[DecodeRequest]:
    tokens = tuple(model.tokenise(PROSE.encode()))
    return [
        DecodeRequest((3, *tokens[:30], *tokens[:at]), Sampling(seed=at, max_tokens=4 + at))
        for at in range(count)
    ]


def test_a_light_model_has_several_contexts_and_a_small_one_no_thread_beside() -> None:
    assert [tuning.default(1, processors).contexts for processors in (1, 2, 3, 4, 8)] == [1, 2, 2, 4, 4]
    assert {tuning.default(1, processors).threads for processors in (1, 2, 8)} == {1}
    light, large = tuning.default(135_000_000, 8), tuning.default(500_000_000, 4)
    assert (light.threads, light.contexts) == (2, 4)
    assert (large.threads, large.contexts) == (4, 1)


def test_several_contexts_find_what_one_finds(
    model: NativeModel, alone: Contexts, contexts: Contexts
) -> None:
    asked = texts(model, 200)
    one, several = alone.score(asked), contexts.score(asked)
    assert several.logprobs == one.logprobs
    assert sum(one.costs) <= sum(several.costs) < 1.5 * sum(one.costs)


def test_several_contexts_answer_what_one_answers(
    model: NativeModel, alone: Contexts, contexts: Contexts
) -> None:
    asked = branches(model, 9)
    assert [found for found, _ in contexts.answer(asked)] == [found for found, _ in alone.answer(asked)]


def test_a_text_goes_where_it_has_been_read_before(model: NativeModel, contexts: Contexts) -> None:
    asked = branches(model, 8)
    first = sum(sum(costs) for _, costs in contexts.answer(asked))
    again = sum(sum(costs) for _, costs in contexts.answer(asked[::-1]))
    assert again < 0.6 * first


def test_several_contexts_write_what_one_writes_always_in_the_same_order(
    model: NativeModel, alone: Contexts, contexts: Contexts
) -> None:
    asked = jobs(model, 10)
    one, several, again = (list(each.write(asked)) for each in (alone, contexts, contexts))
    assert {each.index: each.text for each in several} == {each.index: each.text for each in one}
    assert [each.index for each in several] == [each.index for each in again]
    assert sorted(each.index for each in several) == list(range(10))
    assert list(contexts.write([])) == []


def test_whoever_stops_listening_while_texts_are_written_leaves_all_usable(
    model: NativeModel, contexts: Contexts
) -> None:
    asked = jobs(model, 10)
    right = list(contexts.write(asked))
    listening = contexts.write(asked)
    next(listening)
    listening.close()
    assert list(contexts.write(asked)) == right


def test_a_large_call_is_parted_and_a_small_one_is_not(
    model: NativeModel, contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[int] = []

    def counted(cache: KVCache, part: Sequence[Scorable]) -> ScoredTexts:
        parts.append(len(part))
        return score_texts(cache, part)

    monkeypatch.setattr("aw_engine.inference.contexts.score_texts", counted)
    contexts.score(texts(model, 200))
    assert len(parts) == 4
    assert sum(parts) == 200
    parts.clear()
    contexts.score(texts(model, 3))
    assert parts == [3]


@pytest.mark.parametrize(("parameters", "alone", "together"), [(135_000_000, 4, 1), (7_000_000, 1, 1)])
def test_who_works_alone_has_all_processors_unless_the_model_is_small(
    model: NativeModel,
    contexts: Contexts,
    monkeypatch: pytest.MonkeyPatch,
    parameters: int,
    alone: int,
    together: int,
) -> None:
    threads: list[int] = []
    monkeypatch.setattr(model, "parameters", parameters)
    monkeypatch.setattr(Context, "use_threads", lambda self, count: threads.append(count))
    contexts.score(texts(model, 3))
    assert threads == [alone]
    threads.clear()
    contexts.score(texts(model, 200))
    assert threads == [together] * 4


def test_an_abort_ends_all_contexts_and_the_next_call_is_right(
    model: NativeModel, abort: AbortFlag, contexts: Contexts
) -> None:
    asked = texts(model, 400)
    right = contexts.score(asked).logprobs
    timer = threading.Timer(0.02, lambda: setattr(abort, "is_set", True))
    timer.start()
    with pytest.raises(Aborted):
        _ = [contexts.score(asked) for _ in range(50)]
    timer.join()
    abort.is_set = False
    assert contexts.score(asked).logprobs == right


def test_a_failure_in_another_context_is_told_and_leaves_them_usable(
    model: NativeModel, contexts: Contexts
) -> None:
    asked = texts(model, 200)
    right = contexts.score(asked).logprobs
    last = max(asked, key=lambda text: text.before + text.text)
    with pytest.raises(BackendError):
        contexts.score([*asked, Scorable((*last.before, *last.text), ())])
    assert contexts.score(asked).logprobs == right


def test_contexts_grow_to_longer_texts(model: NativeModel, contexts: Contexts) -> None:
    asked = texts(model, 200)
    right = contexts.score(asked).logprobs
    (long,) = {text.before + text.text for text in asked[:1]}
    contexts.score([*asked, Scorable(long, (long * 60)[:1500])])
    assert contexts.score(asked).logprobs == right
