"""Many completions at once: requests enter in their order, every step writes one token of each that runs."""

from collections import deque
from collections.abc import Generator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aw_engine.inference.backend import Completion, Finish, Sampling
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.llama_sampler import Sampler
from aw_engine.inference.memory import Memory
from aw_engine.inference.prefix import Tokens, common_prefix
from aw_engine.inference.sampling import log_normalisers


class DecodeRequest(NamedTuple):
    """One completion to be written; `grammar` is GBNF text, "" for none."""

    prompt: Tokens
    sampling: Sampling
    grammar: str = ""

    @property
    def room(self) -> int:
        """Cells that it may come to use."""
        return len(self.prompt) + self.sampling.max_tokens


class _Sequence:
    """A sequence being written: `tokens` so far, the last of which has not been evaluated yet."""

    def __init__(self, index: int, job: DecodeRequest, slot: int, sampler: Sampler) -> None:
        self.index = index
        self.job = job
        self.slot = slot
        self.sampler = sampler
        self.tokens: list[int] = []
        self.logprob = 0.0
        self.finish: Finish | None = None


def room(jobs: Sequence[DecodeRequest]) -> int:
    """Cells that the jobs may come to use together, the prefix that all share counted once."""
    resident = len(_resident(jobs))
    return resident + sum(job.room - resident for job in jobs)


class Scheduler:
    """Writes `jobs`, at most `width` at a time; the same jobs give the same completions in the same order.

    If memory has room for all jobs together, none depends on the others: the cells of a finished text are
    then left alone until the end, since new tokens in its gaps would be attended to out of their order.
    """

    def __init__(self, memory: Memory, model: NativeModel, jobs: Sequence[DecodeRequest], width: int) -> None:
        self._memory = memory
        self._model = model
        self._waiting = deque(enumerate(jobs))
        self._running: list[_Sequence] = []
        self._width = width
        self._slots = list(range(memory.context.shape.sequences - 1, 0, -1))  # slot 0 is the trunk
        self._finished: list[_Sequence] = []
        self._costs = [0] * len(jobs)
        self._resident = _resident(jobs)
        self._room = min(room(jobs), memory.context.shape.cells) - len(self._resident)
        self._free = 0

    def run(self) -> Generator[list[Completion]]:
        """What finishes with each step, often nothing. Samplers are freed however the iteration ends."""
        if not self._waiting:
            return
        self._costs[0] += self._memory.begin(self._resident, self._room)
        self._free = self._memory.free
        try:
            while self._waiting or self._running:
                yield self.step()
        finally:
            for sequence in self._running:
                sequence.sampler.close()
            for sequence in self._running + self._finished:
                self._memory.context.forget(sequence.slot)

    def step(self) -> list[Completion]:
        """Write one token of every running sequence, let in who fits, and return who has finished."""
        self._decode()
        self._admit()
        return self._retire()

    def _decode(self) -> None:
        if not self._running:
            return
        context = self._memory.context
        for sequence in self._running:
            position = len(sequence.job.prompt) + len(sequence.tokens) - 1
            context.batch.add(sequence.tokens[-1], position, (sequence.slot,), True)
        logits = context.decode()
        self._write(self._running, range(len(self._running)), logits)

    def _admit(self) -> None:
        entering: list[_Sequence] = []
        while self._waiting and len(self._running) < self._width and self._make_room(self._waiting[0][1]):
            index, job = self._waiting.popleft()
            self._free -= self._growth(job)
            sampling = job.sampling
            sampler = Sampler(self._model, sampling.seed, sampling.temperature, sampling.min_p, job.grammar)
            entering.append(_Sequence(index, job, self._slots.pop(), sampler))
            self._running.append(entering[-1])
        costs = [0] * len(entering)
        prompts = [sequence.job.prompt for sequence in entering]
        for rows in self._memory.enter(prompts, [sequence.slot for sequence in entering], costs):
            readers = [
                (entering[reader], row) for row, place in enumerate(rows.places) for reader in place.readers
            ]
            self._write([sequence for sequence, _ in readers], [row for _, row in readers], rows.logits)
        for sequence, cost in zip(entering, costs, strict=True):
            self._costs[sequence.index] += cost

    def _make_room(self, job: DecodeRequest) -> bool:
        """Whether there is room for a job, if need be where finished texts were."""
        growth = self._growth(job)
        if not self._slots or growth > self._free:
            for sequence in self._finished:
                self._memory.context.forget(sequence.slot)
                self._slots.append(sequence.slot)
                self._free += self._growth(sequence.job)
            self._finished.clear()
        return bool(self._slots) and growth <= self._free

    def _growth(self, job: DecodeRequest) -> int:
        return job.room - len(self._resident)

    def _write(
        self, sequences: Sequence[_Sequence], rows: Sequence[int], logits: NDArray[np.float32]
    ) -> None:
        if not sequences:
            return
        normalisers = log_normalisers(logits)
        for sequence, row in zip(sequences, rows, strict=True):
            token = sequence.sampler.sample(self._memory.context, row - len(logits))
            logprob = float(logits[row, token] - normalisers[row])
            if self._model.is_end(token):
                sequence.finish = "stop"
                if not sequence.tokens:
                    sequence.logprob = logprob
                continue
            sequence.tokens.append(token)
            sequence.logprob += logprob
            if len(sequence.tokens) == sequence.job.sampling.max_tokens:
                sequence.finish = "length"

    def _retire(self) -> list[Completion]:
        done = []
        for sequence in self._running:
            if sequence.finish is None:
                continue
            sequence.sampler.close()
            self._finished.append(sequence)
            count = len(sequence.tokens)
            done.append(
                Completion(
                    index=sequence.index,
                    text=self._model.text(sequence.tokens),
                    finish=sequence.finish,
                    tokens=count,
                    prompt_tokens=self._costs[sequence.index],
                    logprob=sequence.logprob / max(1, count),
                )
            )
        self._running = [sequence for sequence in self._running if sequence.finish is None]
        return done


def _resident(jobs: Sequence[DecodeRequest]) -> Tokens:
    """What all prompts begin with, but for the token whose logits begin the shortest one's answer."""
    shared = common_prefix([job.prompt for job in jobs])
    return shared[: min((len(job.prompt) for job in jobs), default=1) - 1]
