"""The contexts of a model: one for a large model, several that work in parallel for a smaller one."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from aw_engine.inference.backend import Completion, Heard
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.prefix import Tokens, parted
from aw_engine.inference.reading import Scorable, ScoredTexts, read_answers, score_texts
from aw_engine.inference.scheduler import DecodeRequest, Scheduler, room
from aw_engine.inference.tuning import Tuning, small

_SLOTS = 68
# More would spare tokens, but each token looks at every cell kept: for a small model 5,000 of those looks are
# as dear as a token (docs/experiments.md).
_RESIDENTS = 12
_LOGITS_BYTES = 1 << 26
_TOLD_EVERY: Final = 0.25  # seconds
_LEAST: Final = 64  # tokens that another context must spare; for fewer it reads too much twice

_Found = TypeVar("_Found")


class Branch(NamedTuple):
    """Prompts that share the proper prefix `resident`, and the possible answers to each.

    An answer is the set of tokens with which it may begin."""

    resident: Tokens
    prompts: Sequence[Tokens]
    answers: Sequence[Sequence[Sequence[int]]]


class Contexts:
    """Contexts that grow as needed, for texts of up to `limit` tokens. Not for use by two threads.

    Every call is divided among them, and no result depends on how (`tuning.Tuning`). A call that fails leaves
    them empty. All methods raise `Aborted`, and `OutOfMemory` if a context does not fit into memory.
    """

    def __init__(self, model: NativeModel, tuning: Tuning, limit: int, abort: AbortFlag, log: Log) -> None:
        self._model = model
        self._tuning = tuning
        self._limit = limit
        self._abort = abort
        self._log = log
        self._caches: list[KVCache] = []
        self._others = ThreadPoolExecutor(max(1, tuning.contexts - 1), "aw-context")

    def close(self) -> None:
        """Free all contexts."""
        self._others.shutdown()
        for cache in self._caches:
            cache.context.close()
        self._caches.clear()

    def shape(self, tokens: int) -> ContextShape:
        """The shape of a context with cells for so many tokens and one batch."""
        tokens, batch = min(tokens, self._limit), self._tuning.batch
        rows = max(16, min(batch, _LOGITS_BYTES // (4 * self._model.size)))
        # In powers of two, so that it seldom grows anew, but never beyond the longest text and a batch.
        cells = min(1 << (tokens + batch - 1).bit_length(), self._limit + batch)
        slots = min(_SLOTS, rows)
        residents = min(_RESIDENTS, slots // 4)
        return ContextShape(max(cells, 1024), batch, slots - residents, rows, residents)

    def write(self, requests: Sequence[DecodeRequest], written: Heard | None = None) -> Generator[Completion]:
        """Completions as they finish, always in the same order; all contexts step together.

        `written` hears a few times a second what there is of the others.
        """
        count = min(self._tuning.contexts, len(requests))
        width = -(-self._tuning.width // max(1, count))
        parts = [range(start, len(requests), count) for start in range(count)]
        theirs = [[requests[index] for index in part] for part in parts]
        with self._opened(max(map(room, theirs), default=0), count) as caches:
            schedulers = {
                part: Scheduler(cache, self._model, mine, width)
                for part, cache, mine in zip(parts, caches, theirs, strict=True)
            }
            runs = {part: scheduler.run() for part, scheduler in schedulers.items()}
            told = time.monotonic()
            try:
                while runs:
                    if written is not None and time.monotonic() - told > _TOLD_EVERY:
                        told = time.monotonic()
                        for part in runs:
                            for index, text in schedulers[part].texts().items():
                                written(part[index], text)
                    done = self._beside([partial(next, run, None) for run in runs.values()])
                    for part, completions in zip(list(runs), done, strict=True):
                        if completions is None:
                            del runs[part]
                            continue
                        for completion in completions:
                            yield replace(completion, index=part[completion.index])
            finally:
                for run in runs.values():
                    run.close()

    def answer(self, branches: Sequence[Branch]) -> list[tuple[list[list[float]], list[int]]]:
        """The result of `read_answers` for each branch.

        :raises BackendError: if a result is not finite.
        """
        longest = max(len(prompt) for branch in branches for prompt in branch.prompts)
        count = min(self._tuning.contexts, len(branches))
        with self._opened(longest, count) as caches:
            parts = _shared_out(branches, caches)
            work = [
                partial(_answer, cache, [branches[index] for index in part])
                for cache, part in zip(caches, parts, strict=True)
            ]
            found = self._beside(work)
        answers = {
            index: answer
            for part, mine in zip(parts, found, strict=True)
            for index, answer in zip(part, mine, strict=True)
        }
        return [answers[index] for index in range(len(branches))]

    def score(self, texts: Sequence[Scorable]) -> ScoredTexts:
        """The result of `score_texts` for all texts.

        :raises BackendError: if a text is empty, nothing precedes it, or a likelihood is not finite.
        """
        sequences = [text.before + text.text[:-1] for text in texts]
        parts = parted(sequences, self._tuning.contexts, _LEAST)
        with self._opened(max(map(len, sequences)) + 1, len(parts)) as caches:
            work = [
                partial(score_texts, cache, [texts[index] for index in part])
                for cache, part in zip(caches, parts, strict=True)
            ]
            found = self._beside(work)
        logprobs, costs = [0.0] * len(texts), [0] * len(texts)
        for part, scores in zip(parts, found, strict=True):
            for index, logprob, cost in zip(part, scores.logprobs, scores.costs, strict=True):
                logprobs[index], costs[index] = logprob, cost
        return ScoredTexts(logprobs, costs)

    def _beside(self, work: Sequence[Callable[[], _Found]]) -> list[_Found]:
        """The results of calls made in parallel. However this ends, none is still running afterwards."""
        mine, *theirs = work
        others = [self._others.submit(other) for other in theirs]
        try:
            found = mine()
        finally:
            wait(others)
        return [found, *(other.result() for other in others)]

    @contextmanager
    def _opened(self, tokens: int, count: int) -> Iterator[list[KVCache]]:
        """The first `count` caches, each with cells for so many tokens; they share the processors."""
        shape = self.shape(tokens)
        caches = [self._cache(at, shape) for at in range(count)]
        for cache in caches:
            cache.context.use_threads(self._threads(count))
        done = False
        try:
            yield caches
            done = True
        finally:
            if not done:
                for cache in caches:
                    cache.clear()

    def _cache(self, at: int, shape: ContextShape) -> KVCache:
        if at < len(self._caches):
            if self._caches[at].context.shape.cells >= shape.cells:
                return self._caches[at]
            for cache in self._caches[at:]:
                cache.context.close()
            del self._caches[at:]
        self._caches.append(KVCache(Context(self._model, shape, self._tuning, self._abort, self._log)))
        return self._caches[at]

    def _threads(self, at_work: int) -> int:
        tuning = self._tuning
        if small(self._model.parameters):
            return tuning.threads
        return max(1, tuning.threads * tuning.contexts // max(1, at_work))


def _answer(cache: KVCache, branches: Sequence[Branch]) -> list[tuple[list[list[float]], list[int]]]:
    return [read_answers(cache, *branch) for branch in branches]


def _shared_out(branches: Sequence[Branch], caches: Sequence[KVCache]) -> list[list[int]]:
    """The branches (indices) for each cache: each goes where it is done first, given what is cached there."""
    load = [0] * len(caches)
    parts: list[list[int]] = [[] for _ in caches]
    for index, branch in enumerate(branches):
        rest = sum(len(prompt) - len(branch.resident) for prompt in branch.prompts)
        done = [
            load[at] + len(branch.resident) - cache.held(branch.resident) + rest
            for at, cache in enumerate(caches)
        ]
        first = done.index(min(done))
        load[first] = done[first]
        parts[first].append(index)
    return parts
