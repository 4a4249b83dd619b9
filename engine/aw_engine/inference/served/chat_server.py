"""The interface of OpenAI's chat completions, which every other server has: messages in, a text out.

What the model writes cannot be begun for it, but by vLLM: the quotation marks that it is shown it may answer
in or not, and both are understood. A server that names the likeliest tokens can judge.
"""

import re
from collections.abc import Callable
from math import ceil
from typing import Any, Final

from msgspec import Struct

from aw_engine.errors import BackendError, ServerFailed
from aw_engine.inference.backend import Capabilities, Choice, ChoiceScores, Compare, Generation, Prompt
from aw_engine.inference.dialects.chat import BY_SENTENCE, IN_FULL
from aw_engine.inference.dialects.wording import Wording, word
from aw_engine.inference.served.connection import Broken, Connection, decoded
from aw_engine.inference.served.discovery import Served
from aw_engine.inference.served.interface import Likely, Written, longest, scores, seed

_PATH: Final = "/v1/chat/completions"
_BYTES_A_TOKEN: Final = 3.6  # of English; of other scripts a token has more bytes, and fewer letters
_AROUND: Final = 24  # tokens for what a model puts before and after its answer
_SILENT_EVENTS: Final = 1024
_DONE: Final = b"[DONE]"
_CLOSING: Final = {'"': '"', "“": "”"}
_PREAMBLE: Final = re.compile(
    r"[^\"“\n]{0,80}\b(?:sentence|paragraph|version|text|here|rewrit\w+|revis\w+|correct\w+)\b[^\"“\n]{0,80}:\s*"
    r"(?=[\"“])",
    re.IGNORECASE,
)
"""What a model says before an answer in quotation marks."""
_ENDS: Final = (".", "!", "?", "…")
_STRIPPED: Final = " \t\n\"'([<*.):,]>“”"


class Manners(Struct, frozen=True):
    """How a server wants to be asked, found out by trying.

    `system`: it takes a system text. `likeliest` is how many of the likeliest tokens it names, 0 = none.
    `begun`: it continues an answer that is begun. `extras` are keys of every request.
    """

    system: bool
    likeliest: int
    begun: bool
    extras: dict[str, Any]


class _Token(Struct, frozen=True):
    top_logprobs: tuple[Likely, ...] = ()


class _Logprobs(Struct, frozen=True):
    content: tuple[_Token, ...] | None = None


class _Said(Struct, frozen=True):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Alternative(Struct, frozen=True):
    delta: _Said | None = None
    message: _Said | None = None
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Usage(Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chunk(Struct, frozen=True):
    """A whole answer, or one event of it."""

    choices: tuple[_Alternative, ...]
    usage: _Usage | None = None


class ChatServer:
    """See `Interface`."""

    def __init__(self, connection: Connection, served: Served, manners: Manners) -> None:
        self._connection = connection
        self._served = served
        self._manners = manners

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            instructions=True,
            copy_edit=False,
            judging="letters" if self._manners.likeliest else "none",
            by_sentence=0 < self._served.parameters < BY_SENTENCE,
        )

    async def write(self, request: Generation, told: Callable[[str], None]) -> Written:
        wording, sampling = self._word(request.prompt), request.sampling
        begun = self._manners.begun and bool(wording.answer)
        body = {
            **_request(self._served, self._manners, wording, begun=begun),
            "max_tokens": sampling.max_tokens + _AROUND,
            "temperature": sampling.temperature,
            "seed": seed(sampling.seed),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        most = longest(sampling.max_tokens)
        return await self._written(body, wording.until, most, told, begun=begun)

    async def choose(self, request: Choice) -> ChoiceScores:
        wording = self._word(request.prompt)
        begun = self._manners.begun and bool(wording.answer)
        body = {
            **_request(self._served, self._manners, wording, begun=begun),
            "max_tokens": 1,
            "temperature": 0.0,
            "logprobs": True,
            "top_logprobs": self._manners.likeliest,
        }
        answer = await self._connection.post(_PATH, body, _Chunk)
        likely = _first_tokens(answer)
        answers = [
            {each.token for each in likely if each.token.strip(_STRIPPED) == label}
            for label in request.answers
        ]
        return scores(answers, likely, answer.usage.prompt_tokens if answer.usage else 0)

    async def count(self, text: str) -> int:
        return ceil(len(text.encode(errors="replace")) / _BYTES_A_TOKEN)

    def _word(self, prompt: Prompt) -> Wording:
        if isinstance(prompt, Compare) and not self._manners.likeliest:
            raise BackendError("This server gives no probabilities of tokens; name another judge.")
        return word(prompt, in_full=self._served.parameters >= IN_FULL)

    async def _written(
        self, body: object, until: str, most: int, told: Callable[[str], None], *, begun: bool
    ) -> Written:
        text, finish, usage = "", "", _Usage()
        thought = events = 0

        def hear(event: bytes) -> bool:
            nonlocal text, finish, usage, thought, events
            if event == _DONE:
                return True
            answer = decoded(event, _Chunk)
            if answer is None:
                raise self._connection.unusable(event)
            usage = answer.usage or usage
            events += 1
            for choice in answer.choices[:1]:
                said = choice.delta or choice.message or _Said()
                text += said.content or ""
                thought += bool(said.reasoning_content or said.reasoning)
                finish = choice.finish_reason or finish
            inner, ended = _inner(text, until, begun=begun)
            told(inner)
            return ended or len(text) > most or events > most + _SILENT_EVENTS

        await self._connection.stream(_PATH, body, hear)
        inner, closed = _inner(text, until, begun=begun)
        endless = len(text) > most or events > most + _SILENT_EVENTS
        if not (finish or closed or endless):
            raise Broken
        if thought and not text.strip():
            raise ServerFailed(
                f"The model {self._served.name} uses up its answer with thinking. Turn thinking off in the "
                "server, or choose a model that does not think."
            )
        cut = not closed and (finish == "length" or endless)
        return Written(
            inner,
            "length" if cut else "stop",
            usage.completion_tokens or await self.count(text),
            usage.prompt_tokens,
        )


async def chat_server(connection: Connection, served: Served) -> ChatServer:
    """The interface to this model, after a question or some that show how the server wants to be asked.

    :raises ServerFailed: if it answers none.
    """
    extras: dict[str, Any] = {"reasoning_effort": "none"} if served.thinks else {}
    trials = [
        Manners(system=system, likeliest=likeliest, begun=False, extras=extras)
        for likeliest in (20, 5, 0)
        for system in (True, False)
    ]
    if served.kind == "vLLM":
        switched = {"chat_template_kwargs": {"enable_thinking": False}}
        trials.insert(0, Manners(system=True, likeliest=20, begun=True, extras=switched))
        trials.insert(1, Manners(system=True, likeliest=20, begun=False, extras=switched))
    question = Wording("You answer with one letter.", "Reply with the letter A.", "The letter:")
    for manners in trials:
        asked = _request(served, manners, question, begun=manners.begun)
        asked |= {"max_tokens": 1, "temperature": 0.0}
        if manners.likeliest:
            asked |= {"logprobs": True, "top_logprobs": manners.likeliest}
        reply = await connection.ask("POST", _PATH, asked)
        if reply.status == 200:
            answer = decoded(reply.body, _Chunk)
            if answer is None or not answer.choices:
                raise connection.malformed()
            named = min(manners.likeliest, len(_first_tokens(answer)))
            likeliest = manners.likeliest if named > 1 else 0
            return ChatServer(
                connection, served, Manners(manners.system, likeliest, manners.begun, manners.extras)
            )
        if reply.status not in (400, 422, 500, 501):
            break
    raise connection.refused(reply)


def _request(served: Served, manners: Manners, wording: Wording, *, begun: bool) -> dict[str, Any]:
    """What every request says: the model and the messages, and an answer that is begun."""
    messages = [{"role": "user", "content": wording.message}]
    if manners.system:
        messages.insert(0, {"role": "system", "content": wording.system})
    else:
        messages[0]["content"] = f"{wording.system}\n\n{wording.message}"
    asked: dict[str, Any] = {"model": served.name, "messages": messages, **manners.extras}
    if begun:
        messages.append({"role": "assistant", "content": wording.answer})
        asked |= {"add_generation_prompt": False, "continue_final_message": True}
    return asked


def _first_tokens(answer: _Chunk) -> tuple[Likely, ...]:
    logprobs = answer.choices[0].logprobs if answer.choices else None
    tokens = logprobs.content if logprobs else None
    return tokens[0].top_logprobs if tokens else ()


def _inner(text: str, until: str, *, begun: bool) -> tuple[str, bool]:
    """What stands in the quotation marks of an answer, or the whole of one that has none in front; whether it
    is closed by such a mark.
    """
    if not until:
        return text, False
    if begun:
        inner, closing, _ = text.partition(until)
        return inner, bool(closing)
    body = text.lstrip()
    if preamble := _PREAMBLE.match(body):
        body = body[preamble.end() :]
    if body and body[0] in _CLOSING:
        inner, closing, _ = body[1:].partition(_CLOSING[body[0]])
        return inner, bool(closing)
    inner, mark, rest = text.partition(until)
    # The mark that closes what was shown is often repeated without the one that opens it.
    if mark and inner.rstrip().endswith(_ENDS) and (not rest or rest.lstrip(" ").startswith("\n")):
        return inner, False
    return text, False
