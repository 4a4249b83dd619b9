"""The model as a worker serves it: requests in, tokens through the native library, answers out."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

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
    Prompt,
    Rewrite,
    Scoring,
)
from aw_engine.inference.contexts import Branch, Contexts
from aw_engine.inference.dialects.dialect import (
    JudgeByAnswer,
    JudgeByLikelihood,
    ModelFacts,
    Rendered,
    RenderedScoring,
    Segment,
    Value,
)
from aw_engine.inference.dialects.select import dialect_for
from aw_engine.inference.llama import AbortFlag, Log, build
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.prefix import Tokens, common_prefix, shared_length
from aw_engine.inference.reading import Scorable
from aw_engine.inference.sampling import marks_grammar
from aw_engine.inference.scheduler import DecodeRequest
from aw_engine.inference.tokens import Tokeniser
from aw_engine.inference.tuner import Tuner
from aw_engine.inference.tuning import Tuned, Tuning, default, remember, remembered

_REMEMBERED = 4096


class Loading(Struct, frozen=True):
    """What to load and how: `values` are the header's scalars, `dialect` overrides what they say.

    `threads` are processors to be used; 0 and `tuning` None leave the choice to what is known of the model
    on this machine.
    """

    ref: str
    path: Path
    digest: str
    values: Mapping[str, Value]
    dialect: str | None
    threads: int
    context: int
    tuning: Tuning | None = None


class InferenceEngine:
    """One model and its contexts. Not for use by two threads.

    Every method raises `Aborted` when the flag is set and `BackendError` when the model's answer cannot be
    used; afterwards the next call starts afresh.
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
            self._tokeniser = Tokeniser(self._model.tokenise, specials)
            self._dialect = dialect_for(_facts(self._model, loading, frozenset(specials.controls)))
            self._resources = undo.pop_all()
        first = self._default()
        tuning = loading.tuning or remembered(loading.digest, build()) or first
        if loading.threads:
            tuning = structs.replace(tuning, threads=first.threads, contexts=first.contexts)
        self._use(tuning)
        self._likelihoods: dict[Scorable, float] = {}
        self._answers: dict[str, list[int]] = {}  # some two hundred ways to begin each
        self.info = self._describe()

    def close(self) -> None:
        """Free everything."""
        self._contexts.close()
        self._resources.close()

    def generate(self, requests: Sequence[Generation]) -> Iterator[Completion]:
        """Completions as they finish.

        :raises PassageError: `tooLong`, before anything is written.
        """
        jobs = [self._job(request) for request in requests]
        for job in jobs:
            self._check(job.room)
        yield from self._contexts.write(jobs)

    def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""
        ways = [self._dialect.judging(request.prompt) for request in requests]
        scores: dict[int, ChoiceScores] = {}
        asked = [(index, way) for index, way in enumerate(ways) if isinstance(way, JudgeByAnswer)]
        if asked:
            chosen = [requests[index] for index, _ in asked]
            scores |= zip(
                (index for index, _ in asked), self._read(chosen, [way for _, way in asked]), strict=True
            )
        weighed = [(index, way) for index, way in enumerate(ways) if isinstance(way, JudgeByLikelihood)]
        if weighed:
            answers = [requests[index].answers for index, _ in weighed]
            scores |= zip(
                (index for index, _ in weighed),
                self._weigh([way for _, way in weighed], answers),
                strict=True,
            )
        return [scores[index] for index in range(len(requests))]

    def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""
        texts = self._scorables([self._dialect.score_segments(request) for request in requests])
        for text in texts:
            self._check(len(text.before) + len(text.text))
        if not texts:
            return []
        scores = self._contexts.score(texts)
        return [
            Likelihood(logprob, len(text.text), cost)
            for text, logprob, cost in zip(texts, scores.logprobs, scores.costs, strict=True)
        ]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""
        return [len(self._tokeniser.encode((Segment(text, trusted=False),))) for text in texts]

    def tune(self, on_progress: Callable[[float], None]) -> Tuned:
        """Try settings, take the quickest from here on, and remember them for this file on this machine.

        Threads that were asked for are kept, and so are those of several contexts.

        :raises BackendError: if they cannot be remembered.
        """
        self._contexts.close()  # for the tuner's own
        self._use(self._tuning)
        self._likelihoods.clear()
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
        return self._prompt(self._dialect.render(prompt))

    def _read(self, requests: Sequence[Choice], ways: Sequence[JudgeByAnswer]) -> list[ChoiceScores]:
        prompts = [self._prompt(way.prompt) for way in ways]
        for prompt in prompts:
            self._check(len(prompt) + 1)
        answers = [[self._answer_tokens(label) for label in request.answers] for request in requests]
        branches: dict[Compare | Diagnose, list[int]] = {}
        for index, request in enumerate(requests):
            branches.setdefault(_opening(request.prompt), []).append(index)
        asked = []
        for opening, members in branches.items():
            texts = [prompts[index] for index in members]
            shared = common_prefix([self._question(opening), *texts])
            resident = shared[: min(map(len, texts)) - 1]
            asked.append(Branch(resident, texts, [answers[index] for index in members]))
        scores: dict[int, ChoiceScores] = {}
        for members, found in zip(branches.values(), self._contexts.answer(asked), strict=True):
            for index, values, cost in zip(members, *found, strict=True):
                mass = min(1.0, math.fsum(map(math.exp, values)))
                scores[index] = ChoiceScores(tuple(values), mass, cost)
        return [scores[index] for index in range(len(requests))]

    def _question(self, prompt: Compare | Diagnose) -> Tokens:
        way = self._dialect.judging(prompt)
        return self._prompt(way.prompt) if isinstance(way, JudgeByAnswer) else ()

    def _weigh(
        self, ways: Sequence[JudgeByLikelihood], answers: Sequence[Sequence[str]]
    ) -> list[ChoiceScores]:
        if any(len(labels) != 2 for labels in answers):
            raise BackendError("A judge by likelihood compares two versions; it cannot answer anything else.")
        firsts = self._scorables([way.first for way in ways])
        seconds = self._scorables([way.second for way in ways])
        costs = self._weigh_texts([*firsts, *seconds])
        scores = []
        for way, first, second in zip(ways, firsts, seconds, strict=True):
            one, other = self._likelihoods[first], self._likelihoods[second]
            per_token = one / len(first.text) - other / len(second.text)
            odds = way.sum_weight * (one - other) + way.mean_weight * per_token
            cost = costs.pop(first, 0) + costs.pop(second, 0)
            scores.append(ChoiceScores((-_softplus(-odds), -_softplus(odds)), 1.0, cost))
        return scores

    def _weigh_texts(self, texts: Sequence[Scorable]) -> dict[Scorable, int]:
        """From here on `_likelihoods` holds these texts; the tokens evaluated for those that it lacked."""
        for text in texts:
            self._check(len(text.before) + len(text.text))
        if len(self._likelihoods) + len(texts) > _REMEMBERED:
            self._likelihoods.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._likelihoods]
        if not new:
            return {}
        scores = self._contexts.score(new)
        self._likelihoods.update(zip(new, scores.logprobs, strict=True))
        return dict(zip(new, scores.costs, strict=True))

    def _job(self, request: Generation) -> DecodeRequest:
        prompt = request.prompt
        marks = prompt.marks if isinstance(prompt, Rewrite | Cross) else ()
        grammar = marks_grammar(marks) if request.marks_once and marks else ""
        return DecodeRequest(self.prompt(prompt), request.sampling, grammar)

    def _prompt(self, rendered: Rendered) -> Tokens:
        return self._tokeniser.encode(rendered.segments)

    def _scorables(self, texts: Sequence[RenderedScoring]) -> list[Scorable]:
        """Each text and what is before it, cut where the tokens of both together are cut."""
        befores = {segments: self._tokeniser.encode(segments) for segments in {text.before for text in texts}}
        found = []
        for text in texts:
            before, whole = befores[text.before], self._tokeniser.encode((*text.before, *text.text))
            cut = shared_length(before, whole)
            if cut == len(whole) and any(segment.text for segment in text.text):
                cut -= 1  # the text became part of what is before it
            found.append(Scorable(whole[:cut], whole[cut:]))
        return found

    def _answer_tokens(self, label: str) -> list[int]:
        """The tokens that begin this answer: its variants that are one token.

        :raises BackendError: if none is.
        """
        if label in self._answers:
            return self._answers[label]
        found = (
            self._tokeniser.encode((Segment(variant, trusted=False),))
            for variant in self._dialect.answer_variants(label)
        )
        tokens = sorted({tokens[0] for tokens in found if len(tokens) == 1})
        if not tokens:
            raise BackendError("This model has no token for the judge's answers; choose another model.")
        self._answers[label] = tokens
        return tokens

    def _check(self, tokens: int) -> None:
        if tokens > self._limit:
            raise PassageError(
                "tooLong",
                f"This needs {tokens} tokens, and the model reads {self._limit} at once. "
                "Choose a shorter passage.",
            )

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


def _facts(model: NativeModel, loading: Loading, controls: frozenset[str]) -> ModelFacts:
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


def _opening(prompt: Compare | Diagnose) -> Compare | Diagnose:
    """The question without what comes last, the second text: what both have in common may be asked again.

    A text is compared with some four others, seldom in one call.
    """
    if isinstance(prompt, Compare):
        return structs.replace(prompt, second="", criterion="", question="")
    return structs.replace(prompt, text="")


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
