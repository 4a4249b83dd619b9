"""llama-server's own interface: prompts as tokens, so that it is asked exactly as a model file is.

The same dialect words the prompt, the answer is begun for the model, marks are kept by grammar, and the
writer's text is tokenised with special tokens off.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

import anyio
import anyio.to_process
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.backend import Capabilities, Choice, ChoiceScores, Cross, Finish, Generation, Rewrite
from aw_engine.inference.dialects.chat import ChatDialect, chat_dialect
from aw_engine.inference.dialects.dialect import ModelFacts, Segment
from aw_engine.inference.sampling import marks_grammar
from aw_engine.inference.served.connection import Broken, Connection, decoded
from aw_engine.inference.served.discovery import Served
from aw_engine.inference.served.interface import Likely, Written, longest, scores, seed

_LIKELIEST: Final = 64
_LOOKS_SPECIAL: Final = re.compile(r"(<[|/｜]?[\w:|｜▁-]{1,40}[|｜]?>|\[/?[A-Z_]{1,40}\])")
"""What may be a token of the vocabulary that the server knows even with special tokens off (`<think>`)."""


class _Tokens(Struct, frozen=True):
    tokens: tuple[int, ...]


class _Timings(Struct, frozen=True):
    prompt_n: int = 0


class _Piece(Struct, frozen=True):
    """One event of a completion, the last one with what it took."""

    content: str
    stop: bool
    stop_type: str = ""
    tokens_predicted: int = 0
    timings: _Timings = _Timings()


class _Position(Struct, frozen=True):
    top_logprobs: tuple[Likely, ...] = ()


class _Read(Struct, frozen=True):
    completion_probabilities: tuple[_Position, ...] = ()
    timings: _Timings = _Timings()


class LlamaServer:
    """See `Interface`."""

    def __init__(self, connection: Connection, served: Served, dialect: ChatDialect) -> None:
        self._connection = connection
        self._served = served
        self._dialect = dialect
        self._markup: dict[str, tuple[int, ...]] = {}
        self._alone: dict[str, bool] = {}

    @property
    def capabilities(self) -> Capabilities:
        # A server tells how likely the next token is, not how likely a text was.
        return replace(self._dialect.capabilities, copy_edit=False, criteria=(), judging="letters")

    async def write(self, request: Generation, told: Callable[[str], None]) -> Written:
        prompt, sampling = request.prompt, request.sampling
        rendered = self._dialect.render(prompt)
        marks = prompt.marks if isinstance(prompt, Rewrite | Cross) else ()
        body = {
            "model": self._served.name,
            "prompt": await self._tokens(rendered.segments),
            "n_predict": sampling.max_tokens,
            "temperature": sampling.temperature,
            "min_p": sampling.min_p,
            "top_k": 0,
            "top_p": 1.0,
            "repeat_penalty": 1.0,
            "seed": seed(sampling.seed),
            "stop": [rendered.until] if rendered.until else [],
            "grammar": marks_grammar(marks) if request.marks_once and marks else "",
            "cache_prompt": True,
            "stream": True,
        }
        return await self._written(body, longest(sampling.max_tokens), told)

    async def choose(self, request: Choice) -> ChoiceScores:
        asked = self._dialect.render(request.prompt)
        body = {
            "model": self._served.name,
            "prompt": await self._tokens(asked.segments),
            "n_predict": 1,
            "n_probs": _LIKELIEST,
            "temperature": 0.0,
            "cache_prompt": True,
        }
        read = await self._connection.post("/completion", body, _Read)
        likely = [each for position in read.completion_probabilities[:1] for each in position.top_logprobs]
        answers = [self._dialect.answer_variants(label) for label in request.answers]
        return scores(answers, likely, read.timings.prompt_n)

    async def count(self, text: str) -> int:
        return len(await self._plain(text))

    async def _written(self, body: object, most: int, told: Callable[[str], None]) -> Written:
        text, last = "", None

        def hear(event: bytes) -> bool:
            nonlocal text, last
            piece = decoded(event, _Piece)
            if piece is None:
                raise self._connection.unusable(event)
            text += piece.content
            told(text)
            last = piece if piece.stop else None
            return piece.stop or len(text) > most

        await self._connection.stream("/completion", body, hear)
        if last is None:
            if len(text) > most:
                return Written(text, "length", most, 0)
            raise Broken
        finish: Finish = "length" if last.stop_type == "limit" else "stop"
        return Written(text, finish, last.tokens_predicted, last.timings.prompt_n)

    async def _tokens(self, segments: Sequence[Segment]) -> list[int]:
        tokens: list[int] = []
        for segment in segments:
            if not segment.trusted:
                tokens += await self._plain(segment.text)
                continue
            if segment.text not in self._markup:
                asked = {"model": self._served.name, "content": segment.text, "parse_special": True}
                found = await self._connection.post("/tokenize", asked, _Tokens)
                self._markup[segment.text] = found.tokens
            tokens += self._markup[segment.text]
        return tokens

    async def _plain(self, text: str) -> tuple[int, ...]:
        pieces: list[str] = [""]
        for part in _LOOKS_SPECIAL.split(text):
            if _LOOKS_SPECIAL.fullmatch(part) and await self._is_token(part):
                pieces[-1] += part[0]
                pieces.append(part[1:])
            else:
                pieces[-1] += part
        return await self._tokenised(pieces if len(pieces) > 1 else text)

    async def _is_token(self, text: str) -> bool:
        """Whether the text is one token, so that it must be cut to stay text."""
        if text not in self._alone:
            self._alone[text] = len(await self._tokenised(text)) == 1
        return self._alone[text]

    async def _tokenised(self, content: str | list[str]) -> tuple[int, ...]:
        asked = {"model": self._served.name, "content": content, "parse_special": False}
        return (await self._connection.post("/tokenize", asked, _Tokens)).tokens


async def llama_server(connection: Connection, served: Served) -> LlamaServer | None:
    """The interface to this model, None where its chat template cannot be used from outside."""
    template = served.template
    if template is None:
        return None
    asked = {"model": served.name, "content": "a", "add_special": True}
    begun = await connection.post("/tokenize", asked, _Tokens)
    bare = await connection.post("/tokenize", {**asked, "add_special": False}, _Tokens)
    facts = ModelFacts(
        architecture="",
        name=served.name,
        values={},
        chat_template=template.source or None,
        begin=template.begin,
        end=template.end,
        adds_begin=len(begun.tokens) > len(bare.tokens) and bool(template.begin),
        parameters=served.parameters,
    )
    try:
        # A template is a stranger's program that may waste memory: not in this process.
        dialect = await anyio.to_process.run_sync(chat_dialect, facts, cancellable=True)
    except (ModelUnsupported, anyio.BrokenWorkerProcess):
        return None
    return LlamaServer(connection, served, dialect)
