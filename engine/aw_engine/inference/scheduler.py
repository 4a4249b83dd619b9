"""Many completions at once: requests enter in order; each step decodes one token of each sequence."""

from collections import deque
from collections.abc import Generator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aw_engine.inference.backend import Completion, Finish, Sampling
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.llama_sampler import Sampler
from aw_engine.inference.prefix import Tokens, common_prefix
from aw_engine.inference.sampling import log_normalisers


class DecodeRequest(NamedTuple):
    """A request for one completion; `grammar` is GBNF text, "" for none. It ends before the first `until`, if
    that is not empty: text that lies in one token."""

    prompt: Tokens
    sampling: Sampling
    grammar: str = ""
    until: str = ""

    @property
    def room(self) -> int:
        """The most cells of the KV cache that it can use."""
        return len(self.prompt) + self.sampling.max_tokens


class _Sequence:
    """A sequence being decoded: `tokens` so far, the last of which has not been evaluated yet."""

    def __init__(self, index: int, request: DecodeRequest, slot: int, sampler: Sampler) -> None:
        self.index = index
        self.request = request
        self.slot = slot
        self.sampler = sampler
        self.tokens: list[int] = []
        self.logprob = 0.0
        self.finish: Finish | None = None


def room(requests: Sequence[DecodeRequest]) -> int:
    """The most cells that the requests can use together; a prefix that all share is counted once."""
    resident = len(_resident(requests))
    return resident + sum(request.room - resident for request in requests)


class Scheduler:
    """Serves `requests`, at most `width` at a time; equal requests give equal completions in the same order.

    If the cache has room for all of them together, no completion depends on the others: the cells of a
    finished sequence are then kept until the end, because new tokens in the gaps would be attended to out of
    order.
    """

    def __init__(
        self, cache: KVCache, model: NativeModel, requests: Sequence[DecodeRequest], width: int
    ) -> None:
        self._cache = cache
        self._model = model
        self._waiting = deque(enumerate(requests))
        self._running: list[_Sequence] = []
        self._width = width
        self._slots = list(range(cache.context.shape.sequences - 1, 0, -1))  # slot 0 is the trunk
        self._finished: list[_Sequence] = []
        self._costs = [0] * len(requests)
        self._resident = _resident(requests)
        self._room = min(room(requests), cache.context.shape.cells) - len(self._resident)
        self._free = 0

    def run(self) -> Generator[list[Completion]]:
        """The completions that finish with each step, often none. Samplers are always freed at the end."""
        if not self._waiting:
            return
        self._costs[0] += self._cache.begin(self._resident, self._room)
        self._free = self._cache.free
        try:
            while self._waiting or self._running:
                yield self.step()
        finally:
            for sequence in self._running:
                sequence.sampler.close()
            for sequence in self._running + self._finished:
                self._cache.context.forget(sequence.slot)

    def texts(self) -> dict[int, str]:
        """What has been written so far of those that are being written, by index."""
        return {
            sequence.index: self._model.text(sequence.tokens) for sequence in self._running if sequence.tokens
        }

    def step(self) -> list[Completion]:
        """Decode one token of every running sequence, admit what fits, and return what has finished."""
        self._decode()
        self._admit()
        return self._retire()

    def _decode(self) -> None:
        if not self._running:
            return
        context = self._cache.context
        for sequence in self._running:
            position = len(sequence.request.prompt) + len(sequence.tokens) - 1
            context.batch.add(sequence.tokens[-1], position, (sequence.slot,), True)
        logits = context.decode()
        self._write(self._running, range(len(self._running)), logits)

    def _admit(self) -> None:
        entering: list[_Sequence] = []
        while self._waiting and len(self._running) < self._width and self._make_room(self._waiting[0][1]):
            index, request = self._waiting.popleft()
            self._free -= self._growth(request)
            sampling = request.sampling
            sampler = Sampler(
                self._model, sampling.seed, sampling.temperature, sampling.min_p, request.grammar
            )
            entering.append(_Sequence(index, request, self._slots.pop(), sampler))
            self._running.append(entering[-1])
        costs = [0] * len(entering)
        prompts = [sequence.request.prompt for sequence in entering]
        for rows in self._cache.enter(prompts, [sequence.slot for sequence in entering], costs):
            readers = [
                (entering[reader], row) for row, place in enumerate(rows.places) for reader in place.readers
            ]
            self._write([sequence for sequence, _ in readers], [row for _, row in readers], rows.logits)
        for sequence, cost in zip(entering, costs, strict=True):
            self._costs[sequence.index] += cost

    def _make_room(self, request: DecodeRequest) -> bool:
        """Whether there is room for a request, after freeing the cells of finished sequences if necessary."""
        growth = self._growth(request)
        if not self._slots or growth > self._free:
            for sequence in self._finished:
                self._cache.context.forget(sequence.slot)
                self._slots.append(sequence.slot)
                self._free += self._growth(sequence.request)
            self._finished.clear()
        return bool(self._slots) and growth <= self._free

    def _growth(self, request: DecodeRequest) -> int:
        return request.room - len(self._resident)

    def _write(
        self, sequences: Sequence[_Sequence], rows: Sequence[int], logits: NDArray[np.float32]
    ) -> None:
        if not sequences:
            return
        normalisers = log_normalisers(logits)
        for sequence, row in zip(sequences, rows, strict=True):
            token = sequence.sampler.sample(self._cache.context, row - len(logits))
            logprob = float(logits[row, token] - normalisers[row])
            if self._model.is_end(token):
                sequence.finish = "stop"
                if not sequence.tokens:
                    sequence.logprob = logprob
                continue
            sequence.tokens.append(token)
            sequence.logprob += logprob
            until = sequence.request.until
            if until and until in self._model.text([token]):
                sequence.finish = "stop"
            elif len(sequence.tokens) == sequence.request.sampling.max_tokens:
                sequence.finish = "length"

    def _retire(self) -> list[Completion]:
        done = []
        for sequence in self._running:
            if sequence.finish is None:
                continue
            sequence.sampler.close()
            self._finished.append(sequence)
            count, until = len(sequence.tokens), sequence.request.until
            text = self._model.text(sequence.tokens)
            done.append(
                Completion(
                    index=sequence.index,
                    text=text.partition(until)[0] if until else text,
                    finish=sequence.finish,
                    tokens=count,
                    prompt_tokens=self._costs[sequence.index],
                    logprob=sequence.logprob / max(1, count),
                )
            )
        self._running = [sequence for sequence in self._running if sequence.finish is None]
        return done


def _resident(requests: Sequence[DecodeRequest]) -> Tokens:
    """The prefix of all prompts, without the last token of the shortest one, whose logits are needed."""
    shared = common_prefix([request.prompt for request in requests])
    return shared[: min((len(request.prompt) for request in requests), default=1) - 1]
