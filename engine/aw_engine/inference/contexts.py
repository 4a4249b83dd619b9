"""The contexts of one model: one that does everything, and for a small model others that read beside it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Final

from aw_engine.inference.llama import Abort, Context, Log, Model, Shape
from aw_engine.inference.memory import Memory
from aw_engine.inference.prefix import parted
from aw_engine.inference.reading import Scorable, Scores, score_texts
from aw_engine.inference.tuning import Tuning

_LEAST: Final = 64  # tokens that another context must spare; for fewer it reads too much twice


class Contexts:
    """Contexts that grow to what is asked of them. Not for use by two threads.

    A call that fails leaves them empty.
    """

    def __init__(self, model: Model, tuning: Tuning, abort: Abort, log: Log) -> None:
        self._model = model
        self._tuning = tuning
        self._abort = abort
        self._log = log
        self._memories: list[Memory] = []
        self._others = ThreadPoolExecutor(max(1, tuning.contexts - 1), "aw-context")

    def close(self) -> None:
        """Free them all."""
        self._others.shutdown()
        for memory in self._memories:
            memory.context.close()
        self._memories.clear()

    @contextmanager
    def first(self, shape: Shape) -> Iterator[Memory]:
        """The memory of the first context, which has at least the cells of `shape`.

        :raises OutOfMemory: if the library cannot allocate them.
        """
        with self._opened(shape, 1) as (memory,):
            yield memory

    def score(self, texts: Sequence[Scorable], shape: Shape) -> Scores:
        """As `score_texts`, by as many contexts as that makes quicker.

        :raises OutOfMemory: if the library cannot allocate one of them.
        :raises BackendError: as `score_texts`.
        :raises Aborted: if the flag is set meanwhile.
        """
        sequences = [text.before + text.text[:-1] for text in texts]
        parts = parted(sequences, self._tuning.contexts, _LEAST)
        with self._opened(shape, len(parts)) as memories:
            mine, *theirs = [[texts[index] for index in part] for part in parts]
            others = [
                self._others.submit(score_texts, memory, part)
                for memory, part in zip(memories[1:], theirs, strict=True)
            ]
            try:
                found = [score_texts(memories[0], mine)]
            finally:
                wait(others)  # what still works in a context must not be freed
            found += [other.result() for other in others]
        logprobs, costs = [0.0] * len(texts), [0] * len(texts)
        for part, scores in zip(parts, found, strict=True):
            for index, logprob, cost in zip(part, scores.logprobs, scores.costs, strict=True):
                logprobs[index], costs[index] = logprob, cost
        return Scores(logprobs, costs)

    @contextmanager
    def _opened(self, shape: Shape, count: int) -> Iterator[list[Memory]]:
        memories = [self._memory(at, shape) for at in range(count)]
        done = False
        try:
            yield memories
            done = True
        finally:
            if not done:
                for memory in memories:
                    memory.clear()

    def _memory(self, at: int, shape: Shape) -> Memory:
        if at < len(self._memories):
            if self._memories[at].context.shape.cells >= shape.cells:
                return self._memories[at]
            for memory in self._memories[at:]:
                memory.context.close()
            del self._memories[at:]
        self._memories.append(Memory(Context(self._model, shape, self._tuning, self._abort, self._log)))
        return self._memories[at]
