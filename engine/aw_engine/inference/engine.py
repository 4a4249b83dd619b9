"""The model as a worker serves it: requests in, tokens through the native library, answers out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from msgspec import structs

from aw_engine.errors import BackendError
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Completion,
    Cross,
    Generation,
    Heard,
    Likelihood,
    ModelInfo,
    Prompt,
    Rewrite,
    Scoring,
)
from aw_engine.inference.choosing import Chooser
from aw_engine.inference.contexts import Contexts
from aw_engine.inference.dialects.select import dialect_for
from aw_engine.inference.encoding import PromptEncoder
from aw_engine.inference.llama import AbortFlag, Log, build
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.loading import Loading, model_facts
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.sampling import marks_grammar
from aw_engine.inference.scheduler import DecodeRequest
from aw_engine.inference.tokens import Tokeniser
from aw_engine.inference.tuner import Tuner
from aw_engine.inference.tuning import Tuned, Tuning, default, remember, remembered


class InferenceEngine:
    """One model and its contexts. Not for use by two threads.

    Every method raises `Aborted` when the flag is set and `BackendError` when the model's answer cannot be
    used; the next call then starts with an empty KV cache.
    """

    def __init__(
        self, loading: Loading, log: Log, abort: AbortFlag, on_progress: Callable[[float], None]
    ) -> None:
        """:raises ModelError: if the model cannot be loaded or speaks no known dialect."""
        self._loading = loading
        self._log = log
        self._abort = abort
        self._resources = ExitStack()
        with ExitStack() as undo:
            self._model = NativeModel(loading.path, log, abort, on_progress)
            undo.callback(self._model.close)
            self._limit = min(self._model.trained_context, loading.context)
            specials = self._model.specials()
            self._dialect = dialect_for(model_facts(self._model, loading, frozenset(specials.controls)))
            self._resources = undo.pop_all()
        first = self._default()
        tuning = loading.tuning or remembered(loading.digest, build()) or first
        if loading.threads:
            tuning = structs.replace(tuning, threads=first.threads, contexts=first.contexts)
        self._use(tuning)
        self._encoder = PromptEncoder(self._dialect, Tokeniser(self._model.tokenise, specials), self._limit)
        self._chooser = Chooser(self._encoder)
        self.info = self._describe()

    def close(self) -> None:
        """Free everything."""
        self._contexts.close()
        self._resources.close()

    def generate(self, requests: Sequence[Generation], written: Heard | None = None) -> Iterator[Completion]:
        """Completions as they finish; `written` hears a few times a second what there is of the others.

        :raises PassageError: `tooLong`, before anything is written.
        """
        asked = [self._decode_request(request) for request in requests]
        for request in asked:
            self._encoder.check(request.room)
        yield from self._contexts.write(asked, written)

    def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        return self._chooser.choose(requests, self._contexts)

    def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""
        texts = self._encoder.scoring(requests)
        for text in texts:
            self._encoder.check(len(text.before) + len(text.text))
        if not texts:
            return []
        scores = self._contexts.score(texts)
        return [
            Likelihood(logprob, len(text.text), cost)
            for text, logprob, cost in zip(texts, scores.logprobs, scores.costs, strict=True)
        ]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""
        return [self._encoder.count(text) for text in texts]

    def tune(self, on_progress: Callable[[float], None]) -> Tuned:
        """Try settings, use the quickest from now on, and remember them for this file on this machine.

        Numbers of threads are not tried where one was asked for, or where there are several contexts.

        :raises BackendError: if they cannot be remembered.
        """
        self._contexts.close()  # for the tuner's own
        self._use(self._tuning)
        self._chooser.forget()
        first = self._default()
        threads = not self._loading.threads and first.contexts == 1
        tuner = Tuner(self._model, first, self._abort, self._log)
        tuned = tuner.run(on_progress, threads=threads)
        self._use(tuned.best)
        self.info = self._describe()
        try:
            remember(self._loading.digest, build(), tuned.best)
        except OSError as error:
            raise BackendError(f"The settings found cannot be kept ({error.strerror}).") from error
        return tuned

    def prompt(self, prompt: Prompt) -> Tokens:
        """The tokens that the model is shown for a prompt.

        :raises BackendError: if the dialect cannot ask this.
        """
        return self._encoder.prompt(prompt)[0]

    def _decode_request(self, request: Generation) -> DecodeRequest:
        prompt = request.prompt
        marks = prompt.marks if isinstance(prompt, Rewrite | Cross) else ()
        grammar = marks_grammar(marks) if request.marks_once and marks else ""
        tokens, until = self._encoder.prompt(prompt)
        return DecodeRequest(tokens, request.sampling, grammar, until)

    def _default(self) -> Tuning:
        return default(self._model.parameters, self._loading.threads)

    def _use(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._contexts = Contexts(self._model, tuning, self._limit, self._abort, self._log)

    def _describe(self) -> ModelInfo:
        shape, loading = self._contexts.shape(1), self._loading
        return ModelInfo(
            ref=loading.ref,
            name=str(loading.values.get("general.name", loading.path.stem)),
            digest=loading.digest,
            context=self._limit,
            dialect=self._dialect.name,
            capabilities=self._dialect.capabilities,
            settings={
                "library": build(),
                "threads": self._tuning.threads,
                "contexts": self._tuning.contexts,
                "batch": shape.batch,
                "sequences": shape.sequences,
                "width": self._tuning.width,
                "flashAttention": self._tuning.flash,
                "kv": f"{self._tuning.keys}/{self._tuning.values}",
            },
        )
