"""The seam between the engine and a model: what may be asked, and what comes back.

A prompt says *what* is asked (a task and its fields); the model's dialect decides the wording and which
characters are markup. Every `str` field that holds the writer's text is data: it is tokenised with special
tokens off, so nothing in it can act as a control token.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

Finish = Literal["stop", "length"]
Judging = Literal["letters", "likelihood", "trained", "none"]
Heard = Callable[[int, str], None]
"""Hears the index of a request that is being answered, and the whole text of its answer so far."""

FLUENCY, ECONOMY = "fluency", "economy"
"""The criteria of a judge by likelihood: how usual a text is, and how little it takes to say it."""


class Rewrite(Struct, frozen=True, tag=True):
    """Write the passage anew following one instruction. `text` is the writer's (perhaps masked) passage.

    `goal`, `audience` and `instruction` come from the rubric, `before`/`after` are neighbouring prose.
    `unit` is what `text` is called. `marks` are the placeholders in it that must be kept.
    `style` and `theme` (may be empty) come from the rubric and vary the first generation. `quote` holds
    the passage's own words at which the instruction aims, if any.
    """

    text: str
    instruction: str
    goal: str
    audience: str
    before: str = ""
    after: str = ""
    marks: tuple[str, ...] = ()
    style: str = ""
    theme: str = ""
    quote: str = ""
    unit: Literal["paragraph", "sentence"] = "paragraph"


class Cross(Struct, frozen=True, tag=True):
    """Write one version that joins two; `first_better`/`second_better` name what each does better."""

    text: str
    first: str
    second: str
    first_better: str
    second_better: str
    goal: str
    audience: str
    marks: tuple[str, ...] = ()


class Critique(Struct, frozen=True, tag=True):
    """Quote the words in `text` that are weakest by one criterion."""

    text: str
    question: str


class Compare(Struct, frozen=True, tag=True):
    """Which of two versions is better by one criterion? The answers are `A` (first) and `B` (second).

    `marks` are the placeholders that stand in both versions for protected spans, if they are masked. `by` is
    how it is decided, for a model that can do so in more than one way.
    """

    first: str
    second: str
    criterion: str
    question: str
    goal: str
    audience: str
    original: str | None = None
    marks: tuple[str, ...] = ()
    by: Judging = "letters"


Prompt = Rewrite | Cross | Critique | Compare


class Sampling(Struct, frozen=True):
    """How one completion is sampled. `seed` belongs to the request, so batching cannot change the outcome."""

    seed: int
    max_tokens: int
    temperature: float = 0.8
    min_p: float = 0.05


class Generation(Struct, frozen=True):
    """Ask for one completion. `marks_once` forces each of the prompt's marks once, in order, by grammar."""

    prompt: Prompt
    sampling: Sampling
    marks_once: bool = False


class Completion(Struct, frozen=True):
    """One finished completion; `index` is its request's place in the sequence passed to `generate`.

    `text` is what the model wrote, end token removed. `logprob` is its mean natural-log probability per
    token (at temperature 1), None where a server does not say. `prompt_tokens` counts what had to be
    evaluated, shared prefixes once.
    """

    index: int
    text: str
    finish: Finish
    tokens: int
    prompt_tokens: int
    logprob: float | None = None


class Choice(Struct, frozen=True):
    """Read the probabilities of the allowed answers at the place where the answer begins."""

    prompt: Compare
    answers: tuple[str, ...]


class ChoiceScores(Struct, frozen=True):
    """Natural-log probability of each answer over the full vocabulary, summed over its token variants.

    All finite. `mass` is the sum of the answers' probabilities, 0..1. A dialect that judges by likelihood
    returns normalised log-probabilities and mass 1.
    """

    logprobs: tuple[float, ...]
    mass: float
    prompt_tokens: int


class Likelihood(Struct, frozen=True):
    """Natural-log probability of a text (sum over its tokens), and the number of tokens (>= 1)."""

    logprob: float
    tokens: int
    prompt_tokens: int


class Scoring(Struct, frozen=True):
    """Ask how likely `text` is after `before` (the same document's preceding prose, may be empty).

    `marks` are the placeholders that stand in `text` and `before` for protected spans.
    """

    text: str
    before: str = ""
    marks: tuple[str, ...] = ()


class Capabilities(Struct, frozen=True):
    """What the model's dialect can do; evolution draws only operators that it can do.

    `instructions`: follows free instructions (rewrite, cross, critique by prompt). `copy_edit`: its
    likelihoods can be had, and are good enough to choose among proposed local edits. `criteria`: ids of the
    criteria that it can judge by, empty = any question. `masks`: passages must be masked before they are
    shown. `judging`: how it compares, by the letters it would answer, by the likelihoods of both texts, or
    by scores that it was trained to give; the last two give the swapped pair exactly the opposite log-odds;
    `none` is a server that tells no probabilities. `by_sentence`: what it writes is worth more if it is given
    one sentence at a time.
    """

    instructions: bool
    copy_edit: bool
    criteria: tuple[str, ...] = ()
    masks: bool = False
    judging: Judging = "letters"
    by_sentence: bool = False


class ModelInfo(Struct, frozen=True):
    """The loaded model: reference asked for, file's SHA-256, context in tokens, dialect, what it can do.

    `settings` are the engine settings in force (threads, batch sizes, …): they can change rounding. Of a
    model on a server the digest is that of what the server says of it; `host` names another computer, where
    the writer's text goes.
    """

    ref: str
    name: str
    digest: str
    context: int
    dialect: str
    capabilities: Capabilities
    settings: dict[str, str | int | float | bool]
    host: str = ""


class Backend(Protocol):
    """A model that writes and judges. Cancelling the caller aborts the native call at once.

    All methods raise `WorkerDied`, `BackendError`, or a `ModelError` when the model cannot be loaded.
    """

    async def info(self) -> ModelInfo:
        """The model, loaded if it was not."""

    def generate(
        self, requests: Sequence[Generation], written: Heard | None = None
    ) -> AsyncGenerator[Completion]:
        """Completions, each as it finishes; their texts do not depend on the order in which they finish.

        `written` hears meanwhile, a few times a second, what has been written so far.
        """

    async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests."""

    async def score(self, requests: Sequence[Scoring]) -> list[Likelihood]:
        """Likelihoods in the order of the requests."""

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""

    async def aclose(self) -> None:
        """End the model's process, or close the connections, if there are any."""


class Backends(Struct, frozen=True):
    """Who writes and who judges in a run; without a `judge` the writer does both.

    `stand_in` judges English where the writer would have to, and cannot.
    """

    writer: Backend
    judge: Backend | None = None
    stand_in: Backend | None = None
