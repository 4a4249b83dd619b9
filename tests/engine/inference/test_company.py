"""Answers do not depend on what else is asked at the same time: not by a digit."""

import random
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

import pytest

from aw_engine.inference.backend import Sampling
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.prefix import PrefixTree, Tokens, common_prefix
from aw_engine.inference.reading import Scorable, read_answers, score_texts
from aw_engine.inference.scheduler import DecodeRequest, Scheduler
from aw_engine.inference.tuning import Tuning

PROSE = (
    "The committee met on the second Thursday of every month, and most of its members came by train. Nobody "
    "could say afterwards who had first proposed to move the archive to the old mill. There was a plan, a "
    "budget and a drawing, but no one had thought of the river in the spring. When the water came, the clerk "
    "carried the green book upstairs and left the rest where it was, which was agreed to have been right."
)
ANSWERS = [[5], [77, 8]]


@pytest.fixture(scope="module")
def caches(model: NativeModel, log: Log) -> Iterator[list[KVCache]]:
    """Batches of other sizes, other numbers of sequences and of threads."""
    shapes = (
        (ContextShape(1024, 16, 5, 16), 1),
        (ContextShape(1024, 128, 64, 128), 1),
        (ContextShape(2048, 512, 33, 64), 2),
    )
    contexts = [
        Context(model, shape, Tuning(threads=threads, batch=shape.batch), AbortFlag(), log)
        for shape, threads in shapes
    ]
    yield [KVCache(context) for context in contexts]
    for context in contexts:
        context.close()


def prompts(model: NativeModel, rng: random.Random) -> list[Tokens]:
    """Prompts that share beginnings of any length, or none."""
    tokens = model.tokenise(PROSE.encode())
    base = tuple(tokens[: rng.randrange(5, 60)])
    found = []
    for _ in range(rng.randrange(2, 24)):
        start = rng.randrange(len(tokens) - 40)
        rest = tokens[start : start + rng.randrange(1, 40)]
        found.append((3, *base[: rng.randrange(len(base) + 1)], *rest))
    return found


def texts_of(cache: KVCache, model: NativeModel, jobs: list[DecodeRequest], width: int) -> list[str]:
    """The text of each job."""
    done = chain.from_iterable(Scheduler(cache, model, jobs, width).run())
    return [each.text for each in sorted(done, key=lambda each: each.index)]


@pytest.mark.parametrize("seed", range(6))
def test_answers_are_the_same_however_they_are_batched_and_shared(
    model: NativeModel, caches: list[KVCache], seed: int
) -> None:
    rng = random.Random(seed)
    asked = prompts(model, rng)
    shared = common_prefix(asked)[: min(map(len, asked)) - 1]
    alone = [read_answers(caches[0], (), [prompt], [ANSWERS])[0][0] for prompt in asked]
    for cache in caches:
        resident = shared[: rng.randrange(len(shared) + 1)]
        assert read_answers(cache, resident, asked, [ANSWERS] * len(asked))[0] == alone


@pytest.mark.parametrize("seed", range(6))
def test_likelihoods_are_the_same_however_they_are_batched_and_shared(
    model: NativeModel, caches: list[KVCache], seed: int
) -> None:
    texts = [
        Scorable(prompt[:2], prompt[2:])
        for prompt in prompts(model, random.Random(100 + seed))
        if len(prompt) > 2
    ]
    alone = [score_texts(caches[0], [text]).logprobs[0] for text in texts]
    for cache in caches:
        assert score_texts(cache, texts).logprobs == alone


@pytest.mark.parametrize("seed", range(4))
def test_completions_are_the_same_in_any_company(
    model: NativeModel, caches: list[KVCache], seed: int
) -> None:
    rng = random.Random(200 + seed)
    jobs = [
        DecodeRequest(
            prompt, Sampling(seed=at, max_tokens=rng.randrange(1, 24), temperature=rng.choice((0.0, 0.8)))
        )
        for at, prompt in enumerate(islice(prompts(model, rng), 8))
    ]
    alone = [texts_of(caches[1], model, [job], 8)[0] for job in jobs]
    for cache, width in ((caches[1], 8), (caches[2], 3), (caches[2], 8)):
        assert texts_of(cache, model, jobs, width) == alone


class Asked(NamedTuple):
    """A call: what its prompts begin with, them, what is written afterwards, and what each gives alone."""

    opening: Tokens
    prompts: list[Tokens]
    jobs: list[DecodeRequest]
    answers: list[list[float]]
    texts: list[str]


def calls(model: NativeModel, cache: KVCache, rng: random.Random) -> Iterator[Asked]:
    """Questions about several texts of several documents in any order; now and then something is written."""
    tokens = model.tokenise(PROSE.encode())

    def some(least: int, most: int) -> Tokens:
        start = rng.randrange(len(tokens) - most)
        return tuple(tokens[start : start + rng.randrange(least, most)])

    openings = []
    for _ in range(2):
        task = (3, *some(4, 30))
        openings += [task, *(task + some(20, 60) for _ in range(3))]
    for _ in range(12):
        opening = rng.choice(openings)
        prompts = [opening + some(1, 40) for _ in range(rng.randrange(1, 4))]
        written = [rng.choice(openings) + some(1, 20) for _ in range(rng.choice((0, 0, 3)))]
        jobs = [
            DecodeRequest(prompt, Sampling(seed=at, max_tokens=rng.randrange(1, 16)))
            for at, prompt in enumerate(written)
        ]
        cache.clear()
        answers = [read_answers(cache, (), [prompt], [ANSWERS])[0][0] for prompt in prompts]
        texts = [texts_of(cache, model, [job], 8)[0] for job in jobs]
        yield Asked(opening, prompts, jobs, answers, texts)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_or_dropped_between_calls_changes_nothing(
    model: NativeModel, caches: list[KVCache], seed: int
) -> None:
    asked = list(calls(model, caches[1], random.Random(300 + seed)))
    for cache in caches[:2]:
        reused = dropped = 0
        for call in asked:
            free = cache.free
            answers, costs = read_answers(cache, call.opening, call.prompts, [ANSWERS] * len(call.prompts))
            assert answers == call.answers
            reused += sum(costs) < PrefixTree(call.prompts, ()).size
            score_texts(cache, [Scorable(call.opening[:1], call.opening[1:])])
            assert texts_of(cache, model, call.jobs, 8) == call.texts
            dropped += cache.free > free
        assert min(reused, dropped) > 0
