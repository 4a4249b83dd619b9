"""The model as a worker serves it: requests in, tokens through the native library, answers out."""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psutil
from msgspec import Struct, structs

from aw_engine.errors import BackendError, PassageError
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Compare,
    Completion,
    Cross,
    Diagnose,
    Generation,
    Likelihood,
    ModelInfo,
    Rewrite,
    Scoring,
)
from aw_engine.inference.dialects.dialect import (
    ModelFacts,
    Readout,
    Rendered,
    Scored,
    Segment,
    Value,
    Weighing,
)
from aw_engine.inference.dialects.select import dialect_for
from aw_engine.inference.llama import Abort, Context, Log, Model, Shape, build
from aw_engine.inference.memory import Memory
from aw_engine.inference.prefix import Tokens, common_prefix, shared_length
from aw_engine.inference.reading import Scorable, read_answers, score_texts
from aw_engine.inference.sampling import marks_grammar
from aw_engine.inference.scheduler import Job, Scheduler
from aw_engine.inference.tokens import Tokeniser

_SEQUENCES = 64
_LOGITS_BYTES = 1 << 26
_SMALL = 64_000_000  # parameters
_REMEMBERED = 4096


def default_threads(parameters: int) -> int:
    """Physical cores that this process may use, at most 8; one for a small model.

    Its products are too short to share: on an idle machine a second thread gains little, and on a busy one
    the threads wait for each other, which cost a factor of 15 here.
    """
    if parameters < _SMALL:
        return 1
    allowed = len(psutil.Process().cpu_affinity()) if psutil.LINUX or psutil.WINDOWS else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed, 8))


class Loading(Struct, frozen=True):
    """What to load and how: `values` are the header's scalars, `dialect` overrides what they say."""

    ref: str
    path: Path
    digest: str
    values: Mapping[str, Value]
    dialect: str | None
    threads: int
    context: int


class Engine:
    """One model, one context that grows to what is asked of it. Not for use by two threads.

    Every method raises `Aborted` when the flag is set and `BackendError` when the model's answer cannot be
    used; afterwards the next call starts afresh.
    """

    def __init__(
        self, loading: Loading, log: Log, abort: Abort, on_progress: Callable[[float], None]
    ) -> None:
        """:raises ModelError: if the model cannot be loaded or speaks no known dialect."""
        self._log = log
        self._abort = abort
        self._resources = ExitStack()
        with ExitStack() as undo:
            self._model = Model(loading.path, log, abort, on_progress)
            undo.callback(self._model.close)
            self._limit = min(self._model.trained_context, loading.context)
            specials = self._model.specials()
            self._tokeniser = Tokeniser(self._model.tokenise, specials)
            self._dialect = dialect_for(_facts(self._model, loading, frozenset(specials.controls)))
            self._resources = undo.pop_all()
        # Small models are cheap to run exactly: flash attention sums in half precision, in an order that
        # depends on the batch, which moved likelihoods of a 30-token text by up to 0.1.
        self._exact = self._model.parameters < _SMALL
        self._threads = loading.threads or default_threads(self._model.parameters)
        self._memory: Memory | None = None
        self._likelihoods: dict[Scorable, float] = {}
        self.info: Final = self._describe(loading)

    def close(self) -> None:
        """Free everything."""
        if self._memory is not None:
            self._memory.context.close()
        self._resources.close()

    def generate(self, requests: Sequence[Generation]) -> Iterator[Completion]:
        """Completions as they finish.

        :raises PassageError: `tooLong`, before anything is written.
        """
        jobs = [self._job(request) for request in requests]
        for job in jobs:
            self._check(job.room)
        with self._memory_for(sum(job.room for job in jobs)) as memory:
            yield from Scheduler(memory, self._model, jobs).run()

    def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        ways = [self._dialect.judging(request.prompt) for request in requests]
        scores: dict[int, ChoiceScores] = {}
        asked = [(index, way) for index, way in enumerate(ways) if isinstance(way, Readout)]
        if asked:
            chosen = [requests[index] for index, _ in asked]
            scores |= zip(
                (index for index, _ in asked), self._read(chosen, [way for _, way in asked]), strict=True
            )
        for index, way in enumerate(ways):
            if isinstance(way, Weighing):
                scores[index] = self._weigh(way, requests[index].answers)
        return [scores[index] for index in range(len(requests))]

    def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""
        texts = [self._scorable(self._dialect.score_segments(request)) for request in requests]
        for text in texts:
            self._check(len(text.before) + len(text.text))
        if not texts:
            return []
        with self._memory_for(max(len(text.before) + len(text.text) for text in texts)) as memory:
            scores = score_texts(memory, texts)
        return [
            Likelihood(logprob, len(text.text), cost)
            for text, logprob, cost in zip(texts, scores.logprobs, scores.costs, strict=True)
        ]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""
        return [len(self._tokeniser.encode((Segment(text, trusted=False),))) for text in texts]

    def _read(self, requests: Sequence[Choice], ways: Sequence[Readout]) -> list[ChoiceScores]:
        prompts = [self._prompt(way.prompt) for way in ways]
        for prompt in prompts:
            self._check(len(prompt) + 1)
        tokens = {label: self._answer_tokens(label) for request in requests for label in request.answers}
        answers = [[tokens[label] for label in request.answers] for request in requests]
        shared = common_prefix([self._task(request.prompt) for request in requests] + prompts)
        resident = shared[: min(map(len, prompts)) - 1]
        with self._memory_for(max(map(len, prompts))) as memory:
            found, costs = read_answers(memory, resident, prompts, answers)
        return [
            ChoiceScores(tuple(values), min(1.0, math.fsum(map(math.exp, values))), cost)
            for values, cost in zip(found, costs, strict=True)
        ]

    def _task(self, prompt: Compare | Diagnose) -> Tokens:
        """The tokens of the same question about empty texts: what they share with the prompt is the task."""
        if isinstance(prompt, Compare):
            blank = structs.replace(prompt, first="", second="", original=prompt.original and "")
            way = self._dialect.judging(blank)
        else:
            way = self._dialect.judging(structs.replace(prompt, text=""))
        return self._prompt(way.prompt) if isinstance(way, Readout) else ()

    def _weigh(self, way: Weighing, answers: Sequence[str]) -> ChoiceScores:
        if len(answers) != 2:
            raise BackendError("A judge by likelihood compares two versions; it cannot answer anything else.")
        first, second = self._scorable(way.first), self._scorable(way.second)
        (one, spent), (other, more) = self._likelihood(first), self._likelihood(second)
        per_token = one / len(first.text) - other / len(second.text)
        odds = way.sum_weight * (one - other) + way.mean_weight * per_token
        cost = spent + more
        return ChoiceScores((-_softplus(-odds), -_softplus(odds)), 1.0, cost)

    def _likelihood(self, text: Scorable) -> tuple[float, int]:
        """Log-likelihood of one text and the tokens evaluated for it: none if it is remembered.

        Computed alone, so that it does not depend on what it is compared with.
        """
        self._check(len(text.before) + len(text.text))
        if text in self._likelihoods:
            return self._likelihoods[text], 0
        with self._memory_for(len(text.before) + len(text.text)) as memory:
            scores = score_texts(memory, [text])
        if len(self._likelihoods) >= _REMEMBERED:
            self._likelihoods.clear()
        self._likelihoods[text] = scores.logprobs[0]
        return scores.logprobs[0], scores.costs[0]

    def _job(self, request: Generation) -> Job:
        prompt = request.prompt
        marks = prompt.marks if isinstance(prompt, Rewrite | Cross) else ()
        grammar = marks_grammar(marks) if request.marks_once and marks else ""
        return Job(self._prompt(self._dialect.render(prompt)), request.sampling, grammar)

    def _prompt(self, rendered: Rendered) -> Tokens:
        return self._tokeniser.encode(rendered.segments)

    def _scorable(self, scored: Scored) -> Scorable:
        """Text and what is before it, cut where the tokens of both together are cut."""
        before = self._tokeniser.encode(scored.before)
        whole = self._tokeniser.encode((*scored.before, *scored.text))
        cut = min(shared_length(before, whole), len(whole) - 1)
        return Scorable(whole[:cut], whole[cut:])

    def _answer_tokens(self, label: str) -> list[int]:
        """The tokens that begin this answer: its variants that are one token.

        :raises BackendError: if none is.
        """
        found = (
            self._tokeniser.encode((Segment(variant, trusted=False),))
            for variant in self._dialect.answer_variants(label)
        )
        tokens = sorted({tokens[0] for tokens in found if len(tokens) == 1})
        if not tokens:
            raise BackendError("This model has no token for the judge's answers; choose another model.")
        return tokens

    def _check(self, tokens: int) -> None:
        if tokens > self._limit:
            raise PassageError(
                "tooLong",
                f"This needs {tokens} tokens, and the model reads {self._limit} at once. "
                "Choose a shorter passage.",
            )

    @contextmanager
    def _memory_for(self, tokens: int) -> Iterator[Memory]:
        """Memory with cells for so many tokens beside a batch; empty again if the call fails."""
        shape = self._shape(min(tokens, self._limit))
        if self._memory is None or self._memory.context.shape.cells < shape.cells:
            if self._memory is not None:
                self._memory.context.close()
                self._memory = None
            context = Context(self._model, shape, self._threads, self._exact, self._abort, self._log)
            self._memory = Memory(context)
        done = False
        try:
            yield self._memory
            done = True
        finally:
            if not done:
                self._memory.clear()

    def _shape(self, tokens: int) -> Shape:
        batch = 128 if self._exact else 512
        rows = max(16, min(batch, _LOGITS_BYTES // (4 * self._model.size)))
        # In powers of two, so that it seldom grows anew, but never beyond the longest text and a batch.
        cells = min(1 << (tokens + batch - 1).bit_length(), self._limit + batch)
        return Shape(max(cells, 1024), batch, min(_SEQUENCES, rows), rows)

    def _describe(self, loading: Loading) -> ModelInfo:
        shape = self._shape(1)
        return ModelInfo(
            ref=loading.ref,
            name=str(loading.values.get("general.name", loading.path.stem)),
            digest=loading.digest,
            context=self._limit,
            dialect=self._dialect.name,
            capabilities=self._dialect.capabilities,
            settings={
                "library": build(),
                "threads": self._threads,
                "batch": shape.batch,
                "sequences": shape.sequences,
                "flashAttention": not self._exact,
                "kv": "f32" if self._exact else "f16",
            },
        )


def _facts(model: Model, loading: Loading, controls: frozenset[str]) -> ModelFacts:
    values = dict(loading.values)
    if loading.dialect is not None:
        values["aw.dialect"] = loading.dialect
    return ModelFacts(
        architecture=str(values.get("general.architecture", "")),
        name=str(values.get("general.name", "")),
        values=values,
        chat_template=model.chat_template,
        begin=model.begin,
        end=model.end,
        adds_begin=model.adds_begin,
        controls=controls,
    )


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
