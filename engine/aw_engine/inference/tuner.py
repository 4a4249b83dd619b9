"""The search for the settings with which a model is quickest on this machine.

Threads are compared by the clock on the wall, everything else by the processor's time: on a machine that
others use too, the wall clock says more about them than about the settings.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Final

from msgspec.structs import replace

from aw_engine.errors import OutOfMemory
from aw_engine.inference.kv_cache import TRUNK, KVCache
from aw_engine.inference.llama import AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.tuning import CacheType, Trial, Tuned, Tuning, cores

SECONDS: Final = 40.0
"""How long trying may take; loading comes on top."""

_STAGES: Final = 4
_TURNS: Final = 12
_WORTH: Final = 1.05  # less is noise
_EXACT: Final = 1.5  # what another attention must gain, since answers then depend on their company
_PREFIX, _BRANCHES, _BRANCH, _STEPS = 192, 8, 48, 4


class Tuner:
    """Tries settings on `model`, starting from `first`, for about `seconds`.

    One setting is changed at a time, beginning with the one that matters most.
    """

    def __init__(
        self, model: NativeModel, first: Tuning, abort: AbortFlag, log: Log, seconds: float = SECONDS
    ) -> None:
        self._model = model
        self._abort = abort
        self._log = log
        self._best = first
        self._seconds = seconds
        self._trials: list[Trial] = []
        self._by_wall = True

    def run(self, on_progress: Callable[[float], None], *, threads: bool = True) -> Tuned:
        """The best settings; numbers of threads are tried if `threads`. `on_progress` is told the share done.

        :raises Aborted: if the flag is set meanwhile.
        """
        stages = (
            [*(partial(replace, threads=count) for count in _counts(cores()) if threads)],
            [partial(replace, batch=size) for size in (64, 128, 256, 512)],
            [partial(replace, flash=flash, keys=keys, values=values) for flash, keys, values in _WAYS],
            [partial(replace, width=width) for width in (8, 16, 32, 48)],
        )
        for done, changes in enumerate(stages):
            on_progress(done / len(stages))
            self._by_wall = done == 0
            rivals = [self._best, *(way for change in changes if (way := change(self._best)) != self._best)]
            if len(rivals) > 1:
                measure = self._write if done == len(stages) - 1 else self._read
                self._choose(rivals, measure, _EXACT if changes[0].keywords.get("keys") else _WORTH)
        return Tuned(self._best, tuple(self._trials))

    def _choose(
        self, rivals: list[Tuning], measure: Callable[[Tuning, KVCache], Trial], worth: float
    ) -> None:
        """Make the quickest rival the best if it is `worth` times as fast as the first one, the best so far.

        The rivals take turns, since other programs use the machine too; the quickest turn of each counts.
        """
        ends = time.monotonic() + self._seconds / _STAGES
        with ExitStack() as stack:
            caches: dict[Tuning, KVCache] = {}
            for tuning in rivals:
                with suppress(OutOfMemory):
                    caches[tuning] = stack.enter_context(self._cache(tuning))
                    measure(tuning, caches[tuning])  # touches what was only reserved
            found = {tuning: Trial(tuning) for tuning in caches}
            for turn in range(_TURNS):
                if turn and time.monotonic() > ends:
                    break
                for tuning, cache in caches.items():
                    found[tuning] = max(found[tuning], measure(tuning, cache), key=_speed)
        self._trials += found.values()
        quickest = max(found.values(), key=_speed, default=Trial(self._best))
        if self._best not in found or _speed(quickest) > worth * _speed(found[self._best]):
            self._best = quickest.tuning

    def _read(self, tuning: Tuning, cache: KVCache) -> Trial:
        """Measure prefill: branches on a common prefix, as a judge reads them."""
        prefix = _tokens(_PREFIX, 0, self._model)
        prompts = [(*prefix, *_tokens(_BRANCH, 1 + branch, self._model)) for branch in range(_BRANCHES)]
        costs = [0] * len(prompts)
        cache.clear()
        began = self._now(tuning)
        for _ in cache.read(prompts, [len(prompt) - 1 for prompt in prompts], costs):
            pass
        return Trial(tuning, reading=sum(costs) / (self._now(tuning) - began))

    def _write(self, tuning: Tuning, cache: KVCache) -> Trial:
        """Measure decoding: some steps of all sequences that are decoded together."""
        prefix = _tokens(_PREFIX, 0, self._model)
        context, slots = cache.context, range(1, tuning.width + 1)
        cache.begin(prefix, 512)
        for slot in slots:
            context.share(TRUNK, slot, len(prefix))
        began = self._now(tuning)
        for step in range(_STEPS):
            for slot in slots:
                context.batch.add(prefix[slot], len(prefix) + step, (slot,), True)
            context.decode()
        taken = self._now(tuning) - began
        for slot in slots:
            context.forget(slot)
        return Trial(tuning, writing=_STEPS * tuning.width / taken)

    def _now(self, tuning: Tuning) -> float:
        return time.perf_counter() if self._by_wall else time.process_time() / tuning.threads

    @contextmanager
    def _cache(self, tuning: Tuning) -> Iterator[KVCache]:
        shape = ContextShape(_PREFIX + 512, tuning.batch, tuning.width + 1, tuning.width + 2, 1)
        context = Context(self._model, shape, tuning, self._abort, self._log)
        try:
            yield KVCache(context)
        finally:
            context.close()


_WAYS: Final[tuple[tuple[bool, CacheType, CacheType], ...]] = (
    (True, "f16", "bf16"),
    (True, "f16", "f16"),
    (True, "q8_0", "q8_0"),
    (False, "f16", "f16"),
)


def _speed(trial: Trial) -> float:
    return trial.reading + trial.writing


def _counts(most: int) -> list[int]:
    """Numbers of threads worth trying."""
    return sorted({1, max(1, most // 2), most})


def _tokens(count: int, seed: int, model: NativeModel) -> Tokens:
    """So many tokens of the vocabulary, always the same for a seed."""
    return tuple((7919 * (seed + 1) + 104729 * at) % (model.size - 64) + 32 for at in range(count))
