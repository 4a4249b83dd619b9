"""llama.cpp alone, in this process, with the settings of a worker: what a token costs without the engine."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, cast

import llama_cpp

from aw_engine.inference.backend import ModelInfo
from aw_engine.inference.kv_cache import TRUNK, KVCache
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.tuning import CacheType, Tuning

PREFIX = 300  # tokens before those that are timed, as many as a task and a passage come to
BRANCH = 128  # tokens of a text that is compared
_SEQUENCES = 33
_TURNS = 5


class Pace(NamedTuple):
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float


def scaled(pace: Pace, times: float) -> Pace:
    return Pace(pace.clock * times, pace.processor * times)


def added(*paces: Pace) -> Pace:
    return Pace(sum(each.clock for each in paces), sum(each.processor for each in paces))


def ratio(one: Pace, other: Pace) -> Pace:
    return Pace(one.clock / other.clock, one.processor / other.processor)


def middle(paces: list[Pace]) -> Pace:
    """The median of each."""
    return Pace(
        statistics.median(each.clock for each in paces), statistics.median(each.processor for each in paces)
    )


def at_once(natives: Sequence["Native"], measure: Callable[["Native"], Pace]) -> Pace:
    """What is measured by all of them beside each other, a token of any."""
    with ThreadPoolExecutor(len(natives)) as pool:
        paces = list(pool.map(measure, natives))
    return Pace(1 / sum(1 / each.clock for each in paces), 1 / sum(1 / each.processor for each in paces))


class Native:
    """A model and a context of its own, to be closed."""

    def __init__(self, path: Path, info: ModelInfo, log: Log) -> None:
        settings = info.settings
        keys, values = (cast(CacheType, kind) for kind in str(settings["kv"]).split("/"))
        self.batch = int(settings["batch"])
        tuning = Tuning(
            threads=int(settings["threads"]),
            batch=self.batch,
            flash=bool(settings["flashAttention"]),
            keys=keys,
            values=values,
        )
        self._resources = ExitStack()
        self.model = NativeModel(path, log, AbortFlag(), lambda share: None)
        self._resources.callback(self.model.close)
        self._rows = max(2 * _SEQUENCES, min(self.batch, (1 << 26) // (4 * self.model.size)))
        shape = ContextShape(PREFIX + 2 * self.batch, self.batch, _SEQUENCES, self._rows)
        self.context = Context(self.model, shape, tuning, AbortFlag(), log)
        self._resources.callback(self.context.close)
        self._cache = KVCache(self.context)
        self._prefix = tuple(range(32, 32 + PREFIX))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    @property
    def weights(self) -> int:
        """Parameters that a token meets whose logits nobody wants: all but the (tied) embeddings."""
        embeddings = self.model.size * int(llama_cpp.llama_model_n_embd(self.model.pointer))
        return self.model.parameters - embeddings

    def read(self) -> Pace:
        """A token of a whole batch of branches after the prefix, nothing wanted of it."""
        self._cache.begin(self._prefix, self.batch)
        branches = max(1, self.batch // BRANCH)
        length = self.batch // branches

        def fill() -> None:
            for slot in range(1, branches + 1):
                self.context.share(TRUNK, slot, PREFIX)
                for at in range(length):
                    self.context.batch.add(32 + slot + at, PREFIX + at, (slot,), False)

        return scaled(self._timed(fill), 1 / (branches * length))

    def score(self) -> Pace:
        """A token of a text that fills a batch, what follows each of its tokens wanted."""
        self._cache.clear()
        length = min(self.batch, self._rows)

        def fill() -> None:
            for at in range(length):
                self.context.batch.add(64 + at, at, (1,), True)

        return scaled(self._timed(fill), 1 / length)

    def write(self, width: int) -> Pace:
        """A token of a step that writes one of each of `width` texts after the prefix."""
        self._cache.begin(self._prefix, self.batch)

        def fill() -> None:
            for slot in range(1, width + 1):
                self.context.share(TRUNK, slot, PREFIX)
                self.context.batch.add(64 + slot, PREFIX, (slot,), True)

        return scaled(self._timed(fill), 1 / width)

    def products(self) -> Pace:
        """A token of a whole batch of short sequences: attention has next to nothing to do."""
        self._cache.clear()
        each = self.batch // (_SEQUENCES - 1)

        def fill() -> None:
            for slot in range(1, _SEQUENCES):
                for position in range(each):
                    self.context.batch.add(32 + slot + position, position, (slot,), False)

        return scaled(self._timed(fill), 1 / (each * (_SEQUENCES - 1)))

    def _timed(self, fill: Callable[[], None]) -> Pace:
        """The median of some batches, after one that does not count."""
        taken = []
        for _ in range(1 + _TURNS):
            fill()
            began, spent = time.perf_counter(), time.process_time()
            self.context.decode()
            taken.append(Pace(time.perf_counter() - began, time.process_time() - spent))
            for slot in range(1, _SEQUENCES):
                self.context.forget(slot)
        return middle(taken[1:])
